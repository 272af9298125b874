//! Exit codes, published: scripts rely on them.

use std::process::ExitCode;

/// An exit code; when several apply the one of higher rank is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exit {
    code: u8,
    rank: u8,
}

/// Everything is as expected; without expectations, everything holds.
pub(super) const ALL_AS_EXPECTED: Exit = Exit { code: 0, rank: 0 };
/// Nothing was selected.
pub(super) const NOTHING_SELECTED: Exit = Exit { code: 4, rank: 1 };
/// Something is unknown.
pub(super) const UNKNOWN: Exit = Exit { code: 3, rank: 2 };
/// A verdict fails, or differs from what is expected.
pub(super) const FAILED: Exit = Exit { code: 1, rank: 3 };
/// Wrong usage, or a model that cannot be read or is not valid.
pub(super) const USAGE: Exit = Exit { code: 2, rank: 4 };

/// The checker rejected our own evidence: an error of this program.
pub(super) const REJECTED: Exit = Exit { code: 70, rank: 5 };

/// The end of the help text.
pub(super) const HELP: &str = "Exit codes: 0 all as expected (without expectations: everything holds), 1 a verdict fails or \
differs from what the file expects, 2 wrong usage or an invalid model, 3 something is unknown, 4 nothing was selected, \
70 the checker rejected our own evidence, which is an error of lavaproof. \
For a search: 0 no counterexample, or an answer \
to the question, 1 a counterexample, or none of what was asked for, 3 unknown. When several apply: 70 before 2 before 1 before 3 before 4 before 0.";

impl Exit {
    /// The one of higher rank.
    pub(super) fn or(self, other: Self) -> Self {
        if other.rank > self.rank { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_contract() {
        let order = [ALL_AS_EXPECTED, NOTHING_SELECTED, UNKNOWN, FAILED, USAGE, REJECTED];
        for pair in order.windows(2) {
            assert_eq!(pair[0].or(pair[1]), pair[1]);
            assert_eq!(pair[1].or(pair[0]), pair[1]);
        }
        assert_eq!(order.map(|exit| exit.code), [0, 4, 3, 1, 2, 70]);
    }
}
