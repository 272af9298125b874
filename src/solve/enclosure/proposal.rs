//! Floating point for enclosures: first values, corrections and expected steps. All of it is only proposed.
#![allow(clippy::cast_precision_loss, reason = "a proposal may be wrong; exact inequalities decide")]
#![allow(clippy::cast_possible_truncation, reason = "floats are rounded to integers on purpose")]

use std::cell::Cell;

use dashu_base::BitTest;
use dashu_int::IBig;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Policy, Rational};
use crate::solve::Sense;
use crate::solve::enclosure::Enclosure;
use crate::solve::enclosure::evaluation::Evaluation;
use crate::solve::enclosure::quotient::Quotient;

/// Sweeps over one component that choose anew; policy iteration goes on from there.
const MOST_SWEEPS: usize = 40;

/// Policies that are tried before the floats are given up.
const MOST_POLICIES: usize = 100;

/// Sweeps that keep the policy, after each that chooses anew.
const POLICY_SWEEPS: usize = 12;

/// Relative change below which values have converged.
const CONVERGED: f64 = 1e-13;

/// Relative difference below which choices look equal.
const LOOKS_EQUAL: f64 = 1e-11;

/// Relative loss up to which a choice counts as nearly optimal.
const NEARLY_OPTIMAL: f64 = 1e-6;

/// Bits behind the point of values that leave this module.
const GUESSED_BITS: usize = 50;

/// Bits of a residual that are looked at.
const RESIDUAL_BITS: usize = 60;

/// More expected steps than this are too many.
const MOST_STEPS: f64 = 1e12;

/// Integers beyond this are not made from floats.
const LARGEST: f64 = 1e36;

/// The rows of a quotient in floating point.
pub(super) struct Floats<'q> {
    quotient: &'q Quotient<'q>,
    constants: Vec<f64>,
    /// Weights of row `r` are `weights[first[r]..first[r + 1]]`.
    first: Vec<usize>,
    weights: Vec<(u32, f64)>,
    /// Whether a policy has been met whose matrix fills up in elimination: the others' will.
    fills_up: Cell<bool>,
}

/// Where refinement starts.
pub(super) struct Guess {
    /// Values of the unknowns, times `2^fraction_bits`.
    pub(super) values: Vec<IBig>,
    pub(super) fraction_bits: usize,
    /// A row for each unknown; undiscounted, the policy that takes them stops.
    pub(super) taken: Vec<usize>,
    /// Integers `w` with `w ≥ 1 + γ Σ P w` on rows that are nearly optimal: more than the expected steps that are left.
    pub(super) steps: Vec<IBig>,
}

impl<'q> Floats<'q> {
    pub(super) fn new(quotient: &'q Quotient<'q>) -> Self {
        let mut floats =
            Self { quotient, constants: Vec::new(), first: vec![0], weights: Vec::new(), fills_up: Cell::new(false) };
        for row in &quotient.rows {
            let denominator = row.denominator.to_f64().value();
            floats.constants.push(row.constant.to_f64().value() / denominator);
            floats
                .weights
                .extend(row.weights.iter().map(|(target, weight)| (*target, weight.to_f64().value() / denominator)));
            floats.first.push(floats.weights.len());
        }
        floats
    }

    /// Values, a policy and expected steps; from an earlier enclosure where there is one.
    pub(super) fn guess(&self, earlier: Option<&Enclosure>, budget: &Budget) -> Result<Option<Guess>, Exhausted> {
        let (floats, values, fraction_bits, taken) = match earlier {
            Some(earlier) => {
                let middle = |members: &Vec<usize>| {
                    let state = *members.first()?;
                    Some((earlier.lower[state].as_ref()? + earlier.upper[state].as_ref()?) >> 1usize)
                };
                let values: Option<Vec<IBig>> = self.quotient.members.iter().map(middle).collect();
                let Some(values) = values else { return Ok(None) };
                let floats = values.iter().map(|value| float(value, earlier.fraction_bits)).collect();
                let Some(taken) = self.rows_of(&earlier.policy) else { return Ok(None) };
                (floats, values, earlier.fraction_bits, taken)
            }
            None => {
                let (taken, floats) = self.value_iteration(budget)?;
                let mut policy = self.quotient.policy(&taken);
                self.quotient.problem.make_stopping(&mut policy);
                let Some(mut taken) = self.rows_of(&policy) else { return Ok(None) };
                let Some(floats) = self.policy_iteration(&mut taken, floats, budget)? else { return Ok(None) };
                let scale = (GUESSED_BITS as f64).exp2();
                let values: Option<Vec<IBig>> = floats.iter().map(|value| integer(value * scale)).collect();
                let Some(values) = values else { return Ok(None) };
                (floats, values, GUESSED_BITS, taken)
            }
        };
        let Some(steps) = self.steps(&taken, &floats, budget)? else { return Ok(None) };
        Ok(Some(Guess { values, fraction_bits, taken, steps }))
    }

