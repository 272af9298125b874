//! The table of verdicts: a row for a decomposition, a column for a half.

use textwrap::core::display_width;

use crate::decomposition::{Half, Reading, Status};
use crate::report::naming::{READING_LEGEND, status_mark};
use crate::report::style::{Ink, padded, shortened};
use crate::report::verdicts::{Finding, Row, rows, ties};
use crate::report::{CheckedModel, Style};

/// Columns between two columns of text.
const GAP: usize = 3;
/// Columns that a decomposition's name gets even where the terminal is too narrow.
const NARROWEST_NAME: usize = 8;
const HEADING: &str = "decomposition";

/// The table with its legend, ties named below.
pub(super) fn write(model: &CheckedModel, style: &Style) -> String {
    let rows = rows(model);
    if rows.is_empty() {
        return style.labelled("  ", "no decomposition was asked for");
    }
    let columns: [usize; 3] = std::array::from_fn(|half| {
        let cells = rows.iter().flat_map(|row| &row.halves[half]).map(|finding| display_width(&plain(finding)));
        cells.chain([display_width(&Half::ALL[half].to_string())]).max().unwrap_or(0)
    });
    let taken = 2 + columns.iter().map(|column| column + GAP).sum::<usize>();
    let longest = rows.iter().map(|row| display_width(row.decomposition)).max().unwrap_or(0);
    let name = longest.max(HEADING.len()).min(style.width.saturating_sub(taken).max(NARROWEST_NAME));

    let titles = Half::ALL.map(|half| style.paint(Ink::Dim, &half.to_string()));
    let mut text = line(&style.paint(Ink::Dim, &shortened(HEADING, name)), name, &titles, &columns);
    let rule = "─".repeat(name + columns.iter().map(|column| column + GAP).sum::<usize>());
    text.push_str(&format!("  {}\n", style.paint(Ink::Dim, &rule)));
    for row in &rows {
        text.push_str(&row_text(row, name, &columns, style));
    }
    text.push('\n');
    text.push_str(&legend(&rows, style));
    let ties = ties(&rows);
    if !ties.is_empty() {
        text.push_str(
            &style.labelled("  tie: ", &format!("some, not every, optimal policy passes {}", ties.join(", "))),
        );
    }
    text
}

fn row_text(row: &Row<'_>, name: usize, columns: &[usize; 3], style: &Style) -> String {
    let height = row.halves.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let mut text = String::new();
    for position in 0..height {
        let shown = if position == 0 { shortened(row.decomposition, name) } else { String::new() };
        let cells = std::array::from_fn(|half| {
            row.halves[half].get(position).map_or_else(String::new, |finding| painted(finding, style))
        });
        text.push_str(&line(&shown, name, &cells, columns));
    }
    text
}

fn line(name: &str, name_columns: usize, cells: &[String; 3], columns: &[usize; 3]) -> String {
    let mut text = format!("  {}", padded(name, name_columns));
    for (cell, &column) in cells.iter().zip(columns) {
        text.push_str(&" ".repeat(GAP));
        text.push_str(&padded(cell, column));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The long word would make the table wider than most terminals.
fn word(status: Status) -> String {
    match status {
        Status::NotApplicable => "n/a".to_owned(),
        _ => status.to_string(),
    }
}

fn plain(finding: &Finding) -> String {
    format!("{} {} {}", status_mark(finding.status), word(finding.status), finding.marks())
}

fn painted(finding: &Finding, style: &Style) -> String {
    let verdict = format!("{} {}", status_mark(finding.status), word(finding.status));
    format!("{} {}", style.paint(finding.status.into(), &verdict), style.paint(Ink::Dim, &finding.marks()))
}

/// What the marks of the readings mean, those that occur.
fn legend(rows: &[Row<'_>], style: &Style) -> String {
    let occurs = |reading: &Reading| {
        rows.iter().flat_map(|row| row.halves.iter().flatten()).any(|finding| finding.readings.contains(reading))
    };
    let texts: Vec<_> = READING_LEGEND.iter().filter(|(reading, _)| occurs(reading)).map(|&(_, text)| text).collect();
    let legend = style.labelled("  ", &texts.join(" · "));
    legend.lines().map(|line| style.paint(Ink::Dim, line) + "\n").collect()
}
