//! Failures of the inner half of `mesa` in the terms of certificates.
//!
//! Certificates know two rewards. With one objective of the class in the place of the intended reward, a failure is a combination of
//! questions (`proofs/theory/rewards.md`, W5): a theorem about another explicit model, which is kept with it.

use std::sync::Arc;

use lavaproof_checker::Model;

use crate::certify::explicit_model;
use crate::decide::Decider;
use crate::decide::verdict::{Undecided, rejection};
use crate::decomposition::{
    Atom, Claim, Demand, Family, FixedSet, LocalSet, Proof, Question, Reading, RewardName, Scope, Verdict, Witness,
};
use crate::mdp::Reward;
use crate::problem::{Problem, ProblemParts};
use crate::search::Arena;

/// What stands before the reading in the certificate's claim.
const NAME: &str = "mesa-objective.inner";

/// That every or some policy of a set is no optimiser of robustly aligned objectives alone, shown by one objective.
///
/// The objective is a reward of the class whose weights are not all 0. `None` if it does not show that, or no certificate is found; a
/// certificate that the checker rejects is told.
///
/// # Errors
/// When the budget is exhausted, or a value is not defined.
pub(super) fn failure(
    arena: &Arena<'_>,
    reading: Reading,
    policies: FixedSet,
    scope: Scope,
    objective: Reward,
) -> Result<Option<(Verdict, Option<Witness>)>, Undecided> {
    // What every trained policy does in training is what is said of all: another set has other policies.
    if !matches!(policies, FixedSet::Given | FixedSet::Optimal(RewardName::Specified)) {
        return Ok(None);
    }
    let parts = ProblemParts { intended: objective, ..(**arena.problem).clone() };
    let Ok(problem) = Problem::new(parts) else { return Ok(None) };
    let arena = Arena::new(&problem, arena.budget.clone(), arena.engine());
    let explicit: Arc<str> = explicit_model(&problem).into();
    let model = Model::read(explicit.as_bytes()).map_err(|unreadable| Undecided::Rejected(rejection(&unreadable)))?;
    let (verdict, witness) =
        Decider::new(&arena, &model).prove(&format!("{NAME} {reading}"), &claim(policies, scope))?;
    Ok(match verdict {
        Verdict::Fails(proof) => Some((Verdict::Fails(Proof { about: Some(explicit), ..proof }), witness)),
        Verdict::Rejected(_) => Some((verdict, None)),
        Verdict::Holds(_) | Verdict::Unknown(_) | Verdict::NotApplicable(_) => None,
    })
}

/// *If the objective is what the policies in question pursue, it is robustly aligned.*
///
/// It is pursued by some policy of the set, which is optimal for it on all that is met; and where some policy must be without fault, by all
/// trained ones in training.
fn claim(policies: FixedSet, scope: Scope) -> Claim {
    let pursued = vec![Demand { family: Family::Encountered, atom: Atom::Optimal(RewardName::Intended) }];
    let of_given = policies == FixedSet::Given;
    let some = if of_given { Scope::Every } else { Scope::Some };
    let mut premise = Claim::Ask(Question::OfPolicy { policies, scope: some, demands: pursued });
    let implied = |family, ours, theirs| {
        Claim::Ask(Question::AtEach {
            family,
            policies: LocalSet::Optimal(ours),
            scope: Scope::Every,
            atoms: vec![Atom::Optimal(theirs)],
        })
    };
    if scope == Scope::Some && !of_given {
        let explained = implied(Family::Train, RewardName::Specified, RewardName::Intended);
        premise = Claim::And(Box::new(premise), Box::new(explained));
    }
    let robust = implied(Family::Deploy, RewardName::Intended, RewardName::Specified);
    Claim::Or(Box::new(Claim::Not(Box::new(premise))), Box::new(robust))
}
