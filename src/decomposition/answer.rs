//! What a decided part of a decomposition looks like.

use std::fmt;
use std::sync::Arc;

use lavaproof_checker::Theorem;

use crate::decomposition::RewardName;
use crate::mdp::{ChoiceId, Distribution, RandomizedPolicy, Rational, StateId, Value};
use crate::problem::{PolicyClass, Problem};

/// The two halves of a decomposition and what they are meant to guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Half {
    /// The outer half.
    Outer,
    /// The inner half.
    Inner,
    /// What the two together are meant to guarantee.
    Goal,
}

impl Half {
    /// In the order of printing.
    pub const ALL: [Self; 3] = [Self::Outer, Self::Inner, Self::Goal];
}

impl fmt::Display for Half {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Outer => "outer",
            Self::Inner => "inner",
            Self::Goal => "goal",
        })
    }
}

/// Which policies a part speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// Every policy of the set.
    Forall,
    /// Some policy of the set.
    Exists,
    /// The policy given in the file.
    Given,
}

impl fmt::Display for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Forall => "forall",
            Self::Exists => "exists",
            Self::Given => "given",
        })
    }
}

/// The answer to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// True, exactly.
    Holds,
    /// False, exactly.
    Fails,
    /// Not settled; the reason says why.
    Unknown,
    /// The question does not arise in this model; the reason says why.
    NotApplicable,
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not-applicable",
        })
    }
}

/// One step of an episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where the agent is.
    pub state: StateId,
    /// What it does.
    pub choice: ChoiceId,
}

/// An episode of positive probability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The steps.
    pub steps: Vec<Step>,
    /// The state after the last step.
    pub end: StateId,
    /// The probability of exactly this path from its first state.
    pub probability: Rational,
    /// Whether the end is in the catastrophe.
    pub catastrophic: bool,
}

/// Proved bounds of a number whose exact value is too long to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// It is at least this.
    pub low: Rational,
    /// It is at most this.
    pub high: Rational,
}

/// What shows that an answer is right, in the user's terms. States are those of [`Examined::problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The reward that `value` and `best` are about.
    pub reward: RewardName,
    /// The distribution over situations at which it happens.
    pub distribution: Option<Distribution>,
    /// The policy that does it; rows of states that it never reaches may be empty.
    pub policy: Option<RandomizedPolicy>,
    /// Its value at the distribution.
    pub value: Option<Value>,
    /// Bounds of the value, where it is known but not exactly.
    pub value_bounds: Option<Bounds>,
    /// The best value of the class at the distribution, where the part compares with it.
    pub best: Option<Value>,
    /// Bounds of the best value, where it is known but not exactly.
    pub best_bounds: Option<Bounds>,
    /// The probability that it reaches the catastrophe from the distribution.
    pub reach: Option<Rational>,
    /// Bounds of that probability, where it is known but not exactly.
    pub reach_bounds: Option<Bounds>,
    /// A path that shows it: into the catastrophe where one is reached.
    pub path: Option<Path>,
}

/// A certificate that the checker accepted.
#[derive(Debug, Clone)]
pub struct Proof {
    /// What it proves. Only the checker makes theorems.
    pub theorem: Arc<Theorem>,
    /// Its text.
    pub certificate: Arc<str>,
    /// The explicit model that it is about, where that is not the problem's own.
    pub about: Option<Arc<str>>,
}

impl PartialEq for Proof {
    fn eq(&self, other: &Self) -> bool {
        // The text says what is proved, of which model, and how.
        self.certificate == other.certificate
    }
}

impl Eq for Proof {}

/// Why a question is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    sentence: String,
    uncertified: bool,
}

/// How the reason begins where a certificate is all that is missing.
const UNCERTIFIED: &str = "unknown (uncertified): ";

impl Open {
    /// No method settles it.
    pub fn unsettled(why: impl Into<String>) -> Self {
        Self { sentence: why.into(), uncertified: false }
    }

