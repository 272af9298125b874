//! Floating-point value iteration: it proposes a policy, nothing else leaves this module.
#![allow(clippy::cast_precision_loss, reason = "a proposal may be wrong; exact arithmetic decides")]

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, Policy, Rational, StateId};
use crate::solve::Sense;
use crate::solve::graph::components;
use crate::solve::sparse::Field;
use crate::solve::stopping::Stopping;

/// Sweeps over one component before the proposal is taken as it is.
const MOST_SWEEPS: usize = 20_000;

/// Relative change below which a component is taken to have converged.
const CONVERGED: f64 = 1e-13;

/// Products that are summed side by side.
const LANES: usize = 8;

/// M-matrices need no other pivots than their diagonal, which is positive.
impl Field for f64 {
    const ZERO: Self = 0.0;

    fn inverse(self) -> Option<Self> {
        (self > 0.0 && self.is_finite()).then(|| self.recip())
    }

    fn times(self, other: Self) -> Self {
        self * other
    }

    fn minus(self, other: Self) -> Self {
        self - other
    }

    fn is_zero(self) -> bool {
        self == 0.0
    }

    fn minus_products(self, left: &[Self], right: &[Self]) -> Self {
        let mut lanes = [0.0; LANES];
        let (left, right) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
        let rest: Self = left.remainder().iter().zip(right.remainder()).map(|(left, right)| left * right).sum();
        for (left, right) in left.zip(right) {
            for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
                *lane += left * right;
            }
        }
        self - lanes.iter().sum::<Self>() - rest
    }
}

struct Floats<'a> {
    problem: &'a Stopping<'a>,
    values: Vec<f64>,
    probabilities: Vec<f64>,
    rewards: Vec<f64>,
    discount: f64,
}

fn approximate(value: &Rational) -> f64 {
    value.to_f64().value()
}

impl Floats<'_> {
    fn one_step(&self, choice: ChoiceId) -> f64 {
        let sum: f64 = self
            .problem
            .mdp
            .indexed_row(choice)
            .map(|(target, probability)| self.probabilities[probability] * self.values[target])
            .sum();
        self.rewards[choice] + self.discount * sum
    }

    /// The best choice; among those that look equal, the earlier one.
    fn best(&self, state: StateId) -> Option<(ChoiceId, f64)> {
        let mut best: Option<(ChoiceId, f64)> = None;
        for choice in self.problem.choices_of(state) {
            let value = self.one_step(choice);
            let better = best.is_none_or(|(_, incumbent)| {
                let gain = match self.problem.sense {
                    Sense::Max => value - incumbent,
                    Sense::Min => incumbent - value,
                };
                gain > 1e-11 * (1.0 + incumbent.abs())
            });
            if better {
                best = Some((choice, value));
            }
        }
        best
    }

    fn settle(&mut self, component: &[StateId], budget: &Budget) -> Result<(), Exhausted> {
        for _ in 0..MOST_SWEEPS {
            budget.check()?;
            let mut change: f64 = 0.0;
            for &state in component {
                if let Some((_, value)) = self.best(state) {
                    change = change.max((value - self.values[state]).abs() / (1.0 + value.abs()));
                    self.values[state] = value;
                }
            }
            if component.len() == 1 && change == 0.0 || change < CONVERGED {
                break;
            }
        }
        Ok(())
    }
}

/// A policy that looks optimal in floating point and stops.
pub(super) fn propose(problem: &Stopping<'_>, budget: &Budget) -> Result<Policy, Exhausted> {
    let mdp = problem.mdp;
    let mut floats = Floats {
        problem,
        values: problem
            .fixed
            .iter()
            .map(|value| value.as_ref().and_then(|value| value.finite()).map_or(0.0, approximate))
            .collect(),
        probabilities: mdp.distinct_probabilities().iter().map(approximate).collect(),
        rewards: (0..mdp.choices()).map(|choice| approximate(problem.reward(choice))).collect(),
        discount: approximate(problem.discount()),
    };
    let open: Vec<StateId> = problem.open().collect();
    let mut position = vec![usize::MAX; mdp.states()];
    for (index, &state) in open.iter().enumerate() {
        position[state] = index;
    }
    let order = components(open.len(), |index| {
        problem
            .choices_of(open[index])
            .flat_map(|choice| mdp.successors(choice))
            .map(|target| position[target])
            .filter(|&target| target != usize::MAX)
            .collect()
    });
    for component in order {
        let component: Vec<StateId> = component.into_iter().map(|index| open[index]).collect();
        floats.settle(&component, budget)?;
    }
    let mut policy = problem.start.clone();
    for &state in &open {
        if let Some((choice, _)) = floats.best(state) {
            policy.set(state, choice);
        }
    }
    problem.make_stopping(&mut policy);
    Ok(policy)
}
