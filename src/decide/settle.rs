//! One question on its own, for those who ask questions that no decomposition asks.

use lavaproof_checker::Model;

use crate::budget::Budget;
use crate::certify::explicit_model;
use crate::decide::Decider;
use crate::decide::verdict::{Evidence, Undecided, rejection};
use crate::decide::witness::witness_of;
use crate::decomposition::{Claim, FixedSet, Question, Reading, RewardName, Scope, Verdict, Witness};
use crate::mdp::{Distribution, RandomizedPolicy};
use crate::problem::Problem;
use crate::search::Arena;
use crate::solve::Engine;

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The answer, with its proof.
    pub verdict: Verdict,
    /// What shows it.
    pub witness: Option<Witness>,
}

/// Decides one question about a problem without a horizon. Its certificate is called `search.ROLE`.
///
/// # Errors
/// [`Undecided::NotDefined`], as for [`crate::decide::examine`], and [`Undecided::Rejected`] where the checker rejects our evidence.
pub fn settle(
    problem: &Problem,
    role: &str,
    question: &Question,
    budget: &Budget,
    engine: Engine,
) -> Result<Settlement, Undecided> {
    let arena = Arena::new(problem, budget.clone(), engine);
    let model = Model::read(explicit_model(problem).as_bytes())
        .map_err(|unreadable| Undecided::Rejected(rejection(&unreadable)))?;
    let reading = match question {
        Question::OfPolicy { policies: FixedSet::Given, .. } => Reading::Given,
        Question::AtEach { scope: Scope::Every, .. } | Question::OfPolicy { scope: Scope::Every, .. } => {
            Reading::Forall
        }
        Question::AtEach { scope: Scope::Some, .. } | Question::OfPolicy { scope: Scope::Some, .. } => Reading::Exists,
    };
    let name = format!("search.{} {reading}", role.replace(' ', "-"));
    let (verdict, witness) = Decider::new(&arena, &model).prove(&name, &Claim::Ask(question.clone()))?;
    match verdict {
        Verdict::Rejected(reason) => Err(Undecided::Rejected(reason)),
        verdict => Ok(Settlement { verdict, witness }),
    }
}

/// The numbers and the path of a policy at a distribution, computed afresh.
#[must_use]
pub fn shown_by(arena: &Arena<'_>, reward: RewardName, at: &Distribution, policy: &RandomizedPolicy) -> Witness {
    witness_of(arena, &Evidence { distribution: Some(at.clone()), policy: Some(policy.clone()), reward })
}
