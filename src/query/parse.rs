//! Text to query, by recursive descent.

use std::ops::Range;

use thiserror::Error;

use crate::mdp::{Rational, parse_rational};
use crate::query::syntax::{Asked, Name, Path, Quantity, Query, Relation, StateFormula};
use crate::solve::Sense;

/// Parentheses and negations inside one another beyond this are refused.
const DEEPEST: usize = 200;

/// Why a text is not a query.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// What to do.
    pub hint: String,
}

/// Reads a query such as `Pmax=? [F "goal"]` or `R{"cost"}<=7/2 [F "done"]`.
///
/// # Errors
/// The first thing that is not as it should be, with its place.
pub fn parse_query(text: &str) -> Result<Query, QueryError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    parser.blanks();
    let query = parser.query()?;
    if parser.at < text.len() {
        return Err(parser.unexpected("the end of the query", "a query is one line such as `Pmax=? [F \"goal\"]`"));
    }
    Ok(query)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn accept(&mut self, symbol: &str) -> bool {
        let there = self.rest().starts_with(symbol);
        if there {
            self.at += symbol.len();
            self.blanks();
        }
        there
    }

    fn word(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
    }

    /// A word of the language, not one that only begins like it.
    fn accept_word(&mut self, word: &str) -> bool {
        self.word() == word && self.accept(word)
    }

    fn here(&self) -> Range<usize> {
        let length = self.word().len().max(self.rest().chars().next().map_or(0, char::len_utf8));
        self.at..self.at + length
    }

    fn unexpected(&self, wanted: &str, hint: &str) -> QueryError {
        let span = self.here();
        let found = match self.text.get(span.clone()) {
            Some("") | None => "the query ends".to_owned(),
            Some(found) => format!("`{found}` stands"),
        };
        QueryError { message: format!("{found} where {wanted} is expected"), span, hint: hint.to_owned() }
    }

    fn query(&mut self) -> Result<Query, QueryError> {
        let begin = self.at;
        let quantity = match self.rest().as_bytes().first() {
            Some(letter @ (b'P' | b'T' | b'R' | b'V')) => {
                self.at += 1;
                self.blanks();
                match letter {
                    b'P' => Quantity::Probability,
                    b'T' => Quantity::Steps,
                    b'R' => Quantity::Reward(self.structure()?),
                    _ => Quantity::Discounted(self.structure()?),
                }
            }
            _ => {
                let hint = "P is a probability, R{\"name\"} a reward until a goal, T a number of steps, V{\"name\"} a discounted reward";
                return Err(self.unexpected("P, R, T or V", hint));
            }
        };
        let sense = if self.accept("max") {
            Some(Sense::Max)
        } else if self.accept("min") {
            Some(Sense::Min)
        } else {
            None
        };
        self.blanks();
        let asked = self.asked(sense)?;
        let open = self.at;
        let path = if self.accept("[") { Some(self.path()?) } else { None };
        let query = Query { quantity, asked, path };
        self.well_formed(&query, begin, open)?;
        Ok(query)
    }

    fn structure(&mut self) -> Result<Name, QueryError> {
        let hint = "name the reward structure: R{\"cost\"}max=? [F \"goal\"]";
        if !self.accept("{") {
            return Err(self.unexpected("`{`", hint));
        }
        let name = self.quoted(hint)?;
        if !self.accept("}") {
            return Err(self.unexpected("`}`", hint));
        }
        Ok(name)
    }

    fn quoted(&mut self, hint: &str) -> Result<Name, QueryError> {
        let begin = self.at;
        let Some(inner) = self.rest().strip_prefix('"') else {
            return Err(self.unexpected("a name in double quotes", hint));
        };
        let Some(length) = inner.find('"') else {
            let span = begin..self.text.len();
            return Err(QueryError { message: "a name in quotes is not closed".into(), span, hint: hint.to_owned() });
        };
        self.at += length + 2;
        let span = begin..self.at;
        self.blanks();
        Ok(Name { text: inner[..length].to_owned(), span })
    }

    fn asked(&mut self, sense: Option<Sense>) -> Result<Asked, QueryError> {
        if self.accept("=?") || (self.accept("=") && self.accept("?")) {
            return Ok(Asked::Value(sense));
        }
        let relations =
            [("<=", Relation::AtMost), (">=", Relation::AtLeast), ("<", Relation::Less), (">", Relation::Greater)];
        let Some((_, relation)) = relations.into_iter().find(|(symbol, _)| self.accept(symbol)) else {
            let hint = "ask for a value by `max=?` or `min=?`, or compare with a number by `<=`, `<`, `>=` or `>`";
            return Err(self.unexpected("`=?` or a comparison", hint));
        };
        Ok(Asked::Threshold { sense, relation, bound: self.number()? })
    }

    fn number(&mut self) -> Result<Rational, QueryError> {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || c == '[').unwrap_or(rest.len());
        let span = self.at..self.at + end;
        let value = parse_rational(&rest[..end]).map_err(|error| QueryError {
            message: error.to_string(),
            span: span.clone(),
            hint: "write a number such as 1/2, 0.5 or 1e-3".into(),
        })?;
        self.at = span.end;
        self.blanks();
        Ok(value)
    }

    fn path(&mut self) -> Result<Path, QueryError> {
        let path = if self.accept_word("F") {
            self.no_step_bound()?;
            Path::Eventually(self.disjunction()?)
        } else if self.accept_word("G") {
            self.no_step_bound()?;
            Path::Always(self.disjunction()?)
        } else if self.word() == "X" || self.word() == "C" || self.word() == "I" || self.word() == "S" {
            let hint = "there are F \"goal\", G \"invariant\" and \"stay\" U \"goal\"";
            return Err(self.unexpected("F, G or a formula of states", hint));
        } else {
            let stay = self.disjunction()?;
            if !self.accept_word("U") {
                let hint = "write F before a single formula: F \"goal\"";
                return Err(self.unexpected("U", hint));
            }
            self.no_step_bound()?;
            Path::Until(stay, self.disjunction()?)
        };
        if !self.accept("]") {
            return Err(self.unexpected("`]`", "close the path with `]`; formulas are joined by & and |"));
        }
        Ok(path)
    }

    fn no_step_bound(&self) -> Result<(), QueryError> {
        let bounded = self.rest().starts_with(['<', '>', '=', '[', '{']);
        let hint = "leave the bound out; for a finite horizon, make the time part of the state";
        if bounded { Err(self.unexpected("a formula of states and no step bound", hint)) } else { Ok(()) }
    }

    fn disjunction(&mut self) -> Result<StateFormula, QueryError> {
        let mut formula = self.conjunction()?;
        while self.accept("|") {
            formula = StateFormula::Or(Box::new(formula), Box::new(self.conjunction()?));
        }
        Ok(formula)
    }

    fn conjunction(&mut self) -> Result<StateFormula, QueryError> {
        let mut formula = self.literal()?;
        while self.accept("&") {
            formula = StateFormula::And(Box::new(formula), Box::new(self.literal()?));
        }
        Ok(formula)
    }

    fn literal(&mut self) -> Result<StateFormula, QueryError> {
        self.depth += 1;
        let hint = "labels are written in double quotes; there are also true, false, !, &, | and parentheses";
        if self.depth > DEEPEST {
            return Err(self.unexpected("the end of so deep a formula", "simplify the formula"));
        }
        let formula = if self.accept("!") {
            StateFormula::Not(Box::new(self.literal()?))
        } else if self.accept("(") {
            let inner = self.disjunction()?;
            if !self.accept(")") {
                return Err(self.unexpected("`)`", "close the parenthesis"));
            }
            inner
        } else if self.accept_word("true") {
            StateFormula::True
        } else if self.accept_word("false") {
            StateFormula::False
        } else if self.rest().starts_with('"') {
            StateFormula::Label(self.quoted(hint)?)
        } else {
            return Err(self.unexpected("a label", hint));
        };
        self.depth -= 1;
        Ok(formula)
    }

    /// What the parts ask of one another.
    fn well_formed(&self, query: &Query, begin: usize, open: usize) -> Result<(), QueryError> {
        let whole = begin..self.text.len();
        let wrong = |message: &str, span: Range<usize>, hint: &str| {
            Err(QueryError { message: message.to_owned(), span, hint: hint.to_owned() })
        };
        match (&query.quantity, &query.path) {
            (Quantity::Discounted(_), None) => Ok(()),
            (Quantity::Discounted(_), Some(_)) => wrong(
                "a discounted reward has no path",
                open..self.at,
                "leave the brackets out, or use R for the reward until a goal",
            ),
            (_, None) => wrong("the path is missing", whole, "add a path in brackets: [F \"goal\"]"),
            (Quantity::Reward(_) | Quantity::Steps, Some(Path::Until(..) | Path::Always(_))) => {
                wrong("rewards and steps are counted until a goal", open..self.at, "write the path as [F \"goal\"]")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_printed_as_they_are_read() {
        for text in [
            r#"Pmax=? [F "l"]"#,
            r#"Pmin=? ["a" U "b"]"#,
            r#"R{"r"}max=? [F "l"]"#,
            r#"Tmin=? [F ("a" & !("b" | true))]"#,
            r#"V{"specified"}max=?"#,
            r#"P<=1/2 [F "a b"]"#,
            r#"Pmin>1/3 [G "x"]"#,
            r#"P=? [F false]"#,
        ] {
            assert_eq!(parse_query(text).map(|query| query.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(
            parse_query(" R { \"r\" } min = ? [F\"l\"|\"m\"&\"n\"]").map(|query| query.to_string()).as_deref(),
            Ok(r#"R{"r"}min=? [F ("l" | ("m" & "n"))]"#)
        );
    }

    #[test]
    fn every_error_says_where_and_what_to_do() {
        let texts = [
            "",
            "Q=? [F \"a\"]",
            "Pmax [F \"a\"]",
            "Pmax=?",
            "Pmax=? [F a]",
            "Pmax=? [F \"a]",
            "Pmax=? [F<=10 \"a\"]",
            "Pmax=? [\"a\"]",
            "Pmax=? [F \"a\"",
            "Pmax=? [F \"a\"] x",
            "Rmax=? [F \"a\"]",
            "R{\"r\"}max=? [\"a\" U \"b\"]",
            "V{\"r\"}max=? [F \"a\"]",
            "P<=half [F \"a\"]",
            "Pmax=? [X \"a\"]",
            "Pmax=? [F (\"a\"]",
            "P<=1/0 [F \"é\"]",
        ];
        let said: Vec<String> = texts
            .iter()
            .map(|text| {
                let error = parse_query(text).expect_err(text);
                format!("{text}\n  {:?}: {}\n  {}", error.span, error.message, error.hint)
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"));
        let deep = format!("Pmax=? [F {}\"a\"]", "!".repeat(100_000));
        assert!(parse_query(&deep).is_err());
    }
}
