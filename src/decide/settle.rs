//! One question on its own, for those who ask questions that no decomposition asks.

use std::cell::{OnceCell, RefCell};

use crate::budget::Budget;
use crate::decide::Decider;
use crate::decide::verdict::{Evidence, Undecided, Verdict};
use crate::decide::witness::witness_of;
use crate::decomposition::{Question, RewardName, Status, Witness};
use crate::mdp::{Distribution, RandomizedPolicy};
use crate::problem::Problem;
use crate::search::Arena;
use crate::solve::Engine;

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// `holds`, `fails` or `unknown`.
    pub status: Status,
    /// Why it is unknown.
    pub reason: Option<String>,
    /// What shows it.
    pub witness: Option<Witness>,
}

/// Decides one question about a problem without a horizon.
///
/// # Errors
/// [`Undecided::NotDefined`], as for [`crate::decide::examine`].
pub fn settle(
    problem: &Problem,
    question: &Question,
    budget: &Budget,
    engine: Engine,
) -> Result<Settlement, Undecided> {
    let arena = Arena::new(problem, budget.clone(), engine);
    let decider = Decider { arena: &arena, listed: OnceCell::new(), settled: RefCell::new(Vec::new()) };
    let settled = decider.settle(question)?;
    let (status, reason) = match settled.verdict {
        Verdict::Holds(_) => (Status::Holds, None),
        Verdict::Fails(_) => (Status::Fails, None),
        Verdict::Unknown(reason) => (Status::Unknown, Some(reason)),
    };
    Ok(Settlement { status, reason, witness: settled.witness })
}

/// The numbers and the path of a policy at a distribution, computed afresh.
#[must_use]
pub fn shown_by(arena: &Arena<'_>, reward: RewardName, at: &Distribution, policy: &RandomizedPolicy) -> Witness {
    witness_of(arena, &Evidence { distribution: Some(at.clone()), policy: Some(policy.clone()), reward })
}
