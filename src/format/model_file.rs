//! What a model file says: the problem, and what surrounds it.

use std::ops::Range;
use std::sync::Arc;

use crate::format::diagnostic::{Diagnostic, Report};
use crate::mdp::StateId;
use crate::problem::{Board, Part, Problem};

/// A verdict that the file expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// `ID.part[reading]`, or `ID.part`.
    pub key: String,
    /// `holds`, `fails`, `unknown` or `not-applicable`.
    pub status: String,
    /// Where the key stands.
    pub span: Range<usize>,
}

/// A decomposition that the file adds, its formulas as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionText {
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub source: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// `outer`, `inner` or `goal`; the formula; where the formula stands.
    pub parts: Vec<(String, String, Range<usize>)>,
    /// Where the id stands.
    pub span: Range<usize>,
}

/// A model file that was read without a problem.
#[derive(Debug, Clone)]
pub struct ModelFile {
    /// The alignment problem.
    pub problem: Problem,
    /// Where the model comes from.
    pub source: Option<String>,
    /// What it shows.
    pub description: Option<String>,
    /// The verdicts that the file expects.
    pub expect: Vec<Expectation>,
    /// The decompositions that the file adds.
    pub definitions: Vec<DefinitionText>,
    /// Where states lie on maps: of gridworlds, and of explicit models that say so.
    pub board: Option<Board>,
    /// The text of the file.
    pub text: Arc<str>,
    /// The file's name as it was given.
    pub file_name: String,
    pub(crate) spans: PartSpans,
}

impl ModelFile {
    /// Where a part of the problem stands; a part that the file leaves to its default stands at `format`.
    #[must_use]
    pub fn at(&self, part: Part) -> Range<usize> {
        self.spans.at(part)
    }

    /// Where a state is listed (in a gridworld, its cell).
    #[must_use]
    pub fn at_state(&self, state: StateId) -> Range<usize> {
        self.spans.states.get(state).cloned().unwrap_or(0..0)
    }

    /// The comment that the file opens with, without the marks; `None` if it opens with something else.
    #[must_use]
    pub fn preamble(&self) -> Option<String> {
        let lines = self.text.lines().map_while(|line| line.strip_prefix('#'));
        let text = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
        (!text.trim().is_empty()).then_some(text)
    }

    /// Later findings about the file, to be printed like those of the reader.
    #[must_use]
    pub fn report(&self, diagnostics: Vec<Diagnostic>) -> Report {
        Report::new(&self.file_name, Arc::clone(&self.text), diagnostics)
    }
}

/// Where the parts of the problem stand in the file.
#[derive(Debug, Clone)]
pub(crate) struct PartSpans {
    pub(crate) criterion: Range<usize>,
    pub(crate) situations: Range<usize>,
    pub(crate) train: Range<usize>,
    pub(crate) deploy: Range<usize>,
    pub(crate) catastrophe: Range<usize>,
    pub(crate) good: Range<usize>,
    pub(crate) learner: Range<usize>,
    pub(crate) labels: Vec<Range<usize>>,
    pub(crate) states: Vec<Range<usize>>,
}

impl PartSpans {
    pub(crate) fn at(&self, part: Part) -> Range<usize> {
        let span = match part {
            Part::Criterion => &self.criterion,
            Part::Situations => &self.situations,
            Part::Train => &self.train,
            Part::Deploy => &self.deploy,
            Part::Catastrophe => &self.catastrophe,
            Part::Good => &self.good,
            Part::Learner => &self.learner,
            Part::Label(position) => return self.labels.get(position).cloned().unwrap_or(0..0),
        };
        span.clone()
    }
}
