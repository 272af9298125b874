//! What can be wrong with a certificate that can be read.

use std::fmt;

/// The conditions of FORMAT.md, section 1, by the words in which a rejection tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// The certificate is for another model.
    Digest,
    /// The name and reading of the claim stand for another question.
    AnotherQuestion,
    /// The question needs a catastrophe or a given policy.
    NotInModel,
    /// The combination of the questions does not come out as the status.
    Combination,
    /// A row of a policy in a deterministic class has several choices.
    NotDeterministic,
    /// A policy acts differently in states that look alike.
    NotOfObservations,
    /// A policy that is left out where its row matters.
    RowMissing,
    /// A successor outside the domain of a vector.
    OutsideDomain,
    /// An inequality of an upper bound.
    NotUpper,
    /// An inequality of a lower bound.
    NotLower,
    /// A rank without a smaller successor, or no rank.
    Rank,
    /// Two lists of optimal choices for one reward, or none.
    OptimalChoices,
    /// A policy takes a choice that is not certain.
    NotCertain,
    /// States of one class with different choices.
    NotAlike,
    /// A distribution that is not in its family.
    NotInFamily,
    /// The given policy where a policy of the class is needed.
    GivenPolicy,
    /// A proof of membership of a kind that the set does not have.
    Membership,
    /// A constraint that this refutation may not use.
    ConstraintNotAllowed,
    /// Pins that this refutation may not use.
    PinsNotAllowed,
    /// A split that is not allowed.
    SplitNotAllowed,
    /// A lemma of which more than one part is open.
    LemmaOpen,
    /// `x` in a case that can go on.
    NotDead,
    /// A negative multiplier.
    NegativeMultiplier,
    /// Multipliers of rows that do not bound the sum.
    Dual,
    /// A listed policy without a bound that is needed.
    BoundMissing,
    /// An actor that may not be finite.
    NotFinite,
    /// A case whose bounds are not contradictory.
    NotClosed,
    /// A cover that cuts a point.
    CutPoint,
    /// An atom that is not broken by these bounds.
    NotBroken,
    /// A proof by every policy of a set that may be empty.
    MaybeEmpty,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 30] = [
        Self::Digest,
        Self::AnotherQuestion,
        Self::NotInModel,
        Self::Combination,
        Self::NotDeterministic,
        Self::NotOfObservations,
        Self::RowMissing,
        Self::OutsideDomain,
        Self::NotUpper,
        Self::NotLower,
        Self::Rank,
        Self::OptimalChoices,
        Self::NotCertain,
        Self::NotAlike,
        Self::NotInFamily,
        Self::GivenPolicy,
        Self::Membership,
        Self::ConstraintNotAllowed,
        Self::PinsNotAllowed,
        Self::SplitNotAllowed,
        Self::LemmaOpen,
        Self::NotDead,
        Self::NegativeMultiplier,
        Self::Dual,
        Self::BoundMissing,
        Self::NotFinite,
        Self::NotClosed,
        Self::CutPoint,
        Self::NotBroken,
        Self::MaybeEmpty,
    ];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Digest => "the certificate is for another model",
            Self::AnotherQuestion => "the claim stands for another question",
            Self::NotInModel => "the question needs what the model does not have",
            Self::Combination => "the questions do not combine to the status",
            Self::NotDeterministic => "the policy is not deterministic",
            Self::NotOfObservations => "the policy tells states of one observation apart",
            Self::RowMissing => "the policy is left out where it matters",
            Self::OutsideDomain => "the vector is left out where it matters",
            Self::NotUpper => "the upper bound is not inductive",
            Self::NotLower => "the lower bound is not inductive",
            Self::Rank => "no successor of smaller rank",
            Self::OptimalChoices => "no such list of optimal choices, or two",
            Self::NotCertain => "the choice is not certain",
            Self::NotAlike => "the states of a class are not alike",
            Self::NotInFamily => "the distribution is not in the family",
            Self::GivenPolicy => "the given policy is no policy of the set",
            Self::Membership => "this does not prove membership in the set",
            Self::ConstraintNotAllowed => "the constraint is not allowed here",
            Self::PinsNotAllowed => "the pins are not allowed here",
            Self::SplitNotAllowed => "the split is not allowed here",
            Self::LemmaOpen => "more than one part of the lemma is open",
            Self::NotDead => "the case is not without choices",
            Self::NegativeMultiplier => "a multiplier is negative",
            Self::Dual => "the multipliers of the region do not bound the sum",
            Self::BoundMissing => "the policy has no such bound",
            Self::NotFinite => "the actor may not be finite",
            Self::NotClosed => "the bounds do not close the case",
            Self::CutPoint => "a point is not cut",
            Self::NotBroken => "the bounds do not break the atom",
            Self::MaybeEmpty => "the set may be empty",
        }
    }
}

/// A condition that does not hold, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) condition: Condition,
    pub(crate) state: Option<usize>,
    pub(crate) choice: Option<usize>,
}

impl Broken {
    pub(crate) fn at(condition: Condition, state: usize) -> Self {
        Self { condition, state: Some(state), choice: None }
    }

    pub(crate) fn choice(condition: Condition, state: usize, choice: usize) -> Self {
        Self { condition, state: Some(state), choice: Some(choice) }
    }
}

impl From<Condition> for Broken {
    fn from(condition: Condition) -> Self {
        Self { condition, state: None, choice: None }
    }
}

/// A certificate that can be read and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub(crate) condition: Condition,
    pub(crate) line: usize,
    pub(crate) state: Option<(usize, String)>,
    pub(crate) choice: Option<usize>,
}

impl Rejected {
    /// The condition that broke.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// The line of the certificate, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The number of the state, if the condition is about one.
    #[must_use]
    pub fn state(&self) -> Option<usize> {
        self.state.as_ref().map(|(state, _)| *state)
    }

    /// The number of the choice, if the condition is about one.
    #[must_use]
    pub fn choice(&self) -> Option<usize> {
        self.choice
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}", self.condition.words(), self.line)?;
        if let Some((state, name)) = &self.state {
            write!(f, ", state {state} `{name}`")?;
        }
        if let Some(choice) = self.choice {
            write!(f, ", choice {choice}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Rejected {}
