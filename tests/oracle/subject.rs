//! What is tested: the only place that calls the program.

use std::collections::BTreeMap;

use lavaproof::budget::Budget;
use lavaproof::decide;
use lavaproof::decomposition::{Examined, Status, built_in_definitions};
use lavaproof::problem::Problem;
use lavaproof::solve::Engine;

use super::Key;

/// Whether answers carry witnesses.
pub const WITNESSED: bool = true;

/// All answers of the program about a problem.
pub fn examine(problem: &Problem) -> Examined {
    let definitions = built_in_definitions().expect("the shipped definitions parse");
    decide::examine(problem, &definitions, &Budget::unlimited(), Engine::default()).expect("defined values")
}

/// The status of each answer of the program.
pub fn statuses(problem: &Problem) -> BTreeMap<Key, Status> {
    let answers = examine(problem).answers.into_iter();
    answers
        .map(|answer| {
            let status = answer.status();
            ((answer.decomposition, answer.half, answer.reading), status)
        })
        .collect()
}
