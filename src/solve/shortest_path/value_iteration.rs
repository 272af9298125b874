//! Value iteration in floating point on a whole discounted model: it proposes numbers that `bounds` then judges.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a proposal may be wrong; integers decide"
)]

use crate::budget::{Budget, Exhausted};
use crate::mdp::{CompressedRows, Rational};
use crate::solve::Sense;
use crate::solve::shortest_path::weights::{Number, Weights};

/// Sweeps before the values are taken as they are.
const MOST_SWEEPS: usize = 100_000;

/// Approximate values times a power of two, rounded to machine integers.
pub(super) struct Proposal {
    pub(super) values: Vec<i64>,
    pub(super) fraction_bits: u32,
}

fn approximate(number: &Rational) -> f64 {
    number.to_f64().value()
}

/// Sweeps until no value changes by more than a share of `epsilon` that keeps the result within it. `None` when the
/// numbers are beyond floating point.
pub(super) fn propose(
    rows: CompressedRows<'_>,
    weights: &Weights<'_>,
    (sense, discount): (Sense, &Rational),
    epsilon: &Rational,
    budget: &Budget,
) -> Result<Option<Proposal>, Exhausted> {
    let all = |numbers: &[Number]| -> Vec<f64> { numbers.iter().map(|number| approximate(&number.exact)).collect() };
    let (probabilities, rewards) = (all(&weights.probabilities), all(&weights.rewards));
    let count = rows.first_choice.len() - 1;
    let mut values = vec![0.0f64; count];
    let enough = approximate(&(epsilon * (Rational::ONE - discount))) / 4.0;
    for _ in 0..MOST_SWEEPS {
        budget.check()?;
        let mut change: f64 = 0.0;
        for state in 0..count {
            let mut best = None;
            for choice in rows.choices(state) {
                let successors = rows.targets(choice).iter().zip(rows.probabilities(choice));
                let sum: f64 =
                    successors.map(|(&target, &index)| probabilities[index as usize] * values[target as usize]).sum();
                let worth = rewards[weights.reward_index(choice)] + sum;
                best = Some(match (best, sense) {
                    (None, _) => worth,
                    (Some(best), Sense::Max) => f64::max(best, worth),
                    (Some(best), Sense::Min) => f64::min(best, worth),
                });
            }
            if let Some(best) = best {
                change = change.max((best - values[state]).abs());
                values[state] = best;
            }
        }
        // Below the last digit of the values nothing more is to be had.
        let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        if change <= enough.max(largest * 1e-16) {
            break;
        }
    }
    // Rewards have to fit as well: they may be larger than any value.
    let largest = values.iter().chain(&rewards).fold(1.0, |largest: f64, number| largest.max(number.abs()));
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
