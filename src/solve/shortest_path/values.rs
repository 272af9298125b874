//! Exact values of states, and what one choice makes of them.

use std::cmp::Ordering;

use dashu_base::BitTest;
use dashu_int::{IBig, UBig};

use crate::mdp::{CompressedRows, Rational};
use crate::solve::shortest_path::enclosure::{Enclosure, floor_of};
use crate::solve::shortest_path::fractions::{Denominators, Fraction};
use crate::solve::shortest_path::weights::Weights;

/// No floor has been asked for yet.
const UNKNOWN: i128 = i128::MIN;

/// The value is out of the range of floors.
const LARGE: i128 = i128::MAX;

/// The row of a choice over one machine integer: `(reward + Σ weight · value) / scale`.
#[derive(Debug, Default)]
pub(super) struct ScaledRow {
    pub(super) scale: u64,
    pub(super) reward: i128,
    pub(super) weights: Vec<(u32, u64)>,
}

/// The values found so far.
#[derive(Debug)]
pub(super) struct Values<'a> {
    pub(super) rows: CompressedRows<'a>,
    pub(super) weights: &'a Weights<'a>,
    pub(super) denominators: Denominators,
    fractions: Vec<Fraction>,
    floors: Vec<i128>,
    scratch: ScaledRow,
    /// The length of all numerators.
    pub(super) stored_bits: usize,
}

impl<'a> Values<'a> {
    pub(super) fn new(rows: CompressedRows<'a>, weights: &'a Weights<'a>, count: usize) -> Self {
        Self {
            rows,
            weights,
            denominators: Denominators::default(),
            fractions: vec![Fraction::ZERO; count],
            floors: vec![UNKNOWN; count],
            scratch: ScaledRow::default(),
            stored_bits: 0,
        }
    }

    pub(super) fn set(&mut self, state: u32, value: Fraction) {
        let before = std::mem::replace(&mut self.fractions[state as usize], value);
        self.stored_bits += self.fractions[state as usize].numerator.bit_len();
        self.stored_bits -= before.numerator.bit_len();
        self.floors[state as usize] = UNKNOWN;
    }

    pub(super) fn get(&self, state: u32) -> &Fraction {
        &self.fractions[state as usize]
    }

    /// The values, and the denominators that they index.
    pub(super) fn into_parts(self) -> (Vec<Fraction>, Vec<UBig>) {
        (self.fractions, self.denominators.into_values())
    }

    /// `floor(value · 2⁶³)`, if it is in range.
    pub(super) fn floor(&mut self, state: u32) -> Option<i128> {
        let known = self.floors[state as usize];
        if known != UNKNOWN {
            return (known != LARGE).then_some(known);
        }
        let value = &self.fractions[state as usize];
        let floor = floor_of(&value.numerator, self.denominators.value(value.denominator));
        self.floors[state as usize] = floor.unwrap_or(LARGE);
        floor
    }

    /// The row over one denominator. Transitions to `own` are kept among the weights. `None` when it does not fit.
    pub(super) fn scaled_row(&self, choice: usize, into: &mut ScaledRow) -> Option<()> {
        into.weights.clear();
        let reward = self.weights.reward(choice).small?;
        let indices = self.rows.probabilities(choice);
        let mut scale = reward.1;
        for &index in indices {
            let (_, denominator) = self.weights.probabilities[index as usize].small?;
            if denominator != scale {
                scale = least_common_multiple(scale, denominator)?;
            }
        }
        for (&target, &index) in self.rows.targets(choice).iter().zip(indices) {
            let (numerator, denominator) = self.weights.probabilities[index as usize].small?;
            let weight = u64::try_from(numerator).ok()?;
            into.weights
                .push((target, if denominator == scale { weight } else { weight.checked_mul(scale / denominator)? }));
        }
        into.scale = scale;
        into.reward = i128::from(reward.0) * i128::from(scale / reward.1);
        Some(())
    }

    /// What the choice is worth from state `own` when it is taken there again and again: `q = r + Σ p v` solved for
    /// `q = v(own)`. `None` when it never leaves.
    pub(super) fn repeated(&mut self, choice: usize, own: u32) -> Option<Fraction> {
        let targets = self.rows.targets(choice);
        if let [target] = targets
            && *target != own
            && self.weights.probabilities[self.rows.probabilities(choice)[0] as usize].small == Some((1, 1))
            && self.weights.reward(choice).small == Some((0, 1))
        {
            return Some(self.fractions[*target as usize].clone());
        }
        let mut row = std::mem::take(&mut self.scratch);
        let value = match self.scaled_row(choice, &mut row) {
            Some(()) => self.repeated_small(&row, own),
            None => self.repeated_large(choice, own),
        };
        self.scratch = row;
        value
    }

