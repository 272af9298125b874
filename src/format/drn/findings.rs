//! What is wrong, up to a limit: a file of millions of lines may be wrong in each.

use crate::format::Diagnostic;

/// Findings that are kept one by one.
const MOST: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Diagnostic>,
    more: usize,
}

impl Findings {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < MOST {
            self.list.push(diagnostic);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn into_list(mut self) -> Vec<Diagnostic> {
        if self.more > 0 {
            let message = format!("there are {} more problems", self.more);
            self.list.push(Diagnostic::about_file(message).with_hint("they are often of the same kind as those shown"));
        }
        self.list
    }
}
