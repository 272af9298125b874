//! What `check` found, as the reporters receive it.

use std::sync::Arc;
use std::time::Duration;

use crate::decomposition::{Examined, Status};
use crate::problem::{Board, Problem};

/// Everything that one run of `check` found.
#[derive(Debug, Clone, Default)]
pub struct CheckReport {
    /// The models that were decided, in the order they were asked for.
    pub models: Vec<CheckedModel>,
    /// The files that hold no valid model.
    pub unreadable: Vec<UnreadableFile>,
    /// Where each decomposition comes from.
    pub citations: Vec<Citation>,
    /// How long it took, where the caller wants it in the report: without it reports are reproducible.
    pub timings: Option<Timings>,
}

/// A model with its answers and what its file says of them.
#[derive(Debug, Clone)]
pub struct CheckedModel {
    /// The file, as the user wrote its path.
    pub file: String,
    /// The problem as the file states it; `examined.problem` is the unrolled one with a finite horizon.
    pub problem: Arc<Problem>,
    /// Where the model comes from.
    pub source: Option<String>,
    /// What the file says about the model.
    pub description: Option<String>,
    /// The comment that the file opens with.
    pub preamble: Option<String>,
    /// The answers, with witnesses about the states of `examined.problem`.
    pub examined: Examined,
    /// The maps, if the model is a gridworld; cells hold states of `problem`.
    pub board: Option<Board>,
    /// The address of a picture of the model, for pages that show one.
    pub picture: Option<String>,
    /// The expected verdicts of the file.
    pub expectations: Vec<Comparison>,
    /// The files in which the evidence is, where it was written.
    pub evidence: Option<Evidence>,
}

/// The files that prove the verdicts on a model, as the user can name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The model as the checker reads it.
    pub model: String,
    /// For each answer, in their order, its certificate; none for what is not settled.
    pub certificates: Vec<Option<CertificateFile>>,
}

/// A certificate's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFile {
    /// Where it is.
    pub path: String,
    /// Where the model is that it is about, if that is another one: with an objective in the place of the intended reward.
    pub model: Option<String>,
}

/// An expected verdict and the one that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The key in the file, `ID.part[reading]` or `ID.part`.
    pub key: String,
    /// What the file says.
    pub expected: Status,
    /// What was found; `None` when no verdict answers the key.
    pub found: Option<Status>,
    /// Its line in the file, from 1, where that is known.
    pub line: Option<usize>,
}

impl Comparison {
    /// Whether the expected verdict was found.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.found == Some(self.expected)
    }
}

/// A file that holds no valid model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableFile {
    /// The file, as the user wrote its path.
    pub file: String,
    /// Everything that is wrong with it.
    pub messages: Vec<String>,
}

/// Where a decomposition comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The decomposition's id.
    pub decomposition: String,
    /// Author, title and address.
    pub text: String,
}

/// How long a run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timings {
    /// Reading and checking the files.
    pub read: Duration,
    /// Deciding.
    pub decide: Duration,
    /// Time in exact arithmetic, a part of deciding.
    pub exact: Duration,
}