    /// A search settles it, and leaves no certificate that the checker accepts: nothing is claimed.
    pub fn uncertified(why: impl fmt::Display) -> Self {
        Self { sentence: format!("{UNCERTIFIED}{why}"), uncertified: true }
    }

    /// Whether a certificate is all that is missing.
    #[must_use]
    pub fn is_uncertified(&self) -> bool {
        self.uncertified
    }

    /// The reason, without the words that say that a certificate is all that is missing.
    #[must_use]
    pub fn why(&self) -> &str {
        if self.uncertified { &self.sentence[UNCERTIFIED.len()..] } else { &self.sentence }
    }

    /// The reason in words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.sentence
    }
}

impl From<&str> for Open {
    fn from(why: &str) -> Self {
        Self::unsettled(why)
    }
}

impl From<String> for Open {
    fn from(why: String) -> Self {
        Self::unsettled(why)
    }
}

impl fmt::Display for Open {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

/// The answer to one question. What holds or fails does so by proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// True.
    Holds(Proof),
    /// False.
    Fails(Proof),
    /// Not settled, and why.
    Unknown(Open),
    /// The evidence for a verdict was rejected by the checker, for this reason: an error of this program.
    Rejected(String),
    /// The question does not arise, and why.
    NotApplicable(String),
}

impl Verdict {
    /// The verdict in a word.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Holds(_) => Status::Holds,
            Self::Fails(_) => Status::Fails,
            Self::Unknown(_) | Self::Rejected(_) => Status::Unknown,
            Self::NotApplicable(_) => Status::NotApplicable,
        }
    }

    /// Why, where the status alone does not say: always there for unknown and not applicable.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Holds(_) | Self::Fails(_) => None,
            Self::Unknown(reason) => Some(reason.as_str()),
            Self::Rejected(reason) | Self::NotApplicable(reason) => Some(reason),
        }
    }

    /// Whether the question would be settled if its certificate were there, and accepted.
    #[must_use]
    pub fn lacks_certificate(&self) -> bool {
        match self {
            Self::Unknown(reason) => reason.is_uncertified(),
            Self::Rejected(_) => true,
            Self::Holds(_) | Self::Fails(_) | Self::NotApplicable(_) => false,
        }
    }

    /// The certificate, if the question is settled.
    #[must_use]
    pub fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Holds(proof) | Self::Fails(proof) => Some(proof),
            Self::Unknown(_) | Self::Rejected(_) | Self::NotApplicable(_) => None,
        }
    }
}

/// A decided part of a decomposition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The decomposition's id.
    pub decomposition: String,
    /// Which part of it.
    pub half: Half,
    /// For which policies.
    pub reading: Reading,
    /// The answer.
    pub verdict: Verdict,
    /// The evidence in the user's terms.
    pub witness: Option<Witness>,
}

impl Answer {
    /// The verdict in a word.
    #[must_use]
    pub fn status(&self) -> Status {
        self.verdict.status()
    }

    /// Why, where the status alone does not say: always there for unknown and not applicable.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.verdict.reason()
    }

    /// The certificate, if the question is settled.
    #[must_use]
    pub fn proof(&self) -> Option<&Proof> {
        self.verdict.proof()
    }
}

/// A model with all its answers.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The problem that the witnesses speak of: with a finite horizon, the unrolled one.
    pub problem: Arc<Problem>,
    /// For an unrolled problem, the state of the file and the time that each state stands for.
    pub origin: Option<Vec<(StateId, usize)>>,
    /// The class that policies range over.
    pub class: PolicyClass,
    /// The answers, decomposition by decomposition.
    pub answers: Vec<Answer>,
    /// The explicit model that the certificates are about.
    pub explicit: Arc<str>,
}

impl Examined {
    /// The answers for which the checker rejects our evidence: an error of this program.
    pub fn rejections(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| matches!(answer.verdict, Verdict::Rejected(_)))
    }
}
