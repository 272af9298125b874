//! Numbers as the file writes them, looked up by their text: the same few are written again and again.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::format::Diagnostic;
use crate::format::drn::cursor::Token;
use crate::format::drn::findings::Findings;
use crate::format::drn::header::Header;
use crate::mdp::{Rational, parse_rational};

/// Texts that are remembered; numbers beyond them are read anew each time.
const REMEMBERED: usize = 1 << 16;

/// The index that a number was given, by its text.
#[derive(Debug, Default)]
pub(super) struct Texts {
    index: HashMap<Box<[u8]>, u32, FxBuildHasher>,
}

impl Texts {
    pub(super) fn get(&self, token: &Token<'_>) -> Option<u32> {
        self.index.get(token.text).copied()
    }

    pub(super) fn remember(&mut self, token: &Token<'_>, index: u32) {
        if self.index.len() < REMEMBERED {
            self.index.insert(token.text.into(), index);
        }
    }
}

/// The exact number that a token stands for.
pub(super) fn number(token: &Token<'_>, header: &Header, found: &mut Findings) -> Option<Rational> {
    if token.text.first() == Some(&b'$') {
        let value = header.placeholder(token.text);
        if value.is_none() {
            let message = format!("the placeholder `{}` has no value", token.shown());
            let hint = "placeholders are given under `@placeholders`, as `$name : number`";
            found.push(Diagnostic::error(token.span(), message).with_hint(hint));
        }
        return value;
    }
    match std::str::from_utf8(token.text).ok().map(parse_rational) {
        Some(Ok(value)) => Some(value),
        Some(Err(error)) => {
            let hint =
                "write a fraction `1/3` or a decimal `0.5`; parameters have to be given values before the export";
            found.push(Diagnostic::error(token.span(), error.to_string()).with_hint(hint));
            None
        }
        None => {
            let message = format!("`{}` is not UTF-8 text", token.shown());
            found.push(Diagnostic::error(token.span(), message).with_hint("export the model again"));
            None
        }
    }
}
