//! Exact numbers.

use crate::format::decode::fields::Problems;
use crate::format::tree::{Node, Value};
use crate::mdp::{LARGEST_EXPONENT, ParseRationalError, Rational, parse_rational};

const HOW: &str = "write an integer, a decimal or a fraction in quotes: 3, 0.1, 1e-3, \"3/7\"";

/// Reads a number: a bare literal or a text such as `"3/7"`, in both cases as exactly what is written.
pub(crate) fn rational(node: &Node, what: &str, problems: &mut Problems) -> Option<Rational> {
    let raw = match &node.value {
        Value::Number(raw) | Value::Text(raw) => raw,
        _ => {
            problems.expected(node, &format!("a number for {what}"), HOW);
            return None;
        }
    };
    match parse_rational(raw) {
        Ok(number) => Some(number),
        Err(error) => {
            let hint = match &error {
                ParseRationalError::Malformed(_) => HOW.to_owned(),
                ParseRationalError::ZeroDenominator(_) => "give a denominator other than 0".to_owned(),
                ParseRationalError::ExponentTooLarge(_) => {
                    format!("exponents go from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}")
                }
            };
            problems.error(&node.span, format!("{what}: {error}"), hint);
            None
        }
    }
}

/// Reads a number that must not be negative.
pub(crate) fn nonnegative(node: &Node, what: &str, hint: &str, problems: &mut Problems) -> Option<Rational> {
    let number = rational(node, what, problems)?;
    if number < Rational::ZERO {
        problems.error(&node.span, format!("{what} is {number}, which is negative"), hint);
        return None;
    }
    Some(number)
}

/// Reads a number between 0 and 1, these included.
pub(crate) fn probability(node: &Node, what: &str, hint: &str, problems: &mut Problems) -> Option<Rational> {
    let number = rational(node, what, problems)?;
    if number < Rational::ZERO || number > Rational::ONE {
        problems.error(&node.span, format!("{what} is {number}, not between 0 and 1"), hint);
        return None;
    }
    Some(number)
}

/// Reads an integer from 0 to `most`.
pub(crate) fn count(node: &Node, what: &str, most: usize, problems: &mut Problems) -> Option<usize> {
    let number = rational(node, what, problems)?;
    let hint = format!("give an integer from 0 to {most}");
    // A fraction prints with a slash and so is no `usize`.
    match number.to_string().parse::<usize>() {
        Ok(count) if count <= most => Some(count),
        _ => {
            problems.error(&node.span, format!("{what} is {number}, not an integer from 0 to {most}"), hint);
            None
        }
    }
}
