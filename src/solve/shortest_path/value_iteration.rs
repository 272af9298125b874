//! Value iteration in floating point on a whole discounted model: it proposes numbers that `bounds` then judges.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a proposal may be wrong; integers decide"
)]

use rayon::prelude::*;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{CompressedRows, Rational};
use crate::solve::Sense;
use crate::solve::shortest_path::weights::{Number, Weights};

/// Sweeps before the values are taken as they are.
const MOST_SWEEPS: usize = 100_000;

/// A change below this part of the largest value is rounding.
const ROUNDING: f64 = 1e-15;

/// States that one thread takes at a time.
const SHARE: usize = 1 << 12;

/// Approximate values times a power of two, rounded to machine integers.
pub(super) struct Proposal {
    pub(super) values: Vec<i64>,
    pub(super) fraction_bits: u32,
}

fn approximate(number: &Rational) -> f64 {
    number.to_f64().value()
}

/// The model in floating point.
struct Floats<'a> {
    rows: CompressedRows<'a>,
    weights: &'a Weights<'a>,
    /// Probabilities times the discount.
    probabilities: Vec<f64>,
    rewards: Vec<f64>,
    sense: Sense,
}

impl Floats<'_> {
    fn worth(&self, choice: usize, values: &[f64]) -> f64 {
        let successors = self.rows.targets(choice).iter().zip(self.rows.probabilities(choice));
        let sum: f64 =
            successors.map(|(&target, &index)| self.probabilities[index as usize] * values[target as usize]).sum();
        self.rewards[self.weights.reward_index(choice)] + sum
    }

    /// The best of the choices; `None` for an absorbing state.
    fn best(&self, state: usize, values: &[f64]) -> Option<f64> {
        let worths = self.rows.choices(state).map(|choice| self.worth(choice, values));
        worths.reduce(match self.sense {
            Sense::Max => f64::max,
            Sense::Min => f64::min,
        })
    }

    /// One state after the other, each with the newest values; the largest change.
    fn sweep_in_place(&self, values: &mut [f64]) -> f64 {
        let mut change: f64 = 0.0;
        for state in 0..values.len() {
            if let Some(best) = self.best(state, values) {
                change = change.max((best - values[state]).abs());
                values[state] = best;
            }
        }
        change
    }

    /// All states at once into `next`; the least and the largest difference.
    fn sweep_apart(&self, values: &[f64], next: &mut [f64]) -> (f64, f64) {
        let one = |(state, slot): (usize, &mut f64)| {
            *slot = self.best(state, values).unwrap_or(0.0);
            let difference = *slot - values[state];
            (difference, difference)
        };
        next.par_iter_mut()
            .enumerate()
            .with_min_len(SHARE)
            .map(one)
            .reduce(|| (f64::INFINITY, f64::NEG_INFINITY), |left, right| (left.0.min(right.0), left.1.max(right.1)))
    }
}

fn largest_of<'a>(numbers: impl Iterator<Item = &'a f64>) -> f64 {
    numbers.fold(0.0, |largest: f64, number| largest.max(number.abs()))
}

/// Sweeps until the values are good enough for bounds that are `epsilon` apart. `None` when the numbers are beyond
/// floating point.
pub(super) fn propose(
    rows: CompressedRows<'_>,
    weights: &Weights<'_>,
    (sense, discount): (Sense, &Rational),
    epsilon: &Rational,
    budget: &Budget,
) -> Result<Option<Proposal>, Exhausted> {
    let all = |numbers: &[Number]| -> Vec<f64> { numbers.iter().map(|number| approximate(&number.exact)).collect() };
    let floats =
        Floats { rows, weights, probabilities: all(&weights.probabilities), rewards: all(&weights.rewards), sense };
    let count = rows.first_choice.len() - 1;
    let mut values = vec![0.0f64; count];
    let enough = approximate(&(epsilon * (Rational::ONE - discount))) / 4.0;
    if (0..count).any(|state| rows.choices(state).is_empty()) {
        for _ in 0..MOST_SWEEPS {
            budget.check()?;
            if floats.sweep_in_place(&mut values) <= enough.max(largest_of(values.iter()) * ROUNDING) {
                break;
            }
        }
    } else {
        // Values of a model that mixes soon differ from the optimal ones by nearly the same number everywhere, which
        // the least and the largest difference tell (MacQueen).
        let ahead = approximate(&(discount / (Rational::ONE - discount)));
        let mut next = vec![0.0f64; count];
        for _ in 0..MOST_SWEEPS {
            budget.check()?;
            let (least, most) = floats.sweep_apart(&values, &mut next);
            std::mem::swap(&mut values, &mut next);
            if most - least <= enough.max(largest_of(values.iter()) * ROUNDING) {
                let shift = ahead * f64::midpoint(least, most);
                values.iter_mut().for_each(|value| *value += shift);
                break;
            }
        }
    }
    // Rewards have to fit as well: they may be larger than any value.
    let largest = largest_of(values.iter().chain(&floats.rewards)).max(1.0);
    if !largest.is_finite() || largest >= 2f64.powi(58) {
        return Ok(None);
    }
    let fraction_bits = 59 - largest.log2().ceil() as u32;
    let scale = 2f64.powi(i32::try_from(fraction_bits).unwrap_or(0));
    Ok(Some(Proposal {
        values: values.into_iter().map(|value| (value * scale).round() as i64).collect(),
        fraction_bits,
    }))
}
