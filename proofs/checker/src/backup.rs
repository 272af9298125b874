//! One application of the Bellman operator: a vector's value against reward and expected value of a choice.
//!
//! Small numbers are compared in checked 128-bit integers over common denominators, all others in rational numbers.

use std::cmp::Ordering;

use crate::bound::{Bound, Quantity};
use crate::model::{Model, Reward, index};
use crate::number::Number;
use crate::rational::Rational;
use crate::vector::{Scaled, Vector};

/// A reward `w_R R + w_T T`.
#[derive(Debug)]
pub(crate) struct Weights {
    pub(crate) specified: Rational,
    pub(crate) intended: Rational,
}

impl Weights {
    /// The reward of a choice as a fraction in machine integers.
    fn small(&self, model: &Model, choice: usize) -> Option<(i128, i128)> {
        let mut total = (0_i128, 1_i128);
        for (weight, which) in [(&self.specified, Reward::Specified), (&self.intended, Reward::Intended)] {
            if weight.is_zero() {
                continue;
            }
            let (top, bottom) = weight.small()?;
            let Number::Small(numerator, denominator) = model.reward(which, choice)? else { return None };
            let term = (
                i128::from(top).checked_mul(i128::from(*numerator))?,
                i128::from(bottom).checked_mul(i128::from(*denominator))?,
            );
            let sum = total.0.checked_mul(term.1)?.checked_add(term.0.checked_mul(total.1)?)?;
            total = (sum, total.1.checked_mul(term.1)?);
        }
        Some(total)
    }

    fn exact(&self, model: &Model, choice: usize) -> Option<Rational> {
        let specified = self.specified.times(&model.reward(Reward::Specified, choice)?.exact());
        Some(specified.plus(&self.intended.times(&model.reward(Reward::Intended, choice)?.exact())))
    }
}

/// The numbers of a bound: its vector with the shift where that counts.
pub(crate) struct Valuation<'a> {
    pub(crate) model: &'a Model,
    vector: &'a Vector,
    shift: &'a Rational,
    reach: bool,
    scaled: Option<Scaled>,
}

impl<'a> Valuation<'a> {
    /// For values at a few states.
    pub(crate) fn new(model: &'a Model, vectors: &'a [Vector], bound: &'a Bound, reach: bool) -> Option<Self> {
        Some(Self { model, vector: vectors.get(bound.vector)?, shift: &bound.shift, reach, scaled: None })
    }

    /// For values at all states.
    pub(crate) fn everywhere(mut self) -> Self {
        self.scaled = self.vector.scaled(self.shift, |state| self.is_shifted(state));
        self
    }

    /// FORMAT.md, section 2.2: the shift counts at states that are not absorbing and, for reach, not in `C`.
    fn is_shifted(&self, state: usize) -> bool {
        !(self.model.is_absorbing(state) || self.reach && self.model.is_catastrophic(state))
    }

    pub(crate) fn has(&self, state: usize) -> bool {
        self.vector.has(state)
    }

    pub(crate) fn value(&self, state: usize) -> Option<Rational> {
        self.multiple(state, 1)
    }

    /// The value that many times.
    fn multiple(&self, state: usize, factor: i64) -> Option<Rational> {
        let value = self.vector.multiple(state, factor)?;
        let counts = !self.shift.is_zero() && self.is_shifted(state);
        Some(if counts { value.plus(&self.shift.multiple(factor)) } else { value })
    }

    fn small(&self, state: usize) -> Option<i64> {
        self.scaled.as_ref()?.entry(state)
    }

    /// The value at a state, compared with an integer.
    pub(crate) fn compare(&self, state: usize, integer: i64) -> Option<Ordering> {
        if let (Some(scaled), Some(value)) = (&self.scaled, self.small(state)) {
            let other = i128::from(integer).checked_mul(i128::from(scaled.denominator))?;
            return Some(i128::from(value).cmp(&other));
        }
        Some(self.value(state)?.cmp(&Rational::from(integer)))
    }
}

/// Compares `left(s)` with `r(c) + γ Σ P(c,t) right(t)`.
pub(crate) struct Backup<'a> {
    left: &'a Valuation<'a>,
    right: &'a Valuation<'a>,
    /// `None` for reaching: no reward, no discount.
    weights: Option<&'a Weights>,
    discount: Rational,
    small: Option<Factors>,
}

/// The discount `top / bottom`, and a common denominator of both vectors with the factors that lead to it.
struct Factors {
    top: i128,
    bottom: i128,
    common: i128,
    left: i128,
    right: i128,
}

