//! What a search found, and the facts that it rests on.

use std::sync::Arc;

use crate::decomposition::{Question, Status, Witness};
use crate::mdp::{Distribution, Rational, StateId};
use crate::problem::{DeploymentSet, PolicyClass, Problem, ProblemDefect};

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// There is what was sought.
    Found,
    /// There is none, exactly.
    None,
    /// Not settled; the reason says why, the entries what is known so far.
    Unknown,
}

impl Outcome {
    /// `found`, `none` or `unknown`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

/// Something that a search says: numbers are exact, states are those of [`Searched::problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A number.
    Number(Rational),
    /// A number of things.
    Count(usize),
    /// Situations.
    Situations(Vec<StateId>),
    /// A distribution over situations.
    Masses(Distribution),
    /// Named numbers: weights of features, a changed reward.
    Weights(Vec<(String, Rational)>),
    /// A number for each of some sizes.
    Curve(Vec<(usize, Rational)>),
    /// `Σ coefficient · baseⁿ`, by base.
    Powers(Vec<(Rational, Rational)>),
    /// Words.
    Text(String),
}

/// One named part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, the key in machine-readable output.
    pub name: &'static str,
    /// What it is.
    pub content: Content,
}

/// A question about the problem with another training distribution, deployment set or slack, and its
/// answer: what a finding rests on, in the form in which verdicts are certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What the answer is for.
    pub role: &'static str,
    /// The training distribution.
    pub train: Distribution,
    /// The deployment set.
    pub deploy: DeploymentSet,
    /// The slack in training.
    pub epsilon: Rational,
    /// The class that policies range over.
    pub class: PolicyClass,
    /// The question.
    pub question: Question,
    /// Its answer.
    pub status: Status,
}

impl Fact {
    /// The problem that the question is about.
    ///
    /// # Errors
    /// What is wrong with it; nothing, for facts of a search on the same problem.
    pub fn problem(&self, of: &Problem) -> Result<Problem, Vec<ProblemDefect>> {
        let mut parts = of.clone().into_parts();
        parts.policies = Some(self.class);
        parts.train = self.train.clone();
        parts.deploy = self.deploy.clone();
        parts.learner.epsilon = self.epsilon.clone();
        Problem::new(parts)
    }
}

/// The answer of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it ended.
    pub outcome: Outcome,
    /// The answer in one sentence.
    pub answer: String,
    /// In which sense the answer is the least, the largest or the worst, where that is proved.
    pub optimal: Option<&'static str>,
    /// Its parts; after a search that did not end, the bounds so far.
    pub entries: Vec<Entry>,
    /// A distribution and a policy that show it, evaluated exactly.
    pub witness: Option<Witness>,
    /// What it rests on.
    pub facts: Vec<Fact>,
}

impl Finding {
    /// An answer in words, to be filled.
    #[must_use]
    pub fn new(outcome: Outcome, answer: impl Into<String>) -> Self {
        Self { outcome, answer: answer.into(), optimal: None, entries: Vec::new(), witness: None, facts: Vec::new() }
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, name: &'static str, content: Content) -> Self {
        self.entries.push(Entry { name, content });
        self
    }

    /// Says in which sense it is optimal.
    #[must_use]
    pub fn proved(mut self, sense: &'static str) -> Self {
        self.optimal = Some(sense);
        self
    }

    /// Adds the witness.
    #[must_use]
    pub fn shown_by(mut self, witness: Witness) -> Self {
        self.witness = Some(witness);
        self
    }

    /// Adds what it rests on.
    #[must_use]
    pub fn resting_on(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.facts.extend(facts);
        self
    }

    /// A part by its name.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Content> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| &entry.content)
    }

    /// The number of this name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<&Rational> {
        match self.entry(name) {
            Some(Content::Number(number)) => Some(number),
            _ => None,
        }
    }
}

/// A finding with the problem that it speaks of.
#[derive(Debug, Clone)]
pub struct Searched {
    /// The problem of states and facts: with a finite horizon, the unrolled one.
    pub problem: Arc<Problem>,
    /// For an unrolled problem, the state of the file and the time that each state stands for.
    pub origin: Option<Vec<(StateId, usize)>>,
    /// The class that policies range over.
    pub class: PolicyClass,
    /// The answer.
    pub finding: Finding,
}
