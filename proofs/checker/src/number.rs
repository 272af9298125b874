//! Numbers as they are in files.

use std::cmp::Ordering;

use crate::rational::Rational;

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
            Some(slash) => (token.get(..slash)?, token.get(slash..)?.strip_prefix(b"/")),
        };
        let denominator_small = denominator.map_or(Some(1), |digits| u32::try_from(digits_small(digits)?).ok());
        if let (Some(top), Some(bottom @ 1..)) = (integer_small(numerator), denominator_small) {
            return Some(Self::Small(top, bottom));
        }
        let (negative, digits) = sign(numerator);
        Some(Self::Big(Box::new(Rational::parse(negative, digits, denominator)?)))
    }

    pub(crate) fn exact(&self) -> Rational {
        match self {
            Self::Small(numerator, denominator) => Rational::ratio(*numerator, i64::from(*denominator)),
            Self::Big(number) => number.as_ref().clone(),
        }
    }

    pub(crate) fn multiple(&self, factor: i64) -> Rational {
        match self {
            Self::Small(..) => self.exact().multiple(factor),
            Self::Big(number) => number.multiple(factor),
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
                // 96 bits are enough.
                let product = |top: i64, bottom: u32| i128::from(top).wrapping_mul(i128::from(bottom));
                product(*a, *d).cmp(&product(*c, *b))
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

/// An integer that fits, and whose negative does; `None` for larger ones and for what is none.
pub(crate) fn integer_small(token: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(token);
    let value = digits_small(digits)?;
    Some(if negative { value.wrapping_neg() } else { value })
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

#[cfg(test)]
mod tests {
    use super::Number;

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
}
