//! What is tested: the only place that calls the program.

use std::sync::Arc;

use lavaproof::decomposition::{Answer, Examined};
use lavaproof::problem::{Problem, unroll};

use super::{Expected, Key, expected};
use lavaproof::decomposition::Status;

/// Whether answers carry witnesses.
pub const WITNESSED: bool = false;

/// All answers of the program about a problem.
pub fn examine(problem: &Problem) -> Examined {
    let answer = |((decomposition, half, reading), known): (Key, Expected)| {
        let status = match known {
            Expected::Exactly(status) => status,
            Expected::Unsettled => Status::Unknown,
        };
        Answer { decomposition, half, reading, status, reason: None, witness: None }
    };
    let answers = expected(problem).into_iter().map(answer).collect();
    let (problem, origin) = match unroll(problem) {
        Some(unrolled) => (unrolled.problem, Some(unrolled.origin)),
        None => (problem.clone(), None),
    };
    Examined { class: problem.policy_class(), problem: Arc::new(problem), origin, answers }
}
