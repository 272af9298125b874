//! Reports as plain text: stable, without colour, readable in logs and by screen readers.

use std::fmt::Write;

use crate::format::diagnostic::{Diagnostic, Report, Severity};

/// Longer lines are cut around the caret: a model may be one line of many megabytes.
const WIDEST: usize = 100;

pub(crate) fn render(report: &Report) -> String {
    let blocks: Vec<String> = report.diagnostics().iter().map(|diagnostic| one(report, diagnostic)).collect();
    blocks.join("\n\n")
}

fn one(report: &Report, diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    };
    let mut out = report.file_name().to_owned();
    if let Some((line, column)) = report.position(diagnostic) {
        // Writing to a string cannot fail.
        let _ = write!(out, ":{line}:{column}");
    }
    let _ = write!(out, ": {severity}: {}", diagnostic.message);
    if let Some(span) = &diagnostic.span {
        let text = report.text();
        let (line, _) = position(text, span.start);
        let (before, marked, after) = split_line(text, span.start, span.end);
        let (before, marked, after) = clip(&before, &marked, &after);
        let number = line.to_string();
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

/// The line of a span: what is before it, the span as far as the line goes, and what is after it.
fn split_line(text: &str, start: usize, end: usize) -> (String, String, String) {
    let start = floor(text, start);
    let end = floor(text, end).max(start);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let tidy = |part: &str| part.replace('\t', " ").replace('\r', "");
    let end = end.min(line_end);
    (tidy(&text[line_start..start]), tidy(&text[start..end]), tidy(&text[end..line_end]))
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
