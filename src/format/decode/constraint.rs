//! Linear constraints on distributions: `g + 2*l >= 1/2`, both sides linear.
//!
//! A side is a sum of terms; a term is a number, a name, or a number before a name with an optional `*`.
//! Names of other than letters, digits and `_`, or that begin with a digit, stand in double quotes.

use std::ops::Range;

use crate::format::decode::deployment::Scope;
use crate::format::decode::distributions::is_situation;
use crate::format::decode::fields::Problems;
use crate::format::tree::Node;
use crate::mdp::{Rational, StateId, parse_rational};
use crate::problem::{LinearConstraint, Relation};

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(Rational),
    Name(String),
    Plus,
    Minus,
    Times,
    Compare(Relation),
}

type Spanned = (Token, Range<usize>);

/// What is wrong with a constraint: where in its text, what, and what to do.
struct Fault {
    at: Range<usize>,
    message: String,
    hint: String,
}

fn fault(at: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Fault {
    Fault { at, message: message.into(), hint: hint.into() }
}

/// Reads one constraint, its names against the situations and `over`.
pub(crate) fn parse(
    text: &str,
    node: &Node,
    scope: &Scope<'_>,
    over: Option<&[StateId]>,
    problems: &mut Problems,
) -> Option<LinearConstraint> {
    let is_state = |name: &str| scope.states.find(name).is_some();
    let parsed = tokens(text, &is_state).and_then(|tokens| sides(text, &tokens));
    let (terms, relation, bound) = match parsed {
        Ok(parsed) => parsed,
        Err(Fault { at, message, hint }) => {
            problems.error(&node.inside(scope.source, at), format!("the constraint `{text}`: {message}"), hint);
            return None;
        }
    };
    let mut coefficients: Vec<(StateId, Rational)> = Vec::new();
    let mut whole = true;
    for (name, factor, at) in terms {
        let span = node.inside(scope.source, at);
        let what = format!("the constraint `{text}`");
        let Some(state) = scope.states.resolve_name(&name, &span, &what, problems) else {
            whole = false;
            continue;
        };
        if !is_situation(state, &span, &format!("{what} mentions"), scope.states, scope.situations, problems) {
            whole = false;
        } else if over.is_some_and(|over| !over.contains(&state)) {
            let message = format!("{what} mentions `{name}`, where no mass may be");
            problems.error(&span, message, "add it to `over`, or take it out of the constraint");
            whole = false;
        }
        match coefficients.iter_mut().find(|(known, _)| *known == state) {
            Some((_, sum)) => *sum += factor,
            None => coefficients.push((state, factor)),
        }
    }
    if !whole {
        return None;
    }
    coefficients.retain(|(_, factor)| !factor.is_zero());
    if coefficients.is_empty() {
        let message = format!("the constraint `{text}` says nothing about any state");
        problems.error(&node.span, message, "name a situation; names that begin with a digit stand in double quotes");
        return None;
    }
    Some(LinearConstraint { coefficients, relation, bound })
}

type Terms = Vec<(String, Rational, Range<usize>)>;

/// Everything brought to one side: the terms on the left, the constant on the right.
fn sides(text: &str, tokens: &[Spanned]) -> Result<(Terms, Relation, Rational), Fault> {
    let mut terms = Vec::new();
    let mut bound = Rational::ZERO;
    let mut relation = None;
    let mut at = 0;
    loop {
        let right = relation.is_some();
        at = side(text, tokens, at, right, &mut terms, &mut bound)?;
        match (tokens.get(at), relation) {
            (Some((Token::Compare(found), _)), None) => {
                relation = Some(*found);
                at += 1;
            }
            (Some((Token::Compare(_), span)), Some(_)) => {
                return Err(fault(span.clone(), "it has a second comparison", "write two constraints"));
            }
            (Some((_, span)), _) => {
                let found = &text[span.clone()];
                let message = format!("expected `+`, `-` or a comparison, found `{found}`");
                return Err(fault(span.clone(), message, "write it like g + 2*l >= 1/2"));
            }
            (None, Some(relation)) => return Ok((terms, relation, bound)),
            (None, None) => {
                let end = text.len();
                return Err(fault(0..end, "it has no comparison", "write `<=`, `>=` or `=` between its two sides"));
            }
        }
    }
}

/// One side from token `at`; returns the first token after it.
fn side(
    text: &str,
    tokens: &[Spanned],
    mut at: usize,
    right: bool,
    terms: &mut Terms,
    bound: &mut Rational,
) -> Result<usize, Fault> {
    let mut first = true;
    loop {
        let mut sign = Rational::ONE;
        match tokens.get(at) {
            Some((Token::Plus, _)) => at += 1,
            Some((Token::Minus, _)) => {
                sign = -sign;
                at += 1;
            }
            _ if first => {}
            _ => return Ok(at),
        }
        first = false;
        let factor = match tokens.get(at) {
            Some((Token::Number(number), _)) => {
                at += 1;
                Some(number.clone())
            }
            _ => None,
        };
        let times = factor.is_some() && matches!(tokens.get(at), Some((Token::Times, _)));
        at += usize::from(times);
        match (tokens.get(at), factor) {
            (Some((Token::Name(name), span)), factor) => {
                let factor = sign * factor.unwrap_or(Rational::ONE);
                terms.push((name.clone(), if right { -factor } else { factor }, span.clone()));
                at += 1;
            }
            (_, Some(number)) if !times => *bound += if right { sign * number } else { -(sign * number) },
            (found, _) => {
                let (span, said) = match found {
                    Some((_, span)) => (span.clone(), format!("`{}`", &text[span.clone()])),
                    None => (text.len().saturating_sub(1)..text.len(), "the end".to_owned()),
                };
                let expected = if times { "a name" } else { "a number or a name" };
                let message = format!("expected {expected}, found {said}");
                return Err(fault(span, message, "write it like g + 2*l >= 1/2"));
            }
        }
    }
}

fn tokens(text: &str, is_state: &dyn Fn(&str) -> bool) -> Result<Vec<Spanned>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = match character {
            _ if character.is_whitespace() => {
                at += character.len_utf8();
                continue;
            }
            '+' => (Token::Plus, 1),
            '-' => (Token::Minus, 1),
            '*' => (Token::Times, 1),
            '<' if rest.starts_with("<=") => (Token::Compare(Relation::AtMost), 2),
            '>' if rest.starts_with(">=") => (Token::Compare(Relation::AtLeast), 2),
            '=' if rest.starts_with("==") => {
                return Err(fault(at..at + 2, "`==` is not a comparison", "write `=`"));
            }
            '=' => (Token::Compare(Relation::Equal), 1),
            '<' | '>' => {
                let hint = format!("write `{character}=`: deployment sets contain their boundary");
                return Err(fault(at..at + 1, "comparisons are not strict", hint));
            }
            '"' => quoted(text, at)?,
            '0'..='9' | '.' => number(text, at, is_state)?,
            _ if is_letter(character) => {
                let length = word(rest);
                (Token::Name(rest[..length].to_owned()), length)
            }
            _ => {
                let message = format!("unexpected character `{character}`");
                let hint = "names of other than letters, digits and `_` stand in double quotes";
                return Err(fault(at..at + character.len_utf8(), message, hint));
            }
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

/// The length of the letters, digits and `_` that a text begins with.
fn word(text: &str) -> usize {
    text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len())
}

/// An integer, decimal or fraction. What could also be a name, or a power of ten, is refused.
fn number(text: &str, at: usize, is_state: &dyn Fn(&str) -> bool) -> Result<(Token, usize), Fault> {
    let rest = &text[at..];
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let mut length = digits(rest);
    if let Some(below) = rest[length..].trim_start().strip_prefix('/') {
        let denominator = below.trim_start();
        length = rest.len() - denominator.len() + digits(denominator);
    }
    let whole = word(rest);
    if whole > 0 && is_state(&rest[..whole]) {
        let name = &rest[..whole];
        let message = format!("`{name}` could be a number or the state of that name");
        return Err(fault(at..at + whole, message, format!("write \"{name}\" in double quotes for the state")));
    }
    let after = rest[length..].strip_prefix(['e', 'E']).map(|after| after.strip_prefix(['+', '-']).unwrap_or(after));
    if after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit())) {
        let message = "powers of ten are not read in constraints";
        return Err(fault(at..at + length + 1, message, "write a fraction, or `*` between a number and a name"));
    }
    match parse_rational(&rest[..length]) {
        Ok(number) => Ok((Token::Number(number), length)),
        Err(error) => Err(fault(at..at + length, error.to_string(), "write an integer, a decimal or a fraction")),
    }
}

