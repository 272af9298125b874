//! What searches found → text, one file for each format.

mod human;
mod json;

use std::time::Duration;

use thiserror::Error;

use crate::report::numbers::shown;
use crate::report::{CheckedModel, Format, Style};
use crate::seek::{Content, Entry, Finding};

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

/// What a search knows so far, in a line: its numbers and counts.
#[must_use]
pub fn so_far_in_a_line(entries: &[Entry]) -> String {
    let part = |entry: &Entry| match &entry.content {
        Content::Number(number) => Some(format!("{} {}", entry.name, shown(number))),
        Content::Count(count) => Some(format!("{} {count}", entry.name)),
        _ => None,
    };
    entries.iter().filter_map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Rational;

    #[test]
    fn what_is_known_fits_in_a_line() {
        let entry = |name, content| Entry { name, content };
        let entries = [
            entry("at least", Content::Number(Rational::ONE)),
            entry("curve at least", Content::Curve(Vec::new())),
            entry("policies", Content::Count(3)),
        ];
        assert_eq!(so_far_in_a_line(&entries), "at least 1, policies 3");
    }
}
