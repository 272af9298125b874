//! Text → [`Formula`], by recursive descent over a bounded depth.

use std::ops::Range;

use thiserror::Error;

use crate::decomposition::formula::{At, Atom, Family, Formula, PolicySet, Quantifier, RewardName};
use crate::mdp::{Rational, parse_rational};

/// Formulas nest no deeper than this.
const DEEPEST: usize = 64;

/// Why a text is not a formula.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct FormulaError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the formula's text.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    span: Range<usize>,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let word = |character: char| character.is_alphanumeric() || "_-./".contains(character);
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, character)) = rest.next() {
        if character.is_whitespace() {
            continue;
        }
        let mut end = start + character.len_utf8();
        if word(character) {
            while let Some(&(at, next)) = rest.peek()
                && word(next)
            {
                end = at + next.len_utf8();
                rest.next();
            }
        } else if "<>".contains(character)
            && let Some(&(_, '=')) = rest.peek()
        {
            end += 1;
            rest.next();
        }
        found.push(Token { text: &text[start..end], span: start..end });
    }
    found
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    end: usize,
    distributions: Vec<String>,
    policies: Vec<String>,
    depth: usize,
}

/// Reads a formula; every variable must be bound, and distributions that a policy set mentions are bound
/// outside it.
///
/// # Errors
/// The first thing that does not fit, with what was expected.
pub fn parse_formula(text: &str) -> Result<Formula, FormulaError> {
    let mut parser = Parser {
        tokens: tokens(text),
        next: 0,
        end: text.len(),
        distributions: Vec::new(),
        policies: Vec::new(),
        depth: 0,
    };
    let formula = parser.implication()?;
    match parser.peek() {
        None => Ok(formula),
        Some(token) => {
            Err(FormulaError { message: format!("`{}` does not fit here", token.text), span: token.span.clone() })
        }
    }
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.next)
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, FormulaError> {
        let span = self.peek().map_or(self.end..self.end, |token| token.span.clone());
        Err(FormulaError { message: message.into(), span })
    }

    fn accept(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text == word);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, word: &str) -> Result<(), FormulaError> {
        if self.accept(word) { Ok(()) } else { self.error(format!("expected `{word}`")) }
    }

    fn word(&mut self, what: &str) -> Result<&'a str, FormulaError> {
        match self.peek() {
            Some(token) if token.text.starts_with(char::is_alphanumeric) => {
                let text = token.text;
                self.next += 1;
                Ok(text)
            }
            _ => self.error(format!("expected {what}")),
        }
    }

    fn implication(&mut self) -> Result<Formula, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("the formula is nested too deeply");
        }
        let left = self.disjunction()?;
        let result =
            if self.accept("implies") { Formula::Implies(Box::new(left), Box::new(self.implication()?)) } else { left };
        self.depth -= 1;
        Ok(result)
    }

    fn disjunction(&mut self) -> Result<Formula, FormulaError> {
        let mut left = self.conjunction()?;
        while self.accept("or") {
            left = Formula::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Formula, FormulaError> {
        let mut left = self.unary()?;
        while self.accept("and") {
            left = Formula::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Formula, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("the formula is nested too deeply");
        }
        let result = if self.accept("not") {
            Ok(Formula::Not(Box::new(self.unary()?)))
        } else if self.accept("(") {
            let inner = self.implication()?;
            self.expect(")")?;
            Ok(inner)
        } else if self.accept("for") {
            self.distribution_quantifier()
        } else if self.accept("each") {
            self.policy_quantifier(Quantifier::Each)
        } else if self.accept("every") {
            self.policy_quantifier(Quantifier::Every)
        } else if self.accept("some") {
            self.policy_quantifier(Quantifier::Some)
        } else {
            self.atom()
        };
        self.depth -= 1;
        result
    }

    fn distribution_quantifier(&mut self) -> Result<Formula, FormulaError> {
        let universal = self.accept("all");
        if !universal {
            self.expect("some")?;
        }
        let name = self.word("a name for the distribution")?.to_owned();
        self.expect("in")?;
        let Some(family) = Family::ALL.into_iter().find(|family| self.accept(family.word())) else {
            return self.error("expected one of train, deploy, encountered, all, situations");
        };
        self.expect(":")?;
        self.distributions.push(name.clone());
        let body = Box::new(self.implication()?);
        self.distributions.pop();
        Ok(if universal {
            Formula::AllDistributions(name, family, body)
        } else {
            Formula::SomeDistribution(name, family, body)
        })
    }

    fn policy_quantifier(&mut self, quantifier: Quantifier) -> Result<Formula, FormulaError> {
        let name = self.word("a name for the policy")?.to_owned();
        self.expect("in")?;
        let set = if self.accept("trained") {
            PolicySet::Trained
        } else if self.accept("learnable") {
            PolicySet::Learnable
        } else if self.accept("policies") {
            PolicySet::Policies
        } else if self.accept("optimal") {
            self.expect("(")?;
            let reward = self.reward()?;
            self.expect(",")?;
            let at = self.at()?;
            let slack = if self.accept(",") && !self.accept("epsilon") { Some(self.number()?) } else { None };
            self.expect(")")?;
            PolicySet::Optimal(reward, at, slack)
        } else if self.accept("good") {
            self.expect("(")?;
            let at = self.at()?;
            self.expect(")")?;
            PolicySet::Good(at)
        } else {
            return self.error("expected one of trained, learnable, policies, optimal(reward, m), good(m)");
        };
        self.expect(":")?;
        self.policies.push(name.clone());
        let body = Box::new(self.implication()?);
        self.policies.pop();
        Ok(Formula::Policies(quantifier, name, set, body))
    }

    fn atom(&mut self) -> Result<Formula, FormulaError> {
        let Some(token) = self.peek().cloned() else { return self.error("the formula ends too early") };
        self.next += 1;
        let known = ["good", "safe", "optimal", "value", "reach", "mesa"];
        if !known.contains(&token.text) {
            self.next -= 1;
            return self.error(format!("expected a quantifier, `not`, `(` or one of {}", known.join(", ")));
        }
        self.expect("(")?;
        let policy = self.word("a policy")?.to_owned();
        if !self.policies.contains(&policy) {
            self.next -= 1;
            return self.error(format!("no quantifier binds the policy `{policy}`"));
        }
        if token.text == "mesa" {
            self.expect(")")?;
            return Ok(Formula::Atom(Atom::Mesa, policy, At::Train));
        }
        self.expect(",")?;
        let reward = if matches!(token.text, "optimal" | "value") {
            let reward = self.reward()?;
            self.expect(",")?;
            reward
        } else {
            RewardName::Intended
        };
        let at = self.at()?;
        self.expect(")")?;
        let atom = match token.text {
            "good" => Atom::Good,
            "safe" => Atom::Safe,
            "optimal" => Atom::Optimal(reward),
            "value" => {
                self.expect(">=")?;
                Atom::ValueAtLeast(reward, self.number()?)
            }
            _ => {
                self.expect("<=")?;
                Atom::ReachAtMost(self.number()?)
            }
        };
        Ok(Formula::Atom(atom, policy, at))
    }

    fn reward(&mut self) -> Result<RewardName, FormulaError> {
        for reward in [RewardName::Specified, RewardName::Intended] {
            if self.accept(reward.word()) {
                return Ok(reward);
            }
        }
        self.error("expected `specified` or `intended`")
    }

    fn at(&mut self) -> Result<At, FormulaError> {
        if self.accept("train") {
            return Ok(At::Train);
        }
        let name = self.word("a distribution")?;
        if self.distributions.iter().any(|bound| bound == name) {
            Ok(At::Variable(name.to_owned()))
        } else {
            self.next -= 1;
            self.error(format!("no quantifier binds the distribution `{name}`"))
        }
    }

    fn number(&mut self) -> Result<Rational, FormulaError> {
        let text = self.peek().map(|token| token.text).unwrap_or_default();
        match parse_rational(text) {
            Ok(number) => {
                self.next += 1;
                Ok(number)
            }
            Err(error) => self.error(format!("expected a number: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_and_reading_agree() {
        for text in [
            "for all m in deploy: each p in optimal(specified, m, epsilon): good(p, m)",
            "each p in trained: (good(p, train)) and (for all m in deploy: safe(p, m))",
            "not (some q in policies: value(q, intended, train) >= -3/2)",
            "(every p in good(train): reach(p, train) <= 1/10) implies (each p in learnable: mesa(p))",
            "for some m in all: some p in optimal(intended, m, 1/2): optimal(p, specified, m)",
        ] {
            assert_eq!(parse_formula(text).expect(text).to_string(), text);
        }
    }

    #[test]
    fn errors_say_what_was_expected() {
        let cases = [
            ("", "the formula ends too early", 0..0),
            ("good(p, train)", "no quantifier binds the policy `p`", 5..6),
            ("each p in trained: good(p, m)", "no quantifier binds the distribution `m`", 27..28),
            (
                "each p in trainde: good(p, train)",
                "expected one of trained, learnable, policies, optimal(reward, m), good(m)",
                10..17,
            ),
            ("each p in trained good(p, train)", "expected `:`", 18..22),
            (
                "each p in trained: value(p, intended, train) >= x",
                "expected a number: `x` is not an exact number",
                48..49,
            ),
            ("each p in trained: good(p, train) good", "`good` does not fit here", 34..38),
        ];
        for (text, message, span) in cases {
            let error = parse_formula(text).expect_err(text);
            assert_eq!((error.message.as_str(), error.span), (message, span), "{text}");
        }
        let deep = "not ".repeat(1000) + "x";
        assert_eq!(parse_formula(&deep).expect_err("deep").message, "the formula is nested too deeply");
    }
}
