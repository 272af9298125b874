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
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::{Rational, Reward};
use crate::problem::{Problem, ProblemParts};
use crate::search::Arena;

/// What stands before the reading in the certificate's claim.
const NAME: &str = "mesa-objective.inner";

/// That every or some policy of a set is no optimiser of robustly aligned objectives alone, shown by one objective.
///
/// The objective is a reward of the class whose weights are not all 0. `None` if it does not show that, or not to the checker.
///
/// # Errors
/// When the budget is exhausted, or a value is not defined.
pub(super) fn failure(
    arena: &Arena<'_>,
    reading: Reading,
    policies: FixedSet,
    scope: Scope,
    objective: Reward,
) -> Result<Option<(Proof, Option<Witness>)>, Undecided> {
    let parts = ProblemParts { intended: objective, ..(**arena.problem).clone() };
    let Ok(problem) = Problem::new(parts) else { return Ok(None) };
    let arena = Arena::new(&problem, arena.budget.clone(), arena.engine());
    let explicit: Arc<str> = explicit_model(&problem).into();
    let model = Model::read(explicit.as_bytes()).map_err(|unreadable| Undecided::Rejected(rejection(&unreadable)))?;
    let (verdict, witness) =
        Decider::new(&arena, &model).prove(&format!("{NAME} {reading}"), &claim(policies, scope))?;
    Ok(match verdict {
        Verdict::Fails(proof) => Some((Proof { about: Some(explicit), ..proof }, witness)),
        _ => None,
    })
}

/// The intended reward, if it is an objective of the class: what is right elsewhere may be what a designer's reward is silent about.
pub(super) fn intended(problem: &Problem) -> Option<Reward> {
    let mut rows: Vec<(Vec<&Rational>, &Rational)> = Vec::new();
    for (choice, value) in problem.intended.iter().enumerate() {
        let row = (problem.features.iter().map(|feature| &feature.values[choice]).collect(), value);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    // Weights of either sign are differences of two variables.
    let row = |(features, value): (Vec<&Rational>, &Rational)| {
        let signed = features.into_iter().enumerate().filter(|(_, value)| **value != Rational::ZERO);
        let coefficients = signed.flat_map(|(at, value)| [(2 * at, value.clone()), (2 * at + 1, -value)]).collect();
        Row { coefficients, relation: Relation::Equal, bound: value.clone() }
    };
    let variables = 2 * problem.features.len();
    let program = LinearProgram { variables, rows: rows.into_iter().map(row).collect(), objective: Vec::new() };
    let is_zero = problem.intended.iter().all(|value| *value == Rational::ZERO);
    (!is_zero && matches!(program.solve(), Outcome::Optimal { .. })).then(|| problem.intended.clone())
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
