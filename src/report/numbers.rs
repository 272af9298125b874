//! How exact numbers are written: in full for machines, with a decimal beside long fractions for people.

use dashu_int::UBig;

use crate::decomposition::{Bounds, Witness};
use crate::mdp::{Rational, Value};

/// Digits of a decimal approximation.
const SIGNIFICANT: usize = 6;
/// A fraction with more digits than this gets a decimal beside it.
const READABLE_DIGITS: usize = 9;
/// A number with more digits than this is not written out for people.
const PRINTED_DIGITS: usize = 40;
/// Integer parts of up to this many digits are written out, larger ones as a power of ten.
const INTEGER_DIGITS: usize = 15;

/// A number for people: `13/120`, `355/113000007 (≈ 3.14159e-6)`, `≈ 0.5 (exact: 1 204-digit fraction, …)`.
pub(super) fn shown(number: &Rational) -> String {
    let exact = number.to_string();
    let digits = exact.bytes().filter(u8::is_ascii_digit).count();
    let is_integer = number.denominator().is_one();
    if digits > PRINTED_DIGITS {
        let kind = if is_integer { "integer" } else { "fraction" };
        return format!("≈ {} (exact: {}-digit {kind}, --format json)", decimal(number), grouped(digits));
    }
    if is_integer || digits <= READABLE_DIGITS { exact } else { format!("{exact} (≈ {})", decimal(number)) }
}

/// A value for people.
fn shown_value(value: &Value) -> String {
    value.finite().map_or_else(|| value.to_string(), shown)
}

