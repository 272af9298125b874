//! Three-valued verdicts on questions, and how they combine.

use crate::budget::Exhausted;
use crate::mdp::{Distribution, RandomizedPolicy};

/// What a verdict rests on, for the witness in the user's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    /// The distribution at which it happens.
    pub(super) distribution: Option<Distribution>,
    /// The policy that does it.
    pub(super) policy: Option<RandomizedPolicy>,
    /// Whether the specified reward is what the part is about, rather than the intended one.
    pub(super) about_specified: bool,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// True.
    Holds(Option<Evidence>),
    /// False.
    Fails(Option<Evidence>),
    /// Not settled, and why.
    Unknown(String),
}

/// Why a question has no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// Time ran out, or someone asked to stop.
    #[error("{0}")]
    Exhausted(#[from] Exhausted),
    /// No policy of the class has a finite value at a distribution in question.
    #[error("no policy of the class has a finite value at {0}: every one may go on forever")]
    NotDefined(String),
    /// Beyond what the exact methods settle.
    #[error("{0}")]
    Beyond(String),
}

impl Verdict {
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Holds(evidence) => Self::Fails(evidence),
            Self::Fails(evidence) => Self::Holds(evidence),
            Self::Unknown(reason) => Self::Unknown(reason),
        }
    }

    /// Kleene's conjunction: false as soon as one side is, unknown if not both are settled.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fails(evidence), _) | (_, Self::Fails(evidence)) => Self::Fails(evidence),
            (Self::Unknown(reason), _) | (_, Self::Unknown(reason)) => Self::Unknown(reason),
            (Self::Holds(first), Self::Holds(second)) => Self::Holds(first.or(second)),
        }
    }
}