    fn rows_of(&self, policy: &Policy) -> Option<Vec<usize>> {
        (0..self.quotient.len()).map(|unknown| self.quotient.row_of_policy(unknown, policy)).collect()
    }

    fn next(&self, row: usize, values: &[f64]) -> f64 {
        self.weights[self.first[row]..self.first[row + 1]]
            .iter()
            .map(|&(target, weight)| weight * values[target as usize])
            .sum()
    }

    /// A policy and values, by a few rounds of value iteration.
    fn value_iteration(&self, budget: &Budget) -> Result<(Vec<usize>, Vec<f64>), Exhausted> {
        let mut values = vec![0.0; self.quotient.len()];
        let mut taken: Vec<usize> = (0..self.quotient.len()).map(|unknown| self.quotient.first_row[unknown]).collect();
        for block in &self.quotient.blocks {
            for _ in 0..MOST_SWEEPS {
                budget.check()?;
                let mut change: f64 = 0.0;
                for unknown in block.clone() {
                    let (row, value) = self.best(unknown, &values, 0.0);
                    change = change.max((value - values[unknown]).abs() / (1.0 + value.abs()));
                    values[unknown] = value;
                    taken[unknown] = row;
                }
                if change < CONVERGED {
                    break;
                }
                for _ in 0..if block.len() > 1 { POLICY_SWEEPS } else { 0 } {
                    for unknown in block.clone() {
                        let row = taken[unknown];
                        values[unknown] = self.constants[row] + self.next(row, &values);
                    }
                }
            }
            // Among choices that look equal the earlier one; while values still move, this would keep them moving.
            for unknown in block.clone() {
                taken[unknown] = self.best(unknown, &values, LOOKS_EQUAL).0;
            }
        }
        Ok((taken, values))
    }

    /// The best row, and its value; the earliest of those that are no better than by a relative difference.
    fn best(&self, unknown: usize, values: &[f64], difference: f64) -> (usize, f64) {
        let mut best: Option<(usize, f64)> = None;
        for row in self.quotient.rows_of(unknown) {
            let value = self.constants[row] + self.next(row, values);
            if best.is_none_or(|(_, incumbent)| self.gain(value, incumbent) > difference * (1.0 + incumbent.abs())) {
                best = Some((row, value));
            }
        }
        best.unwrap_or((self.quotient.first_row[unknown], 0.0))
    }

    fn gain(&self, value: f64, incumbent: f64) -> f64 {
        match self.quotient.problem.sense {
            Sense::Max => value - incumbent,
            Sense::Min => incumbent - value,
        }
    }

    /// The values of the policy, and a better policy until there is none that looks better.
    fn policy_iteration(
        &self,
        taken: &mut [usize],
        mut values: Vec<f64>,
        budget: &Budget,
    ) -> Result<Option<Vec<f64>>, Exhausted> {
        for _ in 0..MOST_POLICIES {
            let Some(evaluation) = self.evaluation(taken, budget)? else { return Ok(None) };
            let constants: Vec<f64> = taken.iter().map(|&row| self.constants[row]).collect();
            let Some(solved) = evaluation.solve(&constants, &values, budget)? else { return Ok(None) };
            values = solved;
            let mut changed = false;
            for (unknown, taken) in taken.iter_mut().enumerate() {
                let (row, value) = self.best(unknown, &values, LOOKS_EQUAL);
                let own = self.constants[*taken] + self.next(*taken, &values);
                if row != *taken && self.gain(value, own) > LOOKS_EQUAL * (1.0 + own.abs()) {
                    *taken = row;
                    changed = true;
                }
            }
            if !changed {
                return Ok(Some(values));
            }
        }
        Ok(None)
    }

