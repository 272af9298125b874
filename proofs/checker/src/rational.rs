//! Rational numbers. This is the only file with big integers.
#![allow(clippy::arithmetic_side_effects, reason = "big integers do not overflow")]

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, LazyLock};

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Zero};

/// Numbers of more bits than this are long: they are not divided by one another, nor written out.
const LONG: u64 = 4096;

static ONE: LazyLock<Arc<BigInt>> = LazyLock::new(|| Arc::new(BigInt::one()));

/// A rational number, not necessarily in lowest terms; the denominator is positive, and many numbers may share it.
#[derive(Debug, Clone)]
pub(crate) struct Rational {
    numerator: BigInt,
    denominator: Arc<BigInt>,
}

/// A positive integer under other integers.
pub(crate) struct Denominator(Arc<BigInt>);

impl Denominator {
    /// `None` for a number that is not positive; an integer is expected.
    pub(crate) fn new(integer: Rational) -> Option<Self> {
        integer.is_positive().then(|| Self(Arc::new(integer.numerator)))
    }

    pub(crate) fn power_of_two(exponent: u32) -> Self {
        Self(Arc::new(BigInt::one() << exponent))
    }
}

/// What a denominator has to be multiplied by to be another.
enum Quotient {
    /// The first denominator is that many times the second.
    First(BigInt),
    /// The second denominator is that many times the first.
    Second(BigInt),
    None,
}

impl Rational {
    /// `±digits`, or `±digits/digits`; `None` if these are no digits, or the denominator is 0.
    pub(crate) fn parse(negative: bool, numerator: &[u8], denominator: Option<&[u8]>) -> Option<Self> {
        let top = digits_big(numerator)?;
        let bottom = match denominator {
            None => ONE.clone(),
            Some(digits) => Arc::new(digits_big(digits)?),
        };
        (!bottom.is_zero()).then(|| Self::reduced(if negative { -top } else { top }, bottom))
    }

    pub(crate) fn zero() -> Self {
        Self::from(0)
    }

    pub(crate) fn one() -> Self {
        Self::from(1)
    }

    /// In lowest terms if both numbers are small. Those of long ones are not looked for: a greatest common divisor takes
    /// quadratic time.
    fn reduced(numerator: BigInt, denominator: Arc<BigInt>) -> Self {
        if !denominator.is_one()
            && let (Ok(top), Ok(bottom)) = (i64::try_from(&numerator), i64::try_from(denominator.as_ref()))
        {
            return Self::ratio(top, bottom);
        }
        Self { numerator, denominator }
    }

    /// `numerator / denominator`, the denominator positive.
    pub(crate) fn ratio(numerator: i64, denominator: i64) -> Self {
        let divisor = numerator.gcd(&denominator).max(1);
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        if denominator == 1 {
            return Self::from(numerator);
        }
        Self { numerator: numerator.into(), denominator: Arc::new(denominator.into()) }
    }

    /// `integer / 2^exponent`.
    pub(crate) fn dyadic(integer: i64, exponent: u32) -> Self {
        Self::from(integer).over(&Denominator::power_of_two(exponent))
    }

    /// An integer over a denominator.
    pub(crate) fn over(self, denominator: &Denominator) -> Self {
        Self::reduced(self.numerator, denominator.0.clone())
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        if self.is_over_that_of(other) {
            return Self::reduced(&self.numerator + &other.numerator, self.denominator.clone());
        }
        match self.quotient(other) {
            Quotient::First(factor) => {
                Self::reduced(&self.numerator + &other.numerator * factor, self.denominator.clone())
            }
            Quotient::Second(factor) => {
                Self::reduced(&self.numerator * factor + &other.numerator, other.denominator.clone())
            }
            Quotient::None => {
                let (ours, theirs) = (other.denominator.as_ref(), self.denominator.as_ref());
                let numerator = &self.numerator * ours + &other.numerator * theirs;
                Self::reduced(numerator, self.product(other))
            }
        }
    }

