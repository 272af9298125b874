//! What is wrong with a file: every problem of one run, each with its place and what to do.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use miette::Severity;
use miette::{LabeledSpan, NamedSource, SourceCode};

use thiserror::Error;

use crate::format::plain;

/// One problem of a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Diagnostic {
    /// What is wrong, with the exact numbers.
    pub message: String,
    /// Where, in bytes of the text; `None` if it is about the file as a whole.
    pub span: Option<Range<usize>>,
    /// A few words to write beside the caret.
    pub label: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// How bad it is.
    pub severity: Severity,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span: Some(span), label: None, hint: None, severity: Severity::Error }
    }

    /// An error of the file as a whole.
    #[must_use]
    pub fn about_file(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, label: None, hint: None, severity: Severity::Error }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a few words beside the caret.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl miette::Diagnostic for Diagnostic {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span.clone()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(self.label.clone(), span))))
    }
}

/// All problems of one file, in the order of the file.
///
/// As a [`miette::Diagnostic`] it is one summary line and one snippet for each problem, to be drawn by
/// any of miette's handlers; [`Report::plain`] is the same as plain text.
#[derive(Debug, Clone, Error)]
#[error("{} has {} problem{}", text.name(), diagnostics.len(), if diagnostics.len() == 1 { "" } else { "s" })]
pub struct Report {
    text: NamedSource<Arc<str>>,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// The problems of the file `file_name` with this text.
    #[must_use]
    pub fn new(file_name: &str, text: Arc<str>, mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.as_ref().map(|span| span.start));
        Self { text: NamedSource::new(file_name, text), diagnostics }
    }

    /// The file's name as it was given.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.text.name()
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.inner()
    }

    /// The problems, in the order of the file.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Line and column (both from 1, columns in characters) of a problem.
    #[must_use]
    pub fn position(&self, diagnostic: &Diagnostic) -> Option<(usize, usize)> {
        diagnostic.span.as_ref().map(|span| plain::position(self.text(), span.start))
    }

    /// Every problem as `file:line:column: error: message`, the line with a caret, and the hint.
    #[must_use]
    pub fn plain(&self) -> String {
        plain::render(self)
    }
}

impl miette::Diagnostic for Report {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        Some(Box::new(self.diagnostics.iter().map(|diagnostic| diagnostic as &dyn miette::Diagnostic)))
    }
}
