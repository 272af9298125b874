//! Values as numerators over few shared denominators.
//!
//! A value computed from others is brought over the least common multiple of their denominators times one machine
//! integer, and is reduced by what it shares with that integer alone. Denominators then grow only by what a row
//! brings in, no greatest common divisor of long numbers is taken, and equal denominators are recognised by index.

use std::cmp::Ordering;
use std::collections::HashMap;

use dashu_base::{BitTest, Signed, UnsignedAbs};
use dashu_int::ops::Gcd;
use dashu_int::{IBig, UBig};
use rustc_hash::FxBuildHasher;

use crate::mdp::{Pool, Rational};

/// An exact value; the denominator is one of a [`Denominators`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fraction {
    pub(super) numerator: IBig,
    pub(super) denominator: u32,
}

/// The denominator 1.
pub(super) const ONE: u32 = 0;

impl Fraction {
    pub(super) const ZERO: Self = Self { numerator: IBig::ZERO, denominator: ONE };
    pub(super) const ONE: Self = Self { numerator: IBig::ONE, denominator: ONE };
}

/// How two denominators come together: the common one, and what each numerator is multiplied by.
#[derive(Debug, Clone)]
struct Meeting {
    common: u32,
    left: UBig,
    right: UBig,
}

/// Distinct denominators, and what was learnt of them.
#[derive(Debug)]
pub(super) struct Denominators {
    pool: Pool<UBig>,
    products: HashMap<(u32, u64), u32, FxBuildHasher>,
    meetings: HashMap<(u32, u32), Meeting, FxBuildHasher>,
}

impl Default for Denominators {
    fn default() -> Self {
        let mut pool = Pool::default();
        pool.intern(UBig::ONE);
        Self { pool, products: HashMap::default(), meetings: HashMap::default() }
    }
}

impl Denominators {
    pub(super) fn value(&self, index: u32) -> &UBig {
        self.pool.get(index)
    }

    /// All of them, by index.
    pub(super) fn into_values(self) -> Vec<UBig> {
        self.pool.into_values()
    }

    pub(super) fn intern(&mut self, value: UBig) -> u32 {
        self.pool.intern(value)
    }

    /// The denominator times a machine integer.
    fn product(&mut self, denominator: u32, factor: u64) -> u32 {
        if factor == 1 {
            return denominator;
        }
        if let Some(&known) = self.products.get(&(denominator, factor)) {
            return known;
        }
        let product = self.intern(self.value(denominator) * factor);
        self.products.insert((denominator, factor), product);
        product
    }

    fn meeting(&mut self, left: u32, right: u32) -> &Meeting {
        if !self.meetings.contains_key(&(left, right)) {
            let (a, b) = (self.value(left), self.value(right));
            let shared = a.gcd(b);
            let (of_left, of_right) = (b / &shared, a / &shared);
            let common = a * &of_left;
            let meeting = Meeting { common: self.intern(common), left: of_left, right: of_right };
            self.meetings.insert((left, right), meeting);
        }
        &self.meetings[&(left, right)]
    }

    /// The least common multiple.
    pub(super) fn common(&mut self, left: u32, right: u32) -> u32 {
        if left == right { left } else { self.meeting(left, right).common }
    }

    /// Adds `weight · value` to `sum`.
    pub(super) fn add(&mut self, sum: &mut Fraction, weight: u64, value: &Fraction) {
        if value.numerator.is_zero() {
            return;
        }
        let term = if weight == 1 { value.numerator.clone() } else { &value.numerator * weight };
        if sum.denominator == value.denominator {
            sum.numerator += term;
        } else if sum.numerator.is_zero() {
            *sum = Fraction { numerator: term, denominator: value.denominator };
        } else {
            let meeting = self.meeting(sum.denominator, value.denominator);
            if !meeting.left.is_one() {
                sum.numerator *= &meeting.left;
            }
            sum.numerator += if meeting.right.is_one() { term } else { term * &meeting.right };
            sum.denominator = meeting.common;
        }
    }

    /// Divides by a positive machine integer.
    pub(super) fn divide(&mut self, sum: &mut Fraction, divisor: u64) {
        if divisor == 1 {
            return;
        }
        if sum.numerator.is_zero() {
            sum.denominator = ONE;
            return;
        }
        let rest = (&sum.numerator).unsigned_abs() % divisor;
        let shared = if rest == 0 { divisor } else { rest.gcd(divisor) };
        if shared > 1 {
            sum.numerator /= IBig::from(shared);
        }
        sum.denominator = self.product(sum.denominator, divisor / shared);
    }

    pub(super) fn fraction(&mut self, value: Rational) -> Fraction {
        let (numerator, denominator) = value.into_parts();
        Fraction { numerator, denominator: self.intern(denominator) }
    }

    pub(super) fn rational(&self, value: &Fraction) -> Rational {
        if value.denominator == ONE {
            return Rational::from(value.numerator.clone());
        }
        Rational::from_parts(value.numerator.clone(), self.value(value.denominator).clone())
    }

    pub(super) fn compare(&self, left: &Fraction, right: &Fraction) -> Ordering {
        if left.denominator == right.denominator {
            return left.numerator.cmp(&right.numerator);
        }
        let signs = (left.numerator.signum(), right.numerator.signum());
        if signs.0 != signs.1 {
            return signs.0.cmp(&signs.1);
        }
        let (a, b) = (self.value(left.denominator), self.value(right.denominator));
        let bits = |value: &Fraction, other: &UBig| value.numerator.bit_len() + other.bit_len();
        let (long, short) = (bits(left, b), bits(right, a));
        if long > short + 1 || short > long + 1 {
            return if left.numerator.is_positive() { long.cmp(&short) } else { short.cmp(&long) };
        }
        (&left.numerator * b).cmp(&(&right.numerator * a))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_agrees_with_rationals() {
        let mut pool = Denominators::default();
        let mut seed = 7u64;
        let mut next = |bound: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % bound
        };
        for _ in 0..2000 {
            let mut sum = Fraction::ZERO;
            let mut expected = Rational::ZERO;
            for _ in 0..next(4) + 1 {
                let value = Rational::from(next(41) as i64 - 20) / Rational::from(next(12) + 1);
                let weight = next(5) + 1;
                expected += &value * Rational::from(weight);
                let value = pool.fraction(value);
                pool.add(&mut sum, weight, &value);
            }
            let divisor = next(30) + 1;
            pool.divide(&mut sum, divisor);
            expected /= Rational::from(divisor);
            assert_eq!(pool.rational(&sum), expected);
            let other = Rational::from(next(9) as i64 - 4) / Rational::from(next(9) + 1);
            let fraction = pool.fraction(other.clone());
            assert_eq!(pool.compare(&sum, &fraction), expected.cmp(&other));
        }
    }
}
