//! An independent oracle for small models: it enumerates policies, evaluates each exactly, and decides every part of
//! every built-in decomposition by its definition. It shares the model types with the program and no solver.

#![allow(dead_code, reason = "each test target compiles the oracle and uses its own part of it")]

pub mod decide;
pub mod definitions;
pub mod exact;
pub mod examples;
pub mod family;
pub mod generate;
pub mod mesa;
pub mod outcome;
pub mod question;
pub mod region;
pub mod replay;
pub mod sketch;
pub mod subject;
pub mod total;
pub mod transform;

use std::collections::BTreeMap;

use lavaproof::decomposition::{Half, Reading, Status};
use lavaproof::problem::{Problem, unroll};

/// A part of a decomposition in one reading.
pub type Key = (String, Half, Reading);

/// What the oracle knows of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// This is the answer.
    Exactly(Status),
    /// Deterministic policies do not settle it.
    Unsettled,
}

/// What every part of every built-in decomposition should say.
pub fn expected(problem: &Problem) -> BTreeMap<Key, Expected> {
    let unrolled = unroll(problem);
    let oracle = decide::Oracle::new(unrolled.as_ref().map_or(problem, |unrolled| &unrolled.problem));
    let mut answers = BTreeMap::new();
    for (id, half, claim) in definitions::parts() {
        for (reading, answer) in oracle.answers(claim) {
            answers.insert((id.to_owned(), half, reading), answer);
        }
    }
    answers
}

/// The same as statuses, `unknown` where the oracle does not settle the answer.
pub fn statuses(problem: &Problem) -> BTreeMap<Key, Status> {
    let status = |known| match known {
        Expected::Exactly(status) => status,
        Expected::Unsettled => Status::Unknown,
    };
    expected(problem).into_iter().map(|(key, known)| (key, status(known))).collect()
}
