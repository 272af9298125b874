//! The linear program of a stopping problem, solved in floating point through `good_lp`: it proposes a policy.
//!
//! For a largest value: minimise `Σ v` subject to `v(s) ≥ r(s,a) + γ Σ P v` (Puterman, *Markov Decision
//! Processes*, section 6.9); the proposal takes a tight choice in each state. Nothing else leaves this module.
#![allow(clippy::cast_precision_loss, reason = "a proposal may be wrong; exact arithmetic decides")]

use good_lp::variable::UnsolvedProblem;
use good_lp::{Expression, ProblemVariables, Solution as _, SolverModel, Variable, constraint, variable};

use crate::mdp::{ChoiceId, Policy, Rational, StateId};
use crate::solve::Sense;
use crate::solve::stopping::Stopping;

fn approximate(value: &Rational) -> f64 {
    value.to_f64().value()
}

/// A policy that stops, or `None` if no backend is compiled in or it gave up.
pub(super) fn propose(problem: &Stopping<'_>) -> Option<Policy> {
    let mdp = problem.mdp;
    let mut variables = ProblemVariables::new();
    let unknowns: Vec<Option<Variable>> =
        (0..mdp.states()).map(|state| problem.fixed[state].is_none().then(|| variables.add(variable()))).collect();
    let one_step = |choice: ChoiceId| -> Expression {
        let mut sum = Expression::from(approximate(problem.reward(choice)));
        for (target, probability) in mdp.row(choice) {
            let weight = approximate(&(probability * problem.discount()));
            match unknowns[target] {
                Some(unknown) => sum += weight * unknown,
                None => {
                    let value = problem.fixed[target].as_ref().and_then(|value| value.finite());
                    sum += weight * value.map_or(0.0, approximate);
                }
            }
        }
        sum
    };
    let objective: Expression = unknowns.iter().flatten().copied().sum();
    let unsolved = match problem.sense {
        Sense::Max => variables.minimise(objective),
        Sense::Min => variables.maximise(objective),
    };
    let mut constraints = Vec::new();
    for (state, unknown) in unknowns.iter().enumerate() {
        let Some(unknown) = *unknown else { continue };
        for choice in problem.choices_of(state) {
            constraints.push(match problem.sense {
                Sense::Max => constraint!(unknown >= one_step(choice)),
                Sense::Min => constraint!(unknown <= one_step(choice)),
            });
        }
    }
    let values = solve_with_backend(unsolved, constraints, &unknowns)?;
    let mut policy = problem.start.clone();
    for state in problem.open() {
        let value = |choice: ChoiceId| -> f64 {
            let sum: f64 = mdp
                .row(choice)
                .map(|(target, probability)| {
                    let fixed = problem.fixed[target].as_ref().and_then(|value| value.finite());
                    approximate(probability) * fixed.map_or(values[target], approximate)
                })
                .sum();
            approximate(problem.reward(choice)) + approximate(problem.discount()) * sum
        };
        if let Some(choice) = best_of(problem, state, value) {
            policy.set(state, choice);
        }
    }
    problem.make_stopping(&mut policy);
    Some(policy)
}

fn best_of(problem: &Stopping<'_>, state: StateId, value: impl Fn(ChoiceId) -> f64) -> Option<ChoiceId> {
    problem.choices_of(state).max_by(|&left, &right| {
        let (left, right) = match problem.sense {
            Sense::Max => (value(left), value(right)),
            Sense::Min => (value(right), value(left)),
        };
        left.total_cmp(&right)
    })
}

/// The backend that is compiled in: HiGHS before Clarabel before microlp.
#[cfg(any(feature = "highs", feature = "clarabel", feature = "microlp"))]
fn solve_with_backend(
    unsolved: UnsolvedProblem,
    constraints: Vec<good_lp::Constraint>,
    unknowns: &[Option<Variable>],
) -> Option<Vec<f64>> {
    #[cfg(feature = "highs")]
    let backend = good_lp::highs;
    #[cfg(all(feature = "clarabel", not(feature = "highs")))]
    let backend = good_lp::clarabel;
    #[cfg(all(feature = "microlp", not(any(feature = "highs", feature = "clarabel"))))]
    let backend = good_lp::microlp;
    let mut model = unsolved.using(backend);
    for constraint in constraints {
        model.add_constraint(constraint);
    }
    let solution = model.solve().ok()?;
    Some(unknowns.iter().map(|unknown| unknown.map_or(0.0, |unknown| solution.value(unknown))).collect())
}

#[cfg(not(any(feature = "highs", feature = "clarabel", feature = "microlp")))]
fn solve_with_backend(_: UnsolvedProblem, _: Vec<good_lp::Constraint>, _: &[Option<Variable>]) -> Option<Vec<f64>> {
    None
}
