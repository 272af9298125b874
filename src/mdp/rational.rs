//! Exact numbers: the rationals and how they are read from text.

use dashu_int::{IBig, UBig};
pub use dashu_ratio::RBig as Rational;
use thiserror::Error;

/// Decimal exponents beyond this are refused: `1e999999999` would fill the memory.
pub const LARGEST_EXPONENT: u32 = 10_000;

/// Why a text is not an exact number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseRationalError {
    /// Neither an integer, a decimal nor a fraction.
    #[error("`{0}` is not an exact number")]
    Malformed(String),
    /// A fraction with denominator zero.
    #[error("`{0}` divides by zero")]
    ZeroDenominator(String),
    /// An exponent larger than [`LARGEST_EXPONENT`].
    #[error("the exponent of `{0}` is beyond {LARGEST_EXPONENT}")]
    ExponentTooLarge(String),
}

/// Reads `3`, `-3/7`, `0.1` or `1e-3` as exactly that number.
///
/// # Errors
/// Says which of the three things is wrong with the text.
///
/// ```
/// use lavaproof::mdp::parse_rational;
/// assert_eq!(parse_rational("0.1"), parse_rational("1/10"));
/// assert!(parse_rational("0.1.2").is_err());
/// ```
pub fn parse_rational(text: &str) -> Result<Rational, ParseRationalError> {
    let malformed = || ParseRationalError::Malformed(text.to_owned());
    let trimmed = text.trim();
    if let Some((numerator, denominator)) = trimmed.split_once('/') {
        let numerator = parse_decimal(numerator.trim(), text)?;
        let denominator = parse_decimal(denominator.trim(), text)?;
        if denominator.is_zero() {
            return Err(ParseRationalError::ZeroDenominator(text.to_owned()));
        }
        return Ok(numerator / denominator);
    }
    if trimmed.is_empty() {
        return Err(malformed());
    }
    parse_decimal(trimmed, text)
}

fn parse_decimal(digits: &str, whole: &str) -> Result<Rational, ParseRationalError> {
    let malformed = || ParseRationalError::Malformed(whole.to_owned());
    let (negative, unsigned) = match digits.as_bytes().first() {
        Some(b'-') => (true, &digits[1..]),
        Some(b'+') => (false, &digits[1..]),
        _ => (false, digits),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent, whole)?),
        None => (unsigned, 0),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(integer) || !all_digits(fraction) || (integer.is_empty() && fraction.is_empty()) {
        return Err(malformed());
    }
    let joined = format!("{integer}{fraction}");
    let magnitude = UBig::from_str_radix(&joined, 10).map_err(|_| malformed())?;
    let scale = exponent - i64::try_from(fraction.len()).map_err(|_| malformed())?;
    let power = UBig::from(10u8).pow(usize::try_from(scale.unsigned_abs()).map_err(|_| malformed())?);
    let value =
        if scale >= 0 { Rational::from(magnitude * power) } else { Rational::from_parts(IBig::from(magnitude), power) };
    Ok(if negative { -value } else { value })
}

fn parse_exponent(text: &str, whole: &str) -> Result<i64, ParseRationalError> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseRationalError::Malformed(whole.to_owned()));
    }
    match text.parse::<i64>() {
        Ok(exponent) if exponent.unsigned_abs() <= u64::from(LARGEST_EXPONENT) => Ok(exponent),
        _ => Err(ParseRationalError::ExponentTooLarge(whole.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_that_decimal() {
        let cases = [
            ("0.1", 1, 10),
            ("-2.50", -5, 2),
            ("1e-3", 1, 1000),
            ("1.5E2", 150, 1),
            ("3/7", 3, 7),
            ("-6 / 4", -3, 2),
            ("+.5", 1, 2),
            ("7", 7, 1),
        ];
        for (text, numerator, denominator) in cases {
            let expected = Rational::from(numerator) / Rational::from(denominator);
            assert_eq!(parse_rational(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn malformed_numbers_are_refused() {
        for text in ["", ".", "1.2.3", "0x10", "1/0", "1//2", "e5", "1e", "1e99999999", "nan", "--1", "½", "1_000"] {
            assert!(parse_rational(text).is_err(), "{text}");
        }
    }
}
