//! What searches found → text, one file for each format.

mod human;
mod json;

use std::time::Duration;

use thiserror::Error;

use crate::report::{CheckedModel, Format, Style};
use crate::seek::Finding;

/// What one search found.
#[derive(Debug, Clone)]
pub struct SoughtReport {
    /// The name of the kind.
    pub kind: &'static str,
    /// The model; its `examined` has the problem that the finding speaks of, and no answers.
    pub model: CheckedModel,
    /// The answer.
    pub finding: Finding,
    /// How long the search took, where the caller wants it in the report: without it reports are reproducible.
    pub elapsed: Option<Duration>,
}

/// A format that findings are not written in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`search` does not write {0}; it writes human and json")]
pub struct UnwrittenFinding(Format);

/// Writes a finding; the text ends with a line break.
///
/// # Errors
/// For formats that are about verdicts of decompositions.
pub fn render_sought(report: &SoughtReport, format: Format, style: &Style) -> Result<String, UnwrittenFinding> {
    match format {
        Format::Human => Ok(human::write(report, style)),
        Format::Json => Ok(json::write(report)),
        Format::Junit | Format::Sarif | Format::Markdown | Format::Library => Err(UnwrittenFinding(format)),
    }
}
