//! What a solver answers.

use super::{BoolVar, Literal, Rational, RealVar};
use crate::budget::Exhausted;

/// The answer to "can all of this hold together?".
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Answer {
    /// Yes, for example so.
    Sat(Model),
    /// No, says the backend.
    Unsat,
    /// It was not found out.
    Unknown(UnknownReason),
}

/// Why there is neither a yes nor a no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownReason {
    /// The time ran out.
    #[error("the time limit was reached")]
    Timeout,
    /// Someone asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The backend gave up, in its own words.
    #[error("the solver gave up: {0}")]
    Incomplete(String),
}

impl From<Exhausted> for UnknownReason {
    fn from(exhausted: Exhausted) -> Self {
        match exhausted {
            Exhausted::Timeout => Self::Timeout,
            Exhausted::Interrupted => Self::Interrupted,
        }
    }
}

/// A value for every variable that the solver had when it was asked.
///
/// A variable made later is false or 0 here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    booleans: Vec<bool>,
    reals: Vec<Rational>,
}

static ZERO: Rational = Rational::ZERO;

impl Model {
    /// The values of the variables in the order in which they were made.
    #[cfg(any(feature = "z3", test))]
    pub(super) fn new(booleans: Vec<bool>, reals: Vec<Rational>) -> Self {
        Self { booleans, reals }
    }

    /// Whether the literal, or the variable, is true.
    #[must_use]
    pub fn is_true(&self, literal: impl Into<Literal>) -> bool {
        let Literal { variable, positive } = literal.into();
        let BoolVar(index) = variable;
        self.booleans.get(index).is_some_and(|value| *value) == positive
    }

    /// The exact value of the variable.
    #[must_use]
    pub fn value(&self, variable: RealVar) -> &Rational {
        self.reals.get(variable.0).unwrap_or(&ZERO)
    }
}