/// A name in double quotes; a backslash keeps the next character as it is.
fn quoted(text: &str, at: usize) -> Result<(Token, usize), Fault> {
    let mut name = String::new();
    let mut characters = text[at + 1..].char_indices();
    while let Some((offset, character)) = characters.next() {
        match character {
            '"' => return Ok((Token::Name(name), offset + 2)),
            '\\' => name.extend(characters.next().map(|(_, next)| next)),
            _ => name.push(character),
        }
    }
    Err(fault(at..text.len(), "a quoted name does not end", "close it with a double quote"))
}

/// Writes a constraint so that it reads back as the same one.
pub(crate) fn write(constraint: &LinearConstraint, name: impl Fn(StateId) -> String) -> String {
    let mut text = String::new();
    for (state, factor) in &constraint.coefficients {
        let negative = factor < &Rational::ZERO;
        text.push_str(match (text.is_empty(), negative) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        });
        let size = if negative { -factor.clone() } else { factor.clone() };
        if size != Rational::ONE {
            text.push_str(&format!("{size}*"));
        }
        let name = name(*state);
        if name.starts_with(is_letter) && word(&name) == name.len() {
            text.push_str(&name);
        } else {
            text.push_str(&format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")));
        }
    }
    let relation = match constraint.relation {
        Relation::AtMost => "<=",
        Relation::AtLeast => ">=",
        Relation::Equal => "=",
    };
    format!("{text} {relation} {}", constraint.bound)
}
