//! Reports as plain text: stable, without colour, readable in logs and by screen readers.

use std::fmt::Write;

use crate::format::diagnostic::{Diagnostic, Report, Severity};

/// Longer lines are cut around the caret: a model may be one line of many megabytes.
const WIDEST: usize = 100;

pub(crate) fn render(report: &Report) -> String {
    let mut lines = Lines::of(report.text());
    let blocks: Vec<String> =
        report.diagnostics().iter().map(|diagnostic| one(report, &mut lines, diagnostic)).collect();
    blocks.join("\n\n")
}

/// Where the lines begin: looking for each finding's line from the start of a large file takes too long.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Where columns were counted last, and to what: findings come in the order of the file.
    counted: (usize, usize, usize),
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        Self { text, starts, counted: (0, 0, 0) }
    }

    /// The line of a byte, from 0, and where it begins and ends.
    fn at(&self, byte: usize) -> (usize, usize, usize) {
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        (line, start, end)
    }

    /// Line and column of a byte, both from 1.
    fn position(&mut self, byte: usize) -> (usize, usize) {
        let (line, begins, _) = self.at(byte);
        let (counted_line, from, count) = self.counted;
        let (from, count) = if counted_line == line && from <= byte { (from, count) } else { (begins, 0) };
        let count = count + self.text[from..byte].chars().count();
        self.counted = (line, byte, count);
        (line + 1, count + 1)
    }
}

fn one(report: &Report, lines: &mut Lines<'_>, diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    };
    let mut out = report.file_name().to_owned();
    // Writing to a string cannot fail.
    if let Some(span) = &diagnostic.span {
        let (line, column) = lines.position(floor(lines.text, span.start));
        let _ = write!(out, ":{line}:{column}");
    }
    let _ = write!(out, ": {severity}: {}", diagnostic.message);
    if let Some(span) = &diagnostic.span {
        let (line, before, marked, after) = split_line(lines, span.start, span.end);
        let (before, marked, after) = clip(&before, &marked, &after);
        let number = (line + 1).to_string();
        let pad = " ".repeat(number.len());
        let carets = "^".repeat(marked.chars().count().max(1));
        let label = diagnostic.label.as_ref().map(|label| format!(" {label}")).unwrap_or_default();
        let _ = write!(out, "\n {number} | {before}{marked}{after}");
        let _ = write!(out, "\n {pad} | {}{carets}{label}", " ".repeat(before.chars().count()));
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = write!(out, "\n  hint: {hint}");
    }
    out
}

/// Line and column of a byte, both from 1; the column counts characters.
pub(crate) fn position(text: &str, byte: usize) -> (usize, usize) {
    let byte = floor(text, byte);
    let before = &text[..byte];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// The line of a span: its number from 0, what is before the span, the span as far as the line goes, and
/// what is after it.
fn split_line(lines: &Lines<'_>, start: usize, end: usize) -> (usize, String, String, String) {
    let start = floor(lines.text, start);
    let (line, begins, ends) = lines.at(start);
    let end = floor(lines.text, end).clamp(start, ends.max(start));
    // No more than what `clip` can keep: the line may be the whole of a large file.
    let most = 5 * WIDEST;
    let begins = begins.max(floor(lines.text, start.saturating_sub(most)));
    let ends = ends.min(floor(lines.text, start.saturating_add(2 * most))).max(start);
    let end = end.min(ends);
    let tidy = |part: &str| part.replace('\t', " ").replace('\r', "");
    let text = lines.text;
    (line, tidy(&text[begins..start]), tidy(&text[start..end]), tidy(&text[end..ends.max(end)]))
}

fn clip(before: &str, marked: &str, after: &str) -> (String, String, String) {
    let count = |part: &str| part.chars().count();
    if count(before) + count(marked) + count(after) <= WIDEST {
        return (before.into(), marked.into(), after.into());
    }
    let room = WIDEST / 2;
    let mut before = before.to_owned();
    if count(&before) > room {
        let skip = count(&before) - room;
        before = format!("…{}", before.chars().skip(skip).collect::<String>());
    }
    let cut = |part: &str, length: usize| {
        if count(part) <= length {
            part.to_owned()
        } else {
            format!("{}…", part.chars().take(length).collect::<String>())
        }
    };
    let marked = cut(marked, WIDEST - count(&before).min(room));
    let left = WIDEST.saturating_sub(count(&before) + count(&marked));
    let after = if marked.ends_with('…') { String::new() } else { cut(after, left) };
    (before, marked, after)
}

fn floor(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}
