//! The exact comparison of a choice with a value: is `r(s,a) + γ Σ P v` above, at or below `v(s)`?
//!
//! Rationals of many thousand bits are compared once in machine integers first: each value is enclosed
//! between two neighbouring multiples of 2⁻⁶⁴, and only where the enclosure does not decide are the
//! rationals themselves compared. Both steps are exact.

use std::cmp::Ordering;

use dashu_base::BitTest;
use dashu_int::IBig;
use dashu_int::ops::DivRemEuclid;

use crate::mdp::{ChoiceId, Mdp, Rational, Value};

/// Fractional bits of the enclosures.
const FRACTION_BITS: usize = 64;

/// Values at all states, with enclosures.
pub(super) struct Comparison<'a> {
    mdp: &'a Mdp,
    values: &'a [Value],
    /// `floor(v · 2⁶⁴)` where the value is finite and this fits.
    floors: Vec<Option<i128>>,
    /// Discounted probabilities, enclosed alike, by distinct probability.
    weights: Vec<Option<i128>>,
    discount: &'a Rational,
}

fn floor_of(value: &Rational) -> Option<i128> {
    let shifted = value.numerator() << FRACTION_BITS;
    let (floor, _) = shifted.div_rem_euclid(IBig::from(value.denominator().clone()));
    if floor.bit_len() > 100 { None } else { i128::try_from(floor).ok() }
}

impl<'a> Comparison<'a> {
    pub(super) fn new(mdp: &'a Mdp, values: &'a [Value], discount: &'a Rational) -> Self {
        let floors = values.iter().map(|value| value.finite().and_then(floor_of)).collect();
        let weights =
            mdp.distinct_probabilities().iter().map(|probability| floor_of(&(probability * discount))).collect();
        Self { mdp, values, floors, weights, discount }
    }

    /// How the choice's one-step value compares with `bound`.
    pub(super) fn against(&self, choice: ChoiceId, reward: &Rational, bound: &Value) -> Ordering {
        let Value::Finite(bound) = bound else {
            return if self.one_step(choice, reward) == Value::MinusInfinity {
                Ordering::Equal
            } else {
                Ordering::Greater
            };
        };
        if let Some((low, high)) = self.enclosure(choice, reward)
            && let Some(floor) = floor_of(bound)
        {
            if low > floor + 1 {
                return Ordering::Greater;
            }
            if high < floor {
                return Ordering::Less;
            }
        }
        match self.one_step(choice, reward) {
            Value::MinusInfinity => Ordering::Less,
            Value::Finite(value) => value.cmp(bound),
        }
    }

    /// `r + γ Σ P v` exactly.
    pub(super) fn one_step(&self, choice: ChoiceId, reward: &Rational) -> Value {
        let mut sum = Rational::ZERO;
        for (target, probability) in self.mdp.row(choice) {
            match &self.values[target] {
                Value::MinusInfinity => return Value::MinusInfinity,
                Value::Finite(value) => sum += probability * value,
            }
        }
        Value::Finite(reward + sum * self.discount)
    }

    /// Multiples of 2⁻⁶⁴ between which the one-step value lies.
    fn enclosure(&self, choice: ChoiceId, reward: &Rational) -> Option<(i128, i128)> {
        let mut low = floor_of(reward)?;
        let mut high = low + 1;
        for (target, probability) in self.mdp.indexed_row(choice) {
            let value = self.floors[target]?;
            let weight = self.weights[probability]?;
            let corners = [(value, weight), (value + 1, weight), (value, weight + 1), (value + 1, weight + 1)];
            let mut products = [0i128; 4];
            for (product, (value, weight)) in products.iter_mut().zip(corners) {
                *product = wide_product(value, weight)?;
            }
            low = low.checked_add(*products.iter().min()?)?;
            high = high.checked_add(products.iter().max()?.checked_add(1)?)?;
        }
        Some((low, high))
    }
}

/// `floor(left · right / 2⁶⁴)` for a weight of at most 2⁶⁴.
fn wide_product(left: i128, right: i128) -> Option<i128> {
    let (high, low) = (left >> 64, left & ((1 << 64) - 1));
    let low = u128::try_from(low).ok()?.checked_mul(u128::try_from(right).ok()?)?;
    high.checked_mul(right)?.checked_add(i128::try_from(low >> 64).ok()?)
}
