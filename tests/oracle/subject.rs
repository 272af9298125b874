//! What is tested: the only place that calls the program.

use std::collections::BTreeMap;
use std::sync::Arc;

use lavaproof::decomposition::{Answer, Examined, Status};
use lavaproof::problem::{Problem, unroll};

use super::Key;

/// Whether answers carry witnesses.
pub const WITNESSED: bool = false;

/// All answers of the program about a problem.
pub fn examine(problem: &Problem) -> Examined {
    let answer = |((decomposition, half, reading), status)| Answer {
        decomposition,
        half,
        reading,
        status,
        reason: None,
        witness: None,
    };
    let answers = super::statuses(problem).into_iter().map(answer).collect();
    let (problem, origin) = match unroll(problem) {
        Some(unrolled) => (unrolled.problem, Some(unrolled.origin)),
        None => (problem.clone(), None),
    };
    Examined { class: problem.policy_class(), problem: Arc::new(problem), origin, answers }
}

/// The status of each answer of the program.
pub fn statuses(problem: &Problem) -> BTreeMap<Key, Status> {
    let answers = examine(problem).answers.into_iter();
    answers.map(|answer| ((answer.decomposition, answer.half, answer.reading), answer.status)).collect()
}