    fn is_over_that_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.denominator, &other.denominator) || self.denominator == other.denominator
    }

    /// The product of the denominators.
    fn product(&self, other: &Self) -> Arc<BigInt> {
        match (self.denominator.is_one(), other.denominator.is_one()) {
            (true, _) => other.denominator.clone(),
            (_, true) => self.denominator.clone(),
            _ => Arc::new(self.denominator.as_ref() * other.denominator.as_ref()),
        }
    }

    /// Whether one denominator is a multiple of the other, as far as that is found out in linear time.
    fn quotient(&self, other: &Self) -> Quotient {
        let (big, small) = if self.denominator > other.denominator { (self, other) } else { (other, self) };
        // Long division takes time in proportion to divisor times quotient.
        let (length, quotient) = (small.denominator.bits(), big.denominator.bits() - small.denominator.bits());
        if length.min(quotient) > LONG {
            return Quotient::None;
        }
        let (quotient, rest) = big.denominator.div_rem(small.denominator.as_ref());
        match (rest.is_zero(), self.denominator > other.denominator) {
            (false, _) => Quotient::None,
            (true, true) => Quotient::First(quotient),
            (true, false) => Quotient::Second(quotient),
        }
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        Self::reduced(&self.numerator * &other.numerator, self.product(other))
    }

    pub(crate) fn multiple(&self, factor: i64) -> Self {
        Self { numerator: &self.numerator * factor, denominator: self.denominator.clone() }
    }

    pub(crate) fn negated(&self) -> Self {
        Self { numerator: -&self.numerator, denominator: self.denominator.clone() }
    }

    pub(crate) fn halved(&self) -> Self {
        self.times(&Self::ratio(1, 2))
    }

    /// The sum. Terms that share their denominator are added as they come; the others are paired by similar size, so that
    /// the work is nearly linear in the size of the terms.
    pub(crate) fn sum(terms: impl IntoIterator<Item = Self>) -> Self {
        // Each entry is the sum of 2^level terms, with falling levels.
        let mut partial: Vec<(u32, Self)> = Vec::new();
        for term in terms {
            if let Some((_, last)) = partial.last_mut()
                && Arc::ptr_eq(&last.denominator, &term.denominator)
            {
                last.numerator += term.numerator;
                continue;
            }
            let (mut level, mut total) = (0_u32, term);
            while let Some((_, other)) = partial.pop_if(|(last, _)| *last == level) {
                total = other.plus(&total);
                level = level.saturating_add(1);
            }
            partial.push((level, total));
        }
        partial.iter().rev().fold(Self::zero(), |total, (_, more)| total.plus(more))
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.numerator.sign() == Sign::Minus
    }

    pub(crate) fn is_positive(&self) -> bool {
        self.numerator.sign() == Sign::Plus
    }

    /// Numerator and denominator, if both fit in 63 bits.
    pub(crate) fn small(&self) -> Option<(i64, i64)> {
        Some((i64::try_from(&self.numerator).ok()?, i64::try_from(self.denominator.as_ref()).ok()?))
    }
}

impl From<i64> for Rational {
    fn from(integer: i64) -> Self {
        Self { numerator: BigInt::from(integer), denominator: ONE.clone() }
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.is_over_that_of(other) {
            return self.numerator.cmp(&other.numerator);
        }
        match self.quotient(other) {
            Quotient::First(factor) => self.numerator.cmp(&(&other.numerator * factor)),
            Quotient::Second(factor) => (&self.numerator * factor).cmp(&other.numerator),
            Quotient::None => {
                (&self.numerator * other.denominator.as_ref()).cmp(&(&other.numerator * self.denominator.as_ref()))
            }
        }
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rational {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rational {}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A number that nobody would read is not written out: that takes quadratic time.
        let length = self.numerator.bits().max(self.denominator.bits());
        if length > LONG {
            write!(f, "(a number of {length} bits)")
        } else if self.denominator.is_one() {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

fn digits_big(digits: &[u8]) -> Option<BigInt> {
    (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then(|| BigInt::parse_bytes(digits, 10)).flatten()
}

#[cfg(test)]
mod tests {
    use super::Rational;
    use crate::number::Number;

    fn number(text: &str) -> Number {
        Number::parse(text.as_bytes()).expect("a number")
    }

    #[test]
    fn arithmetic() {
        let of = |text: &str| number(text).exact();
        assert_eq!(of("1/2").plus(&of("1/3")), of("5/6"));
        assert_eq!(of("1/6").minus(&of("2/3")), of("-1/2"));
        assert_eq!(of("-3/4").times(&of("2/9")), of("-1/6"));
        assert_eq!(of("-3/4").halved(), of("-3/8"));
        assert_eq!(Rational::dyadic(-6, 4), of("-3/8"));
        assert_eq!(Rational::sum((1..=100).map(|n| Rational::ratio(1, n * (n + 1)))), of("100/101"));
        assert_eq!(Rational::sum([]), Rational::zero());
        assert_eq!(of("-7/1").to_string(), "-7");
        assert_eq!(of("14/-1".trim_end_matches("/-1")).times(&of("1/4")).to_string(), "7/2");
    }

    #[test]
    fn large_denominators_are_not_reduced_and_still_right() {
        let digits = format!("1{}", "0".repeat(3000));
        let tiny = number(&format!("1/{digits}")).exact();
        let sum = Rational::sum((0..50).map(|_| tiny.clone()));
        assert_eq!(sum.times(&number(&digits).exact()), Rational::from(50));
        assert!(sum.minus(&tiny).is_positive() && sum.minus(&sum).is_zero());
    }

    #[test]
    fn long_numbers_are_not_written_out() {
        // 10^1233 has 4096 bits, 10^1234 has 4100.
        let written = |zeros: usize| number(&format!("1{}", "0".repeat(zeros))).exact().to_string();
        assert_eq!(written(1233).len(), 1234);
        assert_eq!(written(1234), "(a number of 4100 bits)");
        assert_eq!(number(&format!("1/1{}", "0".repeat(1234))).exact().to_string(), "(a number of 4100 bits)");
    }
}