/// A number of a witness, exact or between bounds.
#[derive(Clone, Copy)]
enum Known<'a> {
    Exact(&'a Value),
    Between(&'a Bounds),
}

impl<'a> Known<'a> {
    fn of(exact: Option<&'a Value>, bounds: Option<&'a Bounds>) -> Option<Self> {
        exact.map(Self::Exact).or(bounds.map(Self::Between))
    }

    fn text(self) -> String {
        match self {
            Self::Exact(value) => shown_value(value),
            Self::Between(bounds) => shown_bounds(bounds),
        }
    }

    fn sides(self) -> Option<(&'a Rational, &'a Rational)> {
        match self {
            Self::Exact(value) => value.finite().map(|value| (value, value)),
            Self::Between(bounds) => Some((&bounds.low, &bounds.high)),
        }
    }
}

/// Bounds for people: `≈ -73.9721 (bounds 1.1e-18 apart, --format json)`.
pub(super) fn shown_bounds(bounds: &Bounds) -> String {
    let apart = &bounds.high - &bounds.low;
    let middle = (&bounds.low + &bounds.high) / Rational::from(2);
    format!("≈ {} (bounds {} apart, --format json)", decimal(&middle), decimal(&apart))
}

/// The probability of the catastrophe, for people.
pub(super) fn shown_reach(witness: &Witness) -> Option<String> {
    witness.reach.as_ref().map(shown).or_else(|| witness.reach_bounds.as_ref().map(shown_bounds))
}

/// What a witness is worth: `-45, best 10, regret 55`.
pub(super) fn measures(witness: &Witness) -> Option<String> {
    let value = Known::of(witness.value.as_ref(), witness.value_bounds.as_ref())?;
    let mut text = format!("{} {}", witness.reward.word(), value.text());
    if let Some(best) = Known::of(witness.best.as_ref(), witness.best_bounds.as_ref()) {
        text.push_str(&format!(", best {}", best.text()));
        if let Some(regret) = regret(value, best) {
            text.push_str(&format!(", regret {regret}"));
        }
    }
    Some(text)
}

/// How much worse a value is than the best; `None` where the difference has no meaning.
fn regret(value: Known<'_>, best: Known<'_>) -> Option<String> {
    let (best_low, best_high) = best.sides()?;
    let Some((low, high)) = value.sides() else { return Some("inf".to_owned()) };
    let bounds = Bounds { low: best_low - high, high: best_high - low };
    Some(if bounds.low == bounds.high { shown(&bounds.low) } else { shown_bounds(&bounds) })
}

/// The number rounded to [`SIGNIFICANT`] digits, by integer division alone.
fn decimal(number: &Rational) -> String {
    let (numerator, denominator) = (number.numerator(), number.denominator());
    let sign = if number < &Rational::ZERO { "-" } else { "" };
    let magnitude = UBig::try_from(if sign.is_empty() { numerator.clone() } else { -numerator.clone() });
    let Ok(magnitude) = magnitude else { return "0".to_owned() };
    if magnitude.is_zero() {
        return "0".to_owned();
    }
    let mut exponent = length(&magnitude) - length(denominator);
    if ratio_scaled(&magnitude, denominator, -exponent).0.is_zero() {
        exponent -= 1;
    }
    let written_out = (-5..signed(INTEGER_DIGITS)).contains(&exponent);
    let kept = if written_out { signed(SIGNIFICANT).max(exponent + 1) } else { signed(SIGNIFICANT) };
    let (floor, remainder, divisor) = ratio_scaled(&magnitude, denominator, kept - 1 - exponent);
    let rounded = if remainder * 2u8 >= divisor { floor + 1u8 } else { floor };
    let mut digits = rounded.to_string();
    if signed(digits.len()) > kept {
        // 9.999999 became 10.0000.
        digits.pop();
        exponent += 1;
    }
    if written_out {
        format!("{sign}{}", with_point(&digits, exponent))
    } else {
        format!("{sign}{}e{exponent}", with_point(&digits, 0))
    }
}

/// `⌊numerator · 10^shift / denominator⌋`, with the remainder and what was divided by.
fn ratio_scaled(numerator: &UBig, denominator: &UBig, shift: isize) -> (UBig, UBig, UBig) {
    let power = UBig::from(10u8).pow(shift.unsigned_abs());
    let (dividend, divisor) =
        if shift >= 0 { (numerator * power, denominator.clone()) } else { (numerator.clone(), denominator * power) };
    (&dividend / &divisor, &dividend % &divisor, divisor)
}

/// Puts the decimal point behind the digit of `10^0` and drops zeros that say nothing.
fn with_point(digits: &str, exponent: isize) -> String {
    let padding = usize::try_from(-exponent).unwrap_or(0);
    let padded = format!("{}{digits}", "0".repeat(padding));
    let point = usize::try_from(exponent).unwrap_or(0) + 1;
    let (integer, fraction) = padded.split_at(point.min(padded.len()));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { integer.to_owned() } else { format!("{integer}.{fraction}") }
}

fn length(number: &UBig) -> isize {
    signed(number.to_string().len())
}

/// Lengths of strings always fit.
fn signed(length: usize) -> isize {
    isize::try_from(length).unwrap_or(isize::MAX)
}

/// `1 204` for 1204.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::parse_rational;

    fn number(text: &str) -> Rational {
        parse_rational(text).expect("a number")
    }

    #[test]
    fn decimals_are_rounded_exactly() {
        for (exact, expected) in [
            ("22/7", "3.14286"),
            ("-22/7", "-3.14286"),
            ("1/3", "0.333333"),
            ("2/3", "0.666667"),
            ("1/8", "0.125"),
            ("0", "0"),
            ("9999999/10000000", "1"),
            ("99999949/100000000", "0.999999"),
            ("1/300000", "3.33333e-6"),
            ("1/30000", "0.0000333333"),
            ("123456789/2", "61728395"),
            ("1e20", "1e20"),
            ("1234567/10", "123457"),
        ] {
            assert_eq!(decimal(&number(exact)), expected, "{exact}");
        }
    }

    #[test]
    fn long_numbers_are_abbreviated() {
        assert_eq!(shown(&number("-13/120")), "-13/120");
        assert_eq!(shown(&number("12345678901234")), "12345678901234");
        assert_eq!(shown(&number("355/113000007")), "355/113000007 (≈ 3.14159e-6)");
        let huge = number("1e1200") / number("3");
        assert_eq!(shown(&huge), "≈ 3.33333e1199 (exact: 1 202-digit fraction, --format json)");
    }

    #[test]
    fn regret_against_minus_infinity() {
        let finite = |text: &str| Value::Finite(number(text));
        let regret = |value: &Value, best: &Value| regret(Known::Exact(value), Known::Exact(best));
        assert_eq!(regret(&finite("-45"), &finite("10")).as_deref(), Some("55"));
        assert_eq!(regret(&Value::MinusInfinity, &finite("10")).as_deref(), Some("inf"));
        assert_eq!(regret(&finite("10"), &Value::MinusInfinity), None);
    }

    #[test]
    fn bounds_say_that_they_are_bounds() {
        let value = Bounds { low: number("-2.00001"), high: number("-1.99999") };
        assert_eq!(shown_bounds(&value), "≈ -2 (bounds 0.00002 apart, --format json)");
        let best = Value::Finite(number("3"));
        assert_eq!(
            regret(Known::Between(&value), Known::Exact(&best)).as_deref(),
            Some("≈ 5 (bounds 0.00002 apart, --format json)")
        );
    }
}
