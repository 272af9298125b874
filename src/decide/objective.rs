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

#[cfg(test)]
mod tests {
    use crate::budget::Budget;
    use crate::decide::examine;
    use crate::decomposition::{Definition, Half, Reading, Status, parse_formula};
    use crate::format;
    use crate::solve::Engine;

    /// How an inner half comes out for a shipped model.
    fn inner(file: &str, formula: &str) -> Vec<(Reading, Status)> {
        let path = format!("{}/models/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a shipped model");
        let problem = format::read(file, &text).expect("a model").problem;
        let parts = vec![(Half::Inner, parse_formula(formula).expect("a formula"))];
        let definition = Definition { id: "asked".to_owned(), summary: String::new(), source: String::new(), parts };
        let examined = examine(&problem, &[definition], &Budget::unlimited(), Engine::default()).expect("values");
        for answer in &examined.answers {
            // The theorem is about a model that is kept with it.
            assert!(answer.proof().is_none_or(|proof| proof.about.is_some()));
        }
        examined.answers.iter().map(|answer| (answer.reading, answer.status())).collect()
    }

    #[test]
    fn one_objective_shows_a_failure_of_trained_policies_alone() {
        let trained = "each p in trained: mesa(p)";
        let failures = [(Reading::Forall, Status::Fails), (Reading::Exists, Status::Fails)];
        assert_eq!(inner("ce8-pseudo-aligned.toml", trained), failures);
        // Some weights leave the total reward undefined; what is meant is an objective all the same.
        assert_eq!(inner("inverse-reward-design/lavaland.toml", trained), failures);
        // A policy that never goes right is no policy that goes right: nothing was found about it.
        let others = inner("ce8-pseudo-aligned.toml", "some p in policies: mesa(p)");
        assert!(others.iter().all(|(_, status)| *status == Status::Unknown));
        assert!(!others.is_empty());
    }
}
