//! What a search found, and the facts that it rests on.

use std::sync::Arc;

use crate::decomposition::{Open, Question, Status, Verdict, Witness};
use crate::mdp::{Distribution, Rational, Reward, StateId};
use crate::problem::{DeploymentSet, Good, PolicyClass, Problem, ProblemDefect};

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
    /// Another problem, with states as in the one that was searched.
    Model(Arc<Problem>),
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

/// A question about the problem with some parts changed, and its answer: what a finding rests on, in the form in
/// which verdicts are certified.
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
    /// What counts as good.
    pub good: Good,
    /// The specified reward, where it is not that of the problem.
    pub specified: Option<Arc<Reward>>,
    /// The class that policies range over.
    pub class: PolicyClass,
    /// The question.
    pub question: Question,
    /// Its answer, as the search says.
    pub status: Status,
    /// Whether it is about the optimum alone: without it, the answer stands.
    pub of_the_optimum: bool,
    /// The answer as it is proved; unknown before it is asked, and where no certificate is found.
    pub verdict: Verdict,
}

impl Fact {
    /// The same, as something that only the optimum rests on.
    #[must_use]
    pub fn about_the_optimum(self) -> Self {
        Self { of_the_optimum: true, ..self }
    }

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
        parts.good = self.good.clone();
        if let Some(specified) = &self.specified {
            parts.specified = Reward::clone(specified);
        }
        Problem::new(parts)
    }
}

/// In which sense an answer is the least, the largest or the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Optimality {
    /// The sense.
    pub sense: &'static str,
    /// Whether the facts of the finding prove it. Otherwise an exact search says so.
    pub certified: bool,
}

/// The answer of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it ended. A search that found no certificate for what its answer rests on is unknown.
    pub outcome: Outcome,
    /// How the search ended, certified or not.
    pub searched: Outcome,
    /// The answer in one sentence.
    pub answer: String,
    /// Whether a certificate is all that is missing; then the answer says what the search found, and nothing is claimed.
    pub uncertified: bool,
    /// In which sense the answer is optimal, where the search came to its end.
    pub optimal: Option<Optimality>,
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
        let (optimal, witness, facts) = (None, None, Vec::new());
        let (searched, answer, entries) = (outcome, answer.into(), Vec::new());
        Self { outcome, searched, answer, uncertified: false, optimal, entries, witness, facts }
    }

    /// No answer, for this reason.
    #[must_use]
    pub fn open(reason: &Open) -> Self {
        Self { uncertified: reason.is_uncertified(), ..Self::new(Outcome::Unknown, reason.why()) }
    }

    /// The answer in one sentence that also says so if a certificate is all that is missing.
    #[must_use]
    pub fn sentence(&self) -> String {
        if self.uncertified { Open::uncertified(&self.answer).to_string() } else { self.answer.clone() }
    }

    /// The facts of which the checker rejects our evidence: an error of this program.
    pub fn rejected(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(|fact| matches!(fact.verdict, Verdict::Rejected(_)))
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, name: &'static str, content: Content) -> Self {
        self.entries.push(Entry { name, content });
        self
    }

    /// Says in which sense it is optimal, which its facts prove.
    #[must_use]
    pub fn proved(mut self, sense: &'static str) -> Self {
        self.optimal = Some(Optimality { sense, certified: true });
        self
    }

    /// Says in which sense it is optimal, by an exact search that leaves no certificate.
    #[must_use]
    pub fn exhausted(mut self, sense: &'static str) -> Self {
        self.optimal = Some(Optimality { sense, certified: false });
        self
    }

    /// Makes it unknown: the search came to its end, and what it says has no certificate for this reason.
    #[must_use]
    pub fn uncertified(mut self, reason: &str) -> Self {
        self.answer = format!("{}; {reason}", self.answer);
        self.uncertified = true;
        self.outcome = Outcome::Unknown;
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
    /// The explicit model of the problem, as the checker reads it.
    pub explicit: Arc<str>,
    /// The answer.
    pub finding: Finding,
}
