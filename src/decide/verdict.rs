//! Three-valued verdicts on questions, and how they combine.

use std::fmt::Display;

use crate::budget::Exhausted;
use crate::decomposition::{Atom, Open, RewardName};
use crate::mdp::{Distribution, RandomizedPolicy};

/// What a verdict rests on, for the witness in the user's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    /// The distribution at which it happens.
    pub(super) distribution: Option<Distribution>,
    /// The policy that does it.
    pub(super) policy: Option<RandomizedPolicy>,
    /// The reward that the part is about.
    pub(super) reward: RewardName,
}

impl Evidence {
    /// A distribution at which a policy breaks these atoms, or at which every policy of a set does.
    pub(super) fn breaking(
        distribution: Option<Distribution>,
        policy: Option<RandomizedPolicy>,
        atoms: &[&Atom],
    ) -> Self {
        let specified = |atom: &&Atom| {
            matches!(atom, Atom::Optimal(RewardName::Specified) | Atom::ValueAtLeast(RewardName::Specified, _))
        };
        let reward = if atoms.iter().any(specified) { RewardName::Specified } else { RewardName::Intended };
        Self { distribution, policy, reward }
    }

    /// A policy that does what is asked.
    pub(super) fn of_policy(policy: RandomizedPolicy) -> Self {
        Self { distribution: None, policy: Some(policy), reward: RewardName::Intended }
    }
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// True.
    Holds(Option<Evidence>),
    /// False.
    Fails(Option<Evidence>),
    /// Not settled, and why.
    Unknown(Open),
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
    /// The checker rejects our own evidence, or does not read our explicit model: an error of this program.
    #[error("{0}")]
    Rejected(String),
    /// Beyond what the exact methods settle.
    #[error("{0}")]
    Beyond(Open),
}

/// The sentence for evidence that the checker does not accept.
pub(crate) fn rejection(reason: &dyn Display) -> String {
    format!("our own evidence was rejected: {reason}")
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