    fn repeated_small(&mut self, row: &ScaledRow, own: u32) -> Option<Fraction> {
        let (mut sum, stays) = self.external(row, |target| target == own);
        if stays >= row.scale {
            return None;
        }
        self.denominators.divide(&mut sum, row.scale - stays);
        Some(sum)
    }

    /// `reward + Σ weight · value` over the targets that are not `inside`, and the weight of those that are.
    pub(super) fn external(&mut self, row: &ScaledRow, inside: impl Fn(u32) -> bool) -> (Fraction, u64) {
        let mut sum = Fraction::ZERO;
        let mut weight_inside = 0;
        for &(target, weight) in &row.weights {
            if inside(target) {
                weight_inside += weight;
            } else {
                self.denominators.add(&mut sum, weight, &self.fractions[target as usize]);
            }
        }
        if row.reward != 0 {
            sum.numerator += IBig::from(self.denominators.value(sum.denominator) * row.reward.unsigned_abs())
                * IBig::from(row.reward.signum());
        }
        (sum, weight_inside)
    }

    /// The same by rationals, for numbers that machine integers do not hold.
    fn repeated_large(&mut self, choice: usize, own: u32) -> Option<Fraction> {
        let mut sum = self.weights.reward(choice).exact.clone();
        let mut leaves = Rational::ONE;
        for (&target, &index) in self.rows.targets(choice).iter().zip(self.rows.probabilities(choice)) {
            let weight = &self.weights.probabilities[index as usize].exact;
            if target == own {
                leaves -= weight;
            } else {
                sum += weight * self.denominators.rational(&self.fractions[target as usize]);
            }
        }
        if leaves.is_zero() {
            return None;
        }
        Some(self.denominators.fraction(sum / leaves))
    }

    /// An enclosure of `r + Σ p v`.
    pub(super) fn enclosure(&mut self, choice: usize) -> Option<Enclosure> {
        let mut enclosure = Enclosure::of(self.weights.reward(choice).floor?);
        let rows = self.rows;
        for (&target, &index) in rows.targets(choice).iter().zip(rows.probabilities(choice)) {
            let value = self.floor(target)?;
            enclosure.add_product(self.weights.probabilities[index as usize].floor?, value)?;
        }
        Some(enclosure)
    }

    /// How `r + Σ p v` compares with the value of the choice's own state, exactly.
    pub(super) fn compare_with_own(&mut self, choice: usize, own: u32) -> Ordering {
        if let Some(enclosure) = self.enclosure(choice)
            && let Some(floor) = self.floor(own)
        {
            if enclosure.is_above(floor) {
                return Ordering::Greater;
            }
            if enclosure.is_below(floor) {
                return Ordering::Less;
            }
        }
        let value = self.one_step(choice);
        self.denominators.compare(&value, &self.fractions[own as usize])
    }

    /// `r + Σ p v` exactly.
    pub(super) fn one_step(&mut self, choice: usize) -> Fraction {
        let mut row = std::mem::take(&mut self.scratch);
        let value = match self.scaled_row(choice, &mut row) {
            Some(()) => {
                let (mut sum, _) = self.external(&row, |_| false);
                self.denominators.divide(&mut sum, row.scale);
                sum
            }
            None => {
                let mut sum = self.weights.reward(choice).exact.clone();
                for (&target, &index) in self.rows.targets(choice).iter().zip(self.rows.probabilities(choice)) {
                    let value = self.denominators.rational(&self.fractions[target as usize]);
                    sum += &self.weights.probabilities[index as usize].exact * value;
                }
                self.denominators.fraction(sum)
            }
        };
        self.scratch = row;
        value
    }
}

fn least_common_multiple(left: u64, right: u64) -> Option<u64> {
    if left == 1 {
        return Some(right);
    }
    if right == 1 || left.is_multiple_of(right) {
        return Some(left);
    }
    let (mut a, mut b) = (left, right);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (left / a).checked_mul(right)
}
