//! One step of a model in machine integers, rounding errors included: what proofs of bounds are made of.

use dashu_int::IBig;
use dashu_int::ops::DivRemEuclid;

use crate::mdp::{CompressedRows, Mdp, Rational};
use crate::solve::shortest_path::weights::Weights;

/// Numbers have at most so many bits, sign aside.
pub(super) const BITS: u32 = 60;

/// The rows of a model in machine integers.
pub(super) struct Integers<'a> {
    pub(super) rows: CompressedRows<'a>,
    numbers: &'a Weights<'a>,
    /// `floor(γp · 2⁶³)` by index of the probability.
    weights: Vec<u64>,
    /// `floor(r · 2^fraction_bits)` by index of the reward.
    rewards: Vec<i64>,
}

/// An integer interval that holds a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    pub(super) low: i64,
    pub(super) high: i64,
}

impl<'a> Integers<'a> {
    /// Units are `2^-fraction_bits`. `None` when the numbers of the model do not fit.
    pub(super) fn new(mdp: &'a Mdp, numbers: &'a Weights<'a>, fraction_bits: u32) -> Option<Self> {
        let floor = |value: &Rational| {
            let scaled = value.numerator() << fraction_bits as usize;
            let (floor, _) = scaled.div_rem_euclid(IBig::from(value.denominator().clone()));
            i64::try_from(floor).ok().filter(|&floor| fits(floor))
        };
        let rewards: Option<Vec<i64>> = numbers.rewards.iter().map(|reward| floor(&reward.exact)).collect();
        let weights: Option<Vec<u64>> =
            numbers.probabilities.iter().map(|number| u64::try_from(number.floor?).ok()).collect();
        Some(Self { rows: mdp.compressed(), numbers, weights: weights?, rewards: rewards? })
    }

    /// Where `r + γ Σ P w` lies, for numbers `w` that fit. Weights sum to at most 2⁶³, so that nothing overflows.
    pub(super) fn one_step(&self, choice: usize, values: &[i64]) -> Interval {
        let targets = self.rows.targets(choice);
        let sum = targets.iter().zip(self.rows.probabilities(choice)).fold(0i128, |sum, (&target, &index)| {
            sum + i128::from(values[target as usize]) * i128::from(self.weights[index as usize])
        });
        // Each weight is short by less than 2⁻⁶³ of a number below 2⁶⁰: less than one unit for each successor.
        let slack = i64::try_from(targets.len()).unwrap_or(i64::MAX >> 8);
        let floor = i64::try_from(sum >> 63).unwrap_or(0) + self.rewards[self.numbers.reward_index(choice)];
        Interval { low: floor - slack, high: floor + slack + 2 }
    }
}

/// Whether sums over a row of such numbers are in machine range.
pub(super) fn fits(number: i64) -> bool {
    number.unsigned_abs() < 1 << BITS
}