impl<'a> Backup<'a> {
    pub(crate) fn new(left: &'a Valuation<'a>, right: &'a Valuation<'a>, weights: Option<&'a Weights>) -> Self {
        let own = left.model.discount.as_ref().filter(|_| weights.is_some());
        let discount = own.cloned().unwrap_or_else(Rational::one);
        let small = Self::factors(left, right, &discount);
        Self { left, right, weights, discount, small }
    }

    fn factors(left: &Valuation<'_>, right: &Valuation<'_>, discount: &Rational) -> Option<Factors> {
        let (top, bottom) = discount.small()?;
        let own = i128::from(left.scaled.as_ref()?.denominator);
        let other = i128::from(right.scaled.as_ref()?.denominator);
        let common = num_integer::Integer::lcm(&own, &other);
        let (left, right) = (common.checked_div(own)?, common.checked_div(other)?);
        Some(Factors { top: i128::from(top), bottom: i128::from(bottom), common, left, right })
    }

    /// `None` if a vector is left out at the state or at a successor.
    pub(crate) fn compare(&self, state: usize, choice: usize) -> Option<Ordering> {
        self.compare_small(state, choice).or_else(|| Some(self.left.value(state)?.cmp(&self.exact(choice)?)))
    }

    /// `None` as well if a number is too large.
    fn compare_small(&self, state: usize, choice: usize) -> Option<Ordering> {
        let factors = self.small.as_ref()?;
        let row = self.left.model.transitions.small(choice)?;
        let values = self.right.scaled.as_ref()?;
        let mut sum = 0_i128;
        for (successor, weight) in row.successors.iter().zip(row.weights) {
            let value = values.entry(index(*successor))?;
            sum = sum.checked_add(i128::from(*weight).checked_mul(i128::from(value))?)?;
        }
        let (top, bottom) = match self.weights {
            Some(weights) => weights.small(self.left.model, choice)?,
            None => (0, 1),
        };
        // Both sides times: common denominator of the vectors, of the reward, of the discount, of the row.
        let scale = factors.bottom.checked_mul(i128::from(row.denominator))?;
        let left = i128::from(self.left.small(state)?).checked_mul(factors.left)?;
        let left = left.checked_mul(bottom)?.checked_mul(scale)?;
        let reward = top.checked_mul(scale)?.checked_mul(factors.common)?;
        let future = sum.checked_mul(factors.right)?.checked_mul(factors.top)?.checked_mul(bottom)?;
        Some(left.cmp(&reward.checked_add(future)?))
    }

    /// `r(c) + γ Σ P(c,t) right(t)`.
    pub(crate) fn exact(&self, choice: usize) -> Option<Rational> {
        let model = self.left.model;
        let mut terms = Vec::new();
        let mut factor = self.discount.clone();
        if let Some(row) = model.transitions.small(choice) {
            // Integer multiples of values that share a denominator share it too.
            for (successor, weight) in row.successors.iter().zip(row.weights) {
                terms.push(self.right.multiple(index(*successor), *weight)?);
            }
            factor = factor.times(&Rational::ratio(1, row.denominator));
        } else {
            for (successor, probability) in model.successors(choice).zip(model.transitions.probabilities(choice)) {
                terms.push(probability.times(&self.right.value(successor)?));
            }
        }
        let future = factor.times(&Rational::sum(terms));
        match self.weights {
            Some(weights) => Some(weights.exact(model, choice)?.plus(&future)),
            None => Some(future),
        }
    }

    /// `left(s)` against the average over choices with masses that sum to 1.
    pub(crate) fn compare_row(&self, state: usize, choices: &[u32], masses: &[Number]) -> Option<Ordering> {
        if let [choice] = choices {
            return self.compare(state, index(*choice));
        }
        let mut terms = Vec::new();
        for (choice, mass) in choices.iter().zip(masses) {
            terms.push(mass.exact().times(&self.exact(index(*choice))?));
        }
        Some(self.left.value(state)?.cmp(&Rational::sum(terms)))
    }
}

impl Quantity {
    /// The reward that is this quantity times a number; `None` for reaching.
    pub(crate) fn weights(self, factor: &Rational) -> Option<Weights> {
        match self {
            Self::Specified => Some(Weights { specified: factor.clone(), intended: Rational::zero() }),
            Self::Intended => Some(Weights { specified: Rational::zero(), intended: factor.clone() }),
            Self::Reach => None,
        }
    }
}
