//! Values of one policy in floating point: by factors where those stay sparse, else by sweeps.
//!
//! A large component whose states lead anywhere fills up: its factors have as many numbers as it has pairs of states. Sweeps over it cost
//! what it has transitions, and how many are needed depends on the discount, or on the steps that are left, alone.
#![allow(clippy::cast_precision_loss, reason = "a proposal may be wrong; exact inequalities decide")]
#![allow(clippy::cast_possible_truncation, reason = "an estimate of work")]
#![allow(clippy::cast_sign_loss, reason = "an estimate of work")]

use std::ops::Range;

use crate::budget::{Budget, Exhausted};
use crate::solve::sparse::Factors;

/// Sweeps that are reckoned with where there is no discount.
const UNDISCOUNTED_SWEEPS: f64 = 2_000.0;

/// Sweeps after which values that still move are given up.
const MOST_SWEEPS: usize = 40_000;

/// Entries that a sweep goes over in the time that elimination takes for one.
const SWEEP: f64 = 4.0;

/// Change in one sweep, beside the largest value, below which values have converged.
const CONVERGED: f64 = 1e-14;

/// What solves `x = b + γ P x` under one policy.
pub(super) enum Evaluation {
    /// `I − γP` is factorised.
    Factors(Factors<f64>),
    /// Gauss–Seidel sweeps, component by component, what is led to first.
    Sweeps(Sweeps),
}

/// The rows of `γP`, without the diagonal.
pub(super) struct Sweeps {
    first: Vec<usize>,
    weights: Vec<(u32, f64)>,
    /// `1 / (1 − γ P(s, s))`.
    inverses: Vec<f64>,
    blocks: Vec<Range<usize>>,
}

impl Evaluation {
    /// By factors, from the rows of `γP`. `None` if they cost much more than sweeps would.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn by_factors(
        rows: &[&[(u32, f64)]],
        discount: f64,
        budget: &Budget,
    ) -> Result<Option<Self>, Exhausted> {
        let entries: usize = rows.iter().map(|row| row.len() + 1).sum();
        let sweeps = if discount < 1.0 { CONVERGED.ln() / discount.ln() } else { UNDISCOUNTED_SWEEPS };
        let most = (sweeps * entries as f64 / SWEEP) as u64;
        Ok(Factors::within(matrix(rows), most, budget)?.map(Self::Factors))
    }

    /// By sweeps, from the rows of `γP` and the components of the model, in the order in which they need one another.
    /// `None` if a row leads to itself alone.
    pub(super) fn by_sweeps(rows: &[&[(u32, f64)]], blocks: &[Range<usize>]) -> Option<Self> {
        Sweeps::new(rows, blocks).map(Self::Sweeps)
    }

    /// The solution, from a start that may be close to it; `None` if sweeps do not converge.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn solve(&self, right: &[f64], start: &[f64], budget: &Budget) -> Result<Option<Vec<f64>>, Exhausted> {
        match self {
            Self::Factors(factors) => {
                let mut solution = right.to_vec();
                factors.solve(&mut solution);
                Ok(Some(solution))
            }
            Self::Sweeps(sweeps) => sweeps.solve(right, start.to_vec(), budget),
        }
    }
}

/// `I − γP`.
fn matrix(rows: &[&[(u32, f64)]]) -> Vec<Vec<(u32, f64)>> {
    let row = |(unknown, weights): (u32, &&[(u32, f64)])| {
        let mut entries = vec![(unknown, 1.0)];
        for &(target, weight) in *weights {
            if target == unknown {
                entries[0].1 -= weight;
            } else {
                entries.push((target, -weight));
            }
        }
        entries
    };
    (0u32..).zip(rows).map(row).collect()
}

impl Sweeps {
    fn new(rows: &[&[(u32, f64)]], blocks: &[Range<usize>]) -> Option<Self> {
        let mut sweeps = Self { first: vec![0], weights: Vec::new(), inverses: Vec::new(), blocks: blocks.to_vec() };
        for (unknown, row) in (0u32..).zip(rows) {
            let own: f64 = row.iter().filter(|(target, _)| *target == unknown).map(|(_, weight)| weight).sum();
            sweeps.weights.extend(row.iter().filter(|(target, _)| *target != unknown));
            sweeps.first.push(sweeps.weights.len());
            sweeps.inverses.push((own < 1.0).then(|| 1.0 / (1.0 - own))?);
        }
        Some(sweeps)
    }

    fn solve(&self, right: &[f64], mut values: Vec<f64>, budget: &Budget) -> Result<Option<Vec<f64>>, Exhausted> {
        for block in &self.blocks {
            if !self.settle(block.clone(), right, &mut values, budget)? {
                return Ok(None);
            }
        }
        Ok(Some(values))
    }

    /// Whether the values of a component converge.
    fn settle(
        &self,
        block: Range<usize>,
        right: &[f64],
        values: &mut [f64],
        budget: &Budget,
    ) -> Result<bool, Exhausted> {
        for _ in 0..MOST_SWEEPS {
            budget.check()?;
            let (mut change, mut largest) = (0.0_f64, 0.0_f64);
            for unknown in block.clone() {
                let row = &self.weights[self.first[unknown]..self.first[unknown + 1]];
                let next: f64 = row.iter().map(|&(target, weight)| weight * values[target as usize]).sum();
                let value = (right[unknown] + next) * self.inverses[unknown];
                change = change.max((value - values[unknown]).abs());
                largest = largest.max(value.abs());
                values[unknown] = value;
            }
            if change <= CONVERGED * largest || block.len() == 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A random component: with probability 1/8 the execution ends.
    fn rows(count: u32) -> Vec<Vec<(u32, f64)>> {
        let targets = |state: u32| (1..=5).map(move |link| (state * 31 + link * link * 17 + 5) % count);
        (0..count).map(|state| targets(state).map(|target| (target, 0.175)).collect()).collect()
    }

    #[test]
    fn sweeps_and_factors_find_the_same_values() {
        let rows = rows(211);
        let slices: Vec<&[(u32, f64)]> = rows.iter().map(Vec::as_slice).collect();
        let right: Vec<f64> = (0..211).map(|state| f64::from(state % 7)).collect();
        let budget = Budget::unlimited();
        let start = vec![0.0; 211];
        let by_factors = Factors::new(matrix(&slices), &budget).expect("no limit").map(Evaluation::Factors);
        let by_sweeps = Evaluation::by_sweeps(&slices, std::slice::from_ref(&(0..211)));
        let solved = |evaluation: Option<Evaluation>| {
            evaluation.expect("it can be done").solve(&right, &start, &budget).expect("no limit").expect("it converges")
        };
        let pairs = solved(by_factors).into_iter().zip(solved(by_sweeps));
        assert!(pairs.into_iter().all(|(left, right)| (left - right).abs() < 1e-11 && left > 1.0));
    }

    #[test]
    fn factors_that_fill_up_are_left_for_sweeps() {
        let by_factors = |rows: Vec<Vec<(u32, f64)>>| {
            let slices: Vec<&[(u32, f64)]> = rows.iter().map(Vec::as_slice).collect();
            Evaluation::by_factors(&slices, 0.5, &Budget::unlimited()).expect("no limit")
        };
        assert!(by_factors(rows(1009)).is_none());
        assert!(by_factors((0..1009).map(|state| vec![((state + 1) % 1009, 0.5)]).collect()).is_some());
    }
}
