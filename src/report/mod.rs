//! Results → text: one file per reporter, and one list of them.
//!
//! Nothing here decides, prints or reads a file. A reporter takes a [`CheckReport`] and returns a string;
//! whatever two reporters share (how a number, a state or a group of failures is written) has its own file.

mod group;
mod human;
mod input;
mod json;
mod judgement;
mod junit;
mod library;
mod markdown;
mod moves;
mod naming;
mod numbers;
mod palette;
mod proved;
mod sarif;
mod scene;
mod solved;
mod sought;
mod style;
mod svg;
mod verdicts;
mod xml;

#[cfg(test)]
pub(crate) mod fixture;

pub use input::{CertificateFile, CheckReport, CheckedModel, Citation, Comparison, Evidence, Timings, UnreadableFile};
pub use judgement::{Judgement, Tally, key};
pub use proved::{UnwrittenList, lists_certificates, render_proved};
pub use solved::{Proved, Shown, SolveReport, SolvedQuery, SolvedValues, Unanswered, UnwrittenFormat, render_solved};
pub use sought::{SoughtReport, render_sought, so_far_in_a_line};
pub use style::{Detail, Style};
pub use svg::{board_svg, model_svg};

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The version of the JSON that `check` writes; it changes when a reader of the old one would go wrong.
pub const JSON_SCHEMA_VERSION: u32 = 1;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// For a terminal.
    #[default]
    Human,
    /// For scripts; the only format that holds everything.
    Json,
    /// For continuous integration that shows test results.
    Junit,
    /// For tools that annotate source files.
    Sarif,
    /// For a comment on a change.
    Markdown,
    /// For a page about a collection of models.
    Library,
}

/// One way of writing a report.
struct Reporter {
    format: Format,
    name: &'static str,
    write: fn(&CheckReport, &Style) -> String,
}

/// Every reporter of `check`. A new one is a file, and a line here.
const REPORTERS: [Reporter; 6] = [
    Reporter { format: Format::Human, name: "human", write: human::write },
    Reporter { format: Format::Json, name: "json", write: |report, _| json::write(report) },
    Reporter { format: Format::Junit, name: "junit", write: |report, _| junit::write(report) },
    Reporter { format: Format::Sarif, name: "sarif", write: |report, _| sarif::write(report) },
    Reporter { format: Format::Markdown, name: "markdown", write: |report, _| markdown::write(report) },
    Reporter { format: Format::Library, name: "library", write: |report, _| library::write(report) },
];

impl Format {
    /// The names that [`Format::from_str`] knows, in the order of the help text.
    pub fn names() -> impl ExactSizeIterator<Item = &'static str> {
        REPORTERS.iter().map(|reporter| reporter.name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = REPORTERS.iter().find(|reporter| reporter.format == *self).map_or("", |reporter| reporter.name);
        formatter.write_str(name)
    }
}

/// A format that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no format `{name}`; there are {}", Format::names().collect::<Vec<_>>().join(", "))]
pub struct UnknownFormat {
    /// What was asked for.
    pub name: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        REPORTERS
            .iter()
            .find(|reporter| reporter.name == name)
            .map(|reporter| reporter.format)
            .ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

/// Writes a report; the text ends with a line break. Only [`Format::Human`] looks at the style.
#[must_use]
pub fn render(report: &CheckReport, format: Format, style: &Style) -> String {
    REPORTERS
        .iter()
        .find(|reporter| reporter.format == format)
        .map_or_else(String::new, |reporter| (reporter.write)(report, style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_listed_once_and_read_back() {
        for format in [Format::Human, Format::Json, Format::Junit, Format::Sarif, Format::Markdown, Format::Library] {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        let error = "yaml".parse::<Format>().expect_err("no such format");
        assert_eq!(
            error.to_string(),
            "there is no format `yaml`; there are human, json, junit, sarif, markdown, library"
        );
    }

    #[test]
    fn every_format_ends_with_one_line_break() {
        let report = fixture::report();
        for format in REPORTERS.map(|reporter| reporter.format) {
            for detail in [Detail::Quiet, Detail::Normal, Detail::Verbose] {
                let text = render(&report, format, &Style { detail, ..Style::default() });
                assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{format}");
            }
        }
    }
}
