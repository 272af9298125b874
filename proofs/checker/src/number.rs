//! Exact numbers. This is the only file with arithmetic on big integers.
#![allow(clippy::arithmetic_side_effects, reason = "big integers do not overflow")]

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Zero};

/// Numbers of more bits than this are long: they are not divided by one another, nor written out.
const LONG: u64 = 4096;

/// A rational number, not necessarily in lowest terms; the denominator is positive.
#[derive(Debug, Clone)]
pub(crate) struct Rational {
    numerator: BigInt,
    denominator: BigInt,
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
    pub(crate) fn zero() -> Self {
        Self::from(0)
    }

    pub(crate) fn one() -> Self {
        Self::from(1)
    }

    /// In lowest terms if both numbers are small. Those of long ones are not looked for: a greatest common divisor takes
    /// quadratic time.
    fn reduced(numerator: BigInt, denominator: BigInt) -> Self {
        if !denominator.is_one()
            && let (Ok(top), Ok(bottom)) = (i64::try_from(&numerator), i64::try_from(&denominator))
        {
            return Self::ratio(top, bottom);
        }
        Self { numerator, denominator }
    }

    /// `numerator / denominator`, the denominator positive.
    pub(crate) fn ratio(numerator: i64, denominator: i64) -> Self {
        let divisor = numerator.gcd(&denominator).max(1);
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        Self { numerator: numerator.into(), denominator: denominator.into() }
    }

    /// `integer / 2^exponent`.
    pub(crate) fn dyadic(integer: i64, exponent: u32) -> Self {
        Self::reduced(BigInt::from(integer), BigInt::one() << exponent)
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        if self.denominator == other.denominator {
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
                let numerator = &self.numerator * &other.denominator + &other.numerator * &self.denominator;
                Self::reduced(numerator, &self.denominator * &other.denominator)
            }
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
        let (quotient, rest) = big.denominator.div_rem(&small.denominator);
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
        Self::reduced(&self.numerator * &other.numerator, &self.denominator * &other.denominator)
    }

    pub(crate) fn negated(&self) -> Self {
        Self { numerator: -&self.numerator, denominator: self.denominator.clone() }
    }

    /// `1 / self` of a positive number.
    pub(crate) fn inverted(self) -> Self {
        Self { numerator: self.denominator, denominator: self.numerator }
    }

    pub(crate) fn halved(&self) -> Self {
        self.times(&Self { numerator: BigInt::one(), denominator: BigInt::from(2) })
    }

    /// The sum, pairing terms of similar size, so that the work is nearly linear in the size of the terms.
    pub(crate) fn sum(terms: impl IntoIterator<Item = Self>) -> Self {
        // Each entry is the sum of 2^level terms, with falling levels.
        let mut partial: Vec<(u32, Self)> = Vec::new();
        for term in terms {
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
        Some((i64::try_from(&self.numerator).ok()?, i64::try_from(&self.denominator).ok()?))
    }
}

impl From<i64> for Rational {
    fn from(integer: i64) -> Self {
        Self { numerator: BigInt::from(integer), denominator: BigInt::one() }
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        match self.quotient(other) {
            Quotient::First(factor) => self.numerator.cmp(&(&other.numerator * factor)),
            Quotient::Second(factor) => (&self.numerator * factor).cmp(&other.numerator),
            Quotient::None => (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator)),
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

/// A rational number as it is in a file: small ones take no memory of their own.
#[derive(Debug, Clone)]
pub(crate) enum Number {
    /// `numerator / denominator`, the denominator positive.
    Small(i64, u32),
    /// Anything else.
    Big(Box<Rational>),
}

impl Number {
    /// From the syntax `INT` or `INT/INT` of FORMAT.md, section 2; `None` for anything else.
    pub(crate) fn parse(token: &[u8]) -> Option<Self> {
        let (numerator, denominator) = match token.iter().position(|byte| *byte == b'/') {
            None => (token, None),
            Some(slash) => (token.get(..slash)?, Some(token.get(slash + 1..)?)),
        };
        let denominator_small = denominator.map_or(Some(1), |digits| u32::try_from(digits_small(digits)?).ok());
        if let (Some(top), Some(bottom @ 1..)) = (integer_small(numerator), denominator_small) {
            return Some(Self::Small(top, bottom));
        }
        let (negative, digits) = sign(numerator);
        let top = digits_big(digits)?;
        let bottom = denominator.map_or_else(|| Some(BigInt::one()), digits_big)?;
        let numerator = if negative { -top } else { top };
        (!bottom.is_zero()).then(|| Self::Big(Box::new(Rational::reduced(numerator, bottom))))
    }

    pub(crate) fn exact(&self) -> Rational {
        match self {
            Self::Small(numerator, denominator) => {
                Rational::reduced(BigInt::from(*numerator), BigInt::from(*denominator))
            }
            Self::Big(number) => number.as_ref().clone(),
        }
    }

    pub(crate) fn is_positive(&self) -> bool {
        match self {
            Self::Small(numerator, _) => *numerator > 0,
            Self::Big(number) => number.is_positive(),
        }
    }
}

impl From<Rational> for Number {
    fn from(number: Rational) -> Self {
        match number.small().map(|(numerator, denominator)| (numerator, u32::try_from(denominator))) {
            Some((numerator, Ok(denominator))) => Self::Small(numerator, denominator),
            _ => Self::Big(Box::new(number)),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Small(a, b), Self::Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.exact().cmp(&other.exact()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

/// Whether there is a minus, and what follows it.
fn sign(token: &[u8]) -> (bool, &[u8]) {
    match token {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    }
}

/// An integer that fits; `None` for larger ones and for what is none.
pub(crate) fn integer_small(token: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(token);
    let value = digits_small(digits)?;
    Some(if negative { -value } else { value })
}

fn digits_small(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_i64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(digit.into())?;
    }
    Some(value)
}

fn digits_big(digits: &[u8]) -> Option<BigInt> {
    (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then(|| BigInt::parse_bytes(digits, 10)).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Number, Rational};

    fn number(text: &str) -> Number {
        Number::parse(text.as_bytes()).expect("a number")
    }

    #[test]
    fn what_is_a_number() {
        let large = "9".repeat(60);
        for text in
            ["0", "-0", "007", "-12/5", "4/2", "1/4294967296", &large, &format!("1/{large}"), &format!("-{large}/3")]
        {
            assert!(Number::parse(text.as_bytes()).is_some(), "{text}");
        }
        for text in [
            "",
            "-",
            "--1",
            "+1",
            "1/",
            "/2",
            "1/0",
            "1/-2",
            "1/2/3",
            "1.5",
            "1e3",
            "1_000",
            " 1",
            "x",
            &format!("{large}/0"),
        ] {
            assert!(Number::parse(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        let zeros = "0".repeat(40);
        for (left, right) in [("1/2", "2/4"), ("-0", "0"), ("3", "6/2"), ("1/2", &format!("1{zeros}/2{zeros}"))] {
            assert_eq!(number(left), number(right));
            assert_eq!(number(left).exact(), number(right).exact());
        }
        let ordered =
            ["-1000000000000000000000", "-1/2", "-1/3", "0", "1/100000000000", "1/3", "1/2", "99999999999999999999/3"];
        for pair in ordered.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
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
}
