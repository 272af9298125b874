//! Answers to queries → text, one file for each format.

mod human;
mod json;
mod markdown;

use std::time::Duration;

use thiserror::Error;

use crate::budget::Exhausted;
use crate::mdp::{Extended, Rational};
use crate::query::{Query, Verdict};
use crate::report::numbers::shown;
use crate::report::{Format, Style};

/// The answers to some queries about one model.
#[derive(Debug, Clone)]
pub struct SolveReport {
    /// The file, as the user wrote its path.
    pub file: String,
    /// Number of states.
    pub states: usize,
    /// Number of choices.
    pub choices: usize,
    /// Number of transitions.
    pub transitions: usize,
    /// How optima were found.
    pub engine: String,
    /// Reading and checking the file.
    pub read: Duration,
    /// The queries in the order in which they were asked.
    pub queries: Vec<SolvedQuery>,
}

/// One query and what became of it.
#[derive(Debug, Clone)]
pub struct SolvedQuery {
    /// As it was asked.
    pub query: Query,
    /// The answer, or why there is none.
    pub outcome: Result<SolvedValues, Unanswered>,
    /// Solving.
    pub solve: Duration,
    /// What became of the certificate, if there is an answer.
    pub proved: Option<Proved>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unanswered {
    /// The time is over.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// The checker did not accept the certificate, so that nothing is claimed; with what it said.
    #[error("{0}")]
    Rejected(String),
}

/// The certificate of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proved {
    /// Writing it.
    pub certify: Duration,
    /// Checking it; `None` if there was none that was accepted.
    pub check: Option<Duration>,
    /// Its file, if it was to be kept.
    pub certificate: Option<String>,
    /// Why there is none, or what of the shown values it does not cover.
    pub uncertified: Option<String>,
    /// What the checker said of one that it did not accept: an error of this program.
    pub rejected: Option<String>,
}

/// The values that are shown.
#[derive(Debug, Clone)]
pub struct SolvedValues {
    /// The value at the initial states, where they agree.
    pub value: Option<Shown>,
    /// Values by name of the state: those of the initial states if there are several, or of all if asked for.
    pub values: Vec<(String, Shown)>,
    /// For a comparison, whether it is true.
    pub verdict: Option<Verdict>,
}

/// A value, or what is proved of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The value.
    Exact(Extended),
    /// A lower and an upper bound.
    Between((Rational, Rational)),
}

impl Shown {
    /// For people.
    fn for_people(&self) -> String {
        match self {
            Self::Exact(value) => value.finite().map_or_else(|| value.to_string(), shown),
            Self::Between((low, high)) => format!("between {} and {}", shown(low), shown(high)),
        }
    }
}

/// A format that answers to queries are not written in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`solve` does not write {0}; it writes human, json and markdown")]
pub struct UnwrittenFormat(Format);

/// Writes the answers; the text ends with a line break.
///
/// # Errors
/// For formats that are about verdicts of decompositions.
pub fn render_solved(report: &SolveReport, format: Format, style: &Style) -> Result<String, UnwrittenFormat> {
    match format {
        Format::Human => Ok(human::write(report, style)),
        Format::Json => Ok(json::write(report)),
        Format::Markdown => Ok(markdown::write(report)),
        Format::Junit | Format::Sarif | Format::Library => Err(UnwrittenFormat(format)),
    }
}

/// `holds` or `fails`.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "fails",
    }
}
