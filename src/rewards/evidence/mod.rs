//! Answers about all rewards of a process as text that others can check: `proofs/EVIDENCE.md` says what it means and why it is enough, and
//! `proofs/rewards.py` checks it.
//!
//! Each function answers one question, and writes what proves the answer: for existence a reward or a combination that rules it out, for integrals and
//! for safe data the pieces of a simplex. Nothing here is believed: what is written is checked again by whoever reads it.

mod aligned;
mod data;
mod orders;
mod power;
mod sets;

use std::fmt::Display;

use thiserror::Error;

use crate::budget::Exhausted;
use crate::mdp::{Mdp, Rational, StateId};
use crate::rewards::{CoverageError, OptionsError, Separation, UndiscountedError};

pub use aligned::aligned_evidence;
pub use data::data_evidence;
pub use orders::order_evidence;
pub use power::{Sight, power_evidence};
pub use sets::set_evidence;

/// Pieces of a simplex that evidence may have; more are refused.
const MOST_PIECES: usize = 20_000;

/// An answer, and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What was found: what it is about, and what it is.
    pub findings: Vec<(String, String)>,
    /// The claim and what proves it, after the lines about format and model; or why it is not proved.
    pub evidence: Result<String, EvidenceError>,
}

/// Why there is no evidence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// Options cannot be listed.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The discount is not below 1.
    #[error(transparent)]
    Undiscounted(#[from] UndiscountedError),
    /// Rows of safe data cannot be listed.
    #[error(transparent)]
    Coverage(#[from] CoverageError),
    /// Time is over.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// The question is too large for its method.
    #[error("{count} {what} are too many: at most {most}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// A simplex has to be cut too often.
    #[error("the evidence would have more than {MOST_PIECES} pieces")]
    TooManyPieces,
    /// The reward that is meant has to be a sum of features.
    #[error("the intended reward is no weighted sum of the model's features")]
    NoWeights,
    /// Two methods disagree.
    #[error("two ways of computing {0} disagree; this is an error of lavaproof, please report it with the model")]
    Disagreement(&'static str),
}

impl EvidenceError {
    /// Whether the question has an answer that was not found: too large, or no time left.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Options(error) => matches!(error, OptionsError::Exhausted(_)),
            Self::Coverage(_) | Self::Exhausted(_) | Self::TooMany { .. } | Self::TooManyPieces => true,
            Self::Undiscounted(_) | Self::NoWeights | Self::Disagreement(_) => false,
        }
    }
}

/// Numbers with a blank before each.
fn listed<T: Display>(numbers: impl IntoIterator<Item = T>) -> String {
    numbers.into_iter().map(|number| format!(" {number}")).collect()
}

/// Numbers times names, added up: `1/2 a - b`.
fn sum_of<'a>(terms: impl IntoIterator<Item = (&'a Rational, String)>) -> String {
    let mut text = String::new();
    for (factor, name) in terms.into_iter().filter(|(factor, _)| **factor != Rational::ZERO) {
        let negative = *factor < Rational::ZERO;
        text.push_str(match (text.is_empty(), negative) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        });
        let size = if negative { -factor } else { factor.clone() };
        if size != Rational::ONE {
            text.push_str(&format!("{size} "));
        }
        text.push_str(&name);
    }
    if text.is_empty() { "0".to_owned() } else { text }
}

/// `reward …`, or `never` with the coefficients that rule a reward out.
fn written(separation: &Separation, entries: usize) -> String {
    match separation {
        // Without a condition any reward does, and none was looked for.
        Separation::Reward(reward) if reward.is_empty() => format!("reward{}", listed(vec![Rational::ZERO; entries])),
        Separation::Reward(reward) => format!("reward{}", listed(reward)),
        Separation::Never { strict, equal } => {
            format!("never {}{} {}{}", strict.len(), listed(strict), equal.len(), listed(equal))
        }
    }
}

/// How many deterministic policies a process has; `None` if nobody can count them.
fn policies(mdp: &Mdp) -> Option<usize> {
    let acting = (0..mdp.states()).filter(|&state: &StateId| !mdp.is_absorbing(state));
    acting.map(|state| mdp.choices_of(state).len()).try_fold(1_usize, usize::checked_mul)
}

/// Refuses more policies than a method can list.
fn at_most(mdp: &Mdp, most: usize) -> Result<usize, EvidenceError> {
    let count = policies(mdp).unwrap_or(usize::MAX);
    if count > most {
        return Err(EvidenceError::TooMany { what: "deterministic policies", count, most });
    }
    Ok(count)
}

/// The unit vectors' corners of the standard simplex, as values of linear functions: the columns of their coefficients.
fn columns(functions: &[Vec<Rational>], entries: usize) -> Vec<crate::rewards::bisection::Corner> {
    let column = |entry: usize| functions.iter().map(|function| function[entry].clone()).collect();
    (0..entries).map(|entry| std::rc::Rc::new(column(entry))).collect()
}
