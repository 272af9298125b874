//! What comes before the states: kind of model, reward structures, counts.

use std::collections::HashMap;

use crate::format::Diagnostic;
use crate::format::closest;
use crate::format::drn::cursor::{Cursor, Token};
use crate::format::drn::findings::Findings;
use crate::format::drn::numbers::number;
use crate::mdp::Rational;

/// Every line that begins with `@`.
const DIRECTIVES: [&str; 9] = [
    "@type",
    "@model_type",
    "@value_type",
    "@parameters",
    "@placeholders",
    "@reward_models",
    "@nr_states",
    "@nr_choices",
    "@model",
];

/// Kinds of models that a file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A Markov chain: one choice a state.
    Dtmc,
    /// A Markov decision process.
    Mdp,
}

/// A declared number of states or choices, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Count {
    pub(super) number: usize,
    pub(super) span: std::ops::Range<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) kind: Option<Kind>,
    pub(super) rewards: Vec<String>,
    pub(super) states: Option<Count>,
    pub(super) choices: Option<Count>,
    placeholders: HashMap<Vec<u8>, Rational>,
    seen: Vec<&'static str>,
    /// The directive whose content is on the lines that follow.
    open: Option<&'static str>,
}

impl Header {
    /// Takes a line; whether the states begin after it.
    pub(super) fn line(&mut self, cursor: &mut Cursor<'_>, found: &mut Findings) -> bool {
        if cursor.peek() == Some(b'@') {
            return self.directive(cursor, found);
        }
        if cursor.is_at_end() || cursor.is_comment() {
            return false;
        }
        match self.open {
            Some("@parameters") => {
                let names = cursor.rest();
                let message = format!("the model has parameters: {}", names.shown());
                let hint = "give every parameter a value before the export; only numbers can be computed with";
                found.push(Diagnostic::error(names.span(), message).with_hint(hint));
            }
            Some("@placeholders") => self.placeholder_line(cursor, found),
            Some("@reward_models") => self.reward_names(cursor, found),
            Some(counted @ ("@nr_states" | "@nr_choices")) => {
                let token = cursor.rest();
                let number = token.count();
                if number.is_none() {
                    let message = format!("`{}` is not a number of states or choices", token.shown());
                    found.push(Diagnostic::error(token.span(), message).with_hint("write it in digits"));
                }
                // A count that cannot be read is reported once.
                let count = number.map(|number| Count { number, span: token.span() });
                if counted == "@nr_states" {
                    self.states = count
                } else {
                    self.choices = count
                }
                self.open = None;
            }
            _ => {
                let token = cursor.rest();
                let message = format!("`{}` belongs to no section", token.shown());
                let hint = "before `@model`, lines follow one of @parameters, @placeholders, @reward_models, @nr_states and @nr_choices";
                found.push(Diagnostic::error(token.span(), message).with_hint(hint));
            }
        }
        false
    }

    fn directive(&mut self, cursor: &mut Cursor<'_>, found: &mut Findings) -> bool {
        let name = cursor.until(|byte| byte == b':' || byte == b' ' || byte == b'\t');
        cursor.accept(b':');
        let Some(&known) = DIRECTIVES.iter().find(|known| known.as_bytes() == name.text) else {
            let shown = name.shown();
            let hint = closest(&shown, DIRECTIVES.iter().copied()).map_or_else(
                || format!("there are {}", DIRECTIVES.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            found.push(Diagnostic::error(name.span(), format!("unknown directive `{shown}`")).with_hint(hint));
            self.open = None;
            return false;
        };
        if self.seen.contains(&known) {
            let message = format!("`{known}` is given twice");
            found.push(Diagnostic::error(name.span(), message).with_hint("keep one of the two"));
        }
        self.seen.push(known);
        self.open = Some(known);
        match known {
            "@type" | "@model_type" => self.read_kind(cursor.rest(), found),
            "@value_type" => {
                let token = cursor.rest();
                if !matches!(token.text, b"rational" | b"double") {
                    let message = format!("values of type `{}` cannot be read", token.shown());
                    let hint = "there are `rational` and `double`; both are read as exactly the numbers written";
                    found.push(Diagnostic::error(token.span(), message).with_hint(hint));
                }
            }
            // Content on the same line is content.
            _ if !cursor.is_at_end() => {
                self.line(cursor, found);
            }
            _ => {}
        }
        known == "@model"
    }

    fn read_kind(&mut self, token: Token<'_>, found: &mut Findings) {
        self.kind = match token.text {
            b"MDP" | b"mdp" => Some(Kind::Mdp),
            b"DTMC" | b"dtmc" => Some(Kind::Dtmc),
            _ => {
                let message = format!("models of type `{}` cannot be solved", token.shown());
                found.push(Diagnostic::error(token.span(), message).with_hint("there are MDP and DTMC"));
                None
            }
        };
    }

    fn placeholder_line(&mut self, cursor: &mut Cursor<'_>, found: &mut Findings) {
        let name = cursor.until(|byte| byte == b':' || byte == b' ' || byte == b'\t');
        if name.text.first() != Some(&b'$') || name.text.len() < 2 || !cursor.accept(b':') {
            let message = format!("`{}` is not a placeholder", name.shown());
            found.push(Diagnostic::error(cursor.whole(), message).with_hint("write `$name : number`"));
            return;
        }
        if let Some(value) = number(&cursor.rest(), self, found)
            && self.placeholders.insert(name.text.to_vec(), value).is_some()
        {
            let message = format!("the placeholder `{}` is given twice", name.shown());
            found.push(Diagnostic::error(name.span(), message).with_hint("keep one of the two"));
        }
    }

    fn reward_names(&mut self, cursor: &mut Cursor<'_>, found: &mut Findings) {
        while !cursor.is_at_end() {
            let Some(token) = cursor.name() else {
                let message = "a name in quotes is not closed";
                found.push(Diagnostic::error(cursor.whole(), message).with_hint("close it with `\"`"));
                return;
            };
            let name = token.shown();
            if self.rewards.contains(&name) {
                let message = format!("the reward structure `{name}` is listed twice");
                found.push(Diagnostic::error(token.span(), message).with_hint("rename one of them"));
            }
            self.rewards.push(name);
        }
        self.open = None;
    }

    /// What is missing when the states begin, at byte `end`.
    pub(super) fn finish(&self, end: usize, found: &mut Findings) {
        let at = end.saturating_sub(1)..end;
        let has = |name: &str| self.seen.contains(&name);
        if !has("@type") && !has("@model_type") {
            let message = "the kind of model is not given";
            found.push(Diagnostic::error(at.clone(), message).with_hint("add a line `@type: MDP` or `@type: DTMC`"));
        }
        if !has("@nr_states") {
            let message = "the number of states is not given";
            let hint = "add `@nr_states` and the number on the next line";
            found.push(Diagnostic::error(at, message).with_hint(hint));
        }
    }

    /// The value of `$name`.
    pub(super) fn placeholder(&self, name: &[u8]) -> Option<Rational> {
        self.placeholders.get(name).cloned()
    }
}
