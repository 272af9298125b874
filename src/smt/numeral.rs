//! Rational numbers as the text in which SMT solvers print them.
//!
//! Text is the only way in which a number of any length comes through: the binary interfaces of
//! the solvers stop at 64 bits.

use dashu_int::{IBig, UBig};

use super::Rational;

/// Reads `5.0`, `(- 5.0)`, `(/ 1.0 3.0)`, `(- (/ 1.0 3.0))` or `(/ (- 1.0) 3.0)`, with or without
/// the `.0`. Anything else, such as an algebraic number, is `None`.
pub(super) fn read(text: &str) -> Option<Rational> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let mut tokens = spaced.split_whitespace();
    let number = expression(&mut tokens, 0)?;
    tokens.next().is_none().then_some(number)
}

/// A quotient of negations of numbers is four deep, and so nothing deeper is read.
fn expression<'a>(tokens: &mut impl Iterator<Item = &'a str>, depth: u8) -> Option<Rational> {
    let token = tokens.next()?;
    if token != "(" {
        return whole_number(token);
    }
    if depth == 4 {
        return None;
    }
    let number = match tokens.next()? {
        "-" => -expression(tokens, depth + 1)?,
        "/" => {
            let numerator = expression(tokens, depth + 1)?;
            let denominator = expression(tokens, depth + 1)?;
            (!denominator.is_zero()).then(|| numerator / denominator)?
        }
        _ => return None,
    };
    (tokens.next()? == ")").then_some(number)
}

fn whole_number(token: &str) -> Option<Rational> {
    let digits = token.strip_suffix(".0").unwrap_or(token);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = UBig::from_str_radix(digits, 10).ok()?;
    Some(Rational::from(IBig::from(magnitude)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_that_a_rational_is_printed_in() {
        let third = Rational::from(1) / Rational::from(3);
        assert_eq!(read("5.0"), Some(Rational::from(5)));
        assert_eq!(read("5"), Some(Rational::from(5)));
        assert_eq!(read("(- 5.0)"), Some(Rational::from(-5)));
        assert_eq!(read("(/ 1.0 3.0)"), Some(third.clone()));
        assert_eq!(read("(- (/ 1.0\n   3.0))"), Some(-third.clone()));
        assert_eq!(read("(/ (- 1.0) 3.0)"), Some(-third));
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "x",
            "-5",
            "1.5",
            ".0",
            "(",
            "(- 5.0",
            "(- 5.0) 1",
            "(- 5.0 1.0)",
            "(/ 1.0 0.0)",
            "(/ 1.0)",
            "(+ 1.0 2.0)",
            "(root-obj (+ (^ x 2) (- 2)) 1)",
            "1.4142135623?",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read(&"(- ".repeat(100_000)), None);
    }
}