    /// What finds the values of a policy.
    pub(super) fn evaluation(&self, taken: &[usize], budget: &Budget) -> Result<Option<Evaluation>, Exhausted> {
        let rows: Vec<&[(u32, f64)]> =
            taken.iter().map(|&row| &self.weights[self.first[row]..self.first[row + 1]]).collect();
        let discount = self.quotient.problem.discount().to_f64().value();
        if !self.fills_up.get() {
            let found = Evaluation::by_factors(&rows, discount, budget)?;
            if found.is_some() {
                return Ok(found);
            }
            self.fills_up.set(true);
        }
        Ok(Evaluation::by_sweeps(&rows, &self.quotient.blocks))
    }

    /// Roughly the solution of `d = residual + γ P d` under the policy that is evaluated.
    pub(super) fn correction(
        evaluation: &Evaluation,
        residual: &[IBig],
        budget: &Budget,
    ) -> Result<Option<Vec<IBig>>, Exhausted> {
        let longest = residual.iter().map(BitTest::bit_len).max().unwrap_or(0);
        let shift = longest.saturating_sub(RESIDUAL_BITS);
        let right: Vec<f64> = residual.iter().map(|value| float(&(value >> shift), 0)).collect();
        let Some(solution) = evaluation.solve(&right, &vec![0.0; right.len()], budget)? else { return Ok(None) };
        Ok(solution.into_iter().map(|value| Some(integer(value)? << shift)).collect())
    }

    /// See [`Guess::steps`]. Discounted, one number does for all: `1 / (1 − γ)`.
    fn steps(&self, taken: &[usize], values: &[f64], budget: &Budget) -> Result<Option<Vec<IBig>>, Exhausted> {
        let discount = self.quotient.problem.discount();
        if discount < &Rational::ONE {
            let most = (Rational::ONE / (Rational::ONE - discount)).ceil();
            return Ok(Some(vec![most; self.quotient.len()]));
        }
        let is_near = |unknown: usize, row: usize| {
            let loss = (self.constants[row] + self.next(row, values) - values[unknown]).abs();
            loss <= NEARLY_OPTIMAL * (1.0 + values[unknown].abs())
        };
        // The most steps that nearly optimal choices can take, by policy iteration.
        let mut slowest = taken.to_vec();
        let mut steps = vec![1.0; self.quotient.len()];
        for _ in 0..MOST_POLICIES {
            let Some(evaluation) = self.evaluation(&slowest, budget)? else { return Ok(None) };
            let Some(solved) = evaluation.solve(&vec![1.0; self.quotient.len()], &steps, budget)? else {
                return Ok(None);
            };
            steps = solved;
            if !steps.iter().all(|steps| (0.5..MOST_STEPS).contains(steps)) {
                return Ok(None);
            }
            let mut changed = false;
            for (unknown, slowest) in slowest.iter_mut().enumerate() {
                let mut most = steps[unknown] * (1.0 + LOOKS_EQUAL) + LOOKS_EQUAL;
                for row in self.quotient.rows_of(unknown).filter(|&row| is_near(unknown, row)) {
                    let own = 1.0 + self.next(row, &steps);
                    if own > most {
                        most = own;
                        *slowest = row;
                        changed = true;
                    }
                }
            }
            if !changed {
                // Rounding up may cost 1 of the 3.
                return Ok(steps.into_iter().map(|steps| integer((3.0 * steps).ceil() + 1.0)).collect());
            }
        }
        Ok(None)
    }
}

/// `integer / 2^fraction_bits`, roughly.
fn float(integer: &IBig, fraction_bits: usize) -> f64 {
    let excess = fraction_bits.saturating_sub(GUESSED_BITS);
    (integer >> excess).to_f64().value() / ((fraction_bits - excess) as f64).exp2()
}

/// The nearest integer, unless there is none or it is too large.
fn integer(value: f64) -> Option<IBig> {
    (value.abs() < LARGEST).then(|| IBig::from(value.round() as i128))
}
