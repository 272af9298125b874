//! For a comment on a change: the verdict tables, and the failures folded away.

use crate::decomposition::{Half, Status};
use crate::report::group::{Group, by_reason, by_witness, part_names};
use crate::report::naming::{SHOWN_ENTRIES, listed, status_mark};
use crate::report::numbers::measures;
use crate::report::verdicts::{Finding, rows, ties};
use crate::report::{CheckReport, CheckedModel, Tally};

/// Writes the report as Markdown.
pub(super) fn write(report: &CheckReport) -> String {
    let mut text = String::from("## lavaproof\n\n");
    text.push_str("| model | holds | fails | unknown | not applicable | expectations |\n");
    text.push_str("| :-- | --: | --: | --: | --: | :-- |\n");
    for model in &report.models {
        let tally = Tally::of_model(model);
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            escaped(model.name()),
            tally.holds,
            tally.fails,
            tally.unknown,
            tally.not_applicable,
            tally.expectations().unwrap_or_else(|| "none".to_owned()),
        ));
    }
    for file in &report.unreadable {
        let messages = file.messages.iter().map(|message| escaped(message)).collect::<Vec<_>>().join("<br>");
        text.push_str(&format!("| {} | | | | | ❌ not read: {messages} |\n", escaped(&file.file)));
    }
    for model in &report.models {
        text.push_str(&section(model));
    }
    text
}

fn section(model: &CheckedModel) -> String {
    let mut text = format!("\n### {}\n\n", escaped(model.name()));
    text.push_str(&format!(
        "{} · {} · policies: {}\n",
        escaped(&model.file),
        escaped(&model.criterion_text()),
        escaped(&model.class_text())
    ));
    let unmet: Vec<String> =
        model.unmet().map(|comparison| format!("- ❌ {}\n", escaped(&model.comparison_text(comparison)))).collect();
    if !unmet.is_empty() {
        text.push_str(&format!("\n{}", unmet.concat()));
    }
    text.push_str(&verdict_table(model));
    text.push_str(&details(model));
    text
}

/// The verdicts, a row for each decomposition, and which of them tie.
pub(super) fn verdict_table(model: &CheckedModel) -> String {
    let heads = Half::ALL.map(|half| half.to_string()).join(" | ");
    let mut text = format!("\n| decomposition | {heads} |\n| :-- | :-- | :-- | :-- |\n");
    let rows = rows(model);
    for row in &rows {
        let cells =
            row.halves.each_ref().map(|findings| findings.iter().map(finding_text).collect::<Vec<_>>().join("<br>"));
        text.push_str(&format!("| {} | {} |\n", escaped(row.decomposition), cells.join(" | ")));
    }
    let ties = ties(&rows);
    if !ties.is_empty() {
        text.push_str(&format!("\nTie (some, not every, optimal policy passes): {}\n", escaped(&ties.join(", "))));
    }
    text
}

fn finding_text(finding: &Finding) -> String {
    let word = finding.status.to_string().replace('-', " ");
    let word = if finding.status == Status::Fails { format!("**{word}**") } else { word };
    format!("{} {word} {}", status_mark(finding.status), finding.marks())
}

/// Witnesses and reasons, folded.
fn details(model: &CheckedModel) -> String {
    let mut items: Vec<String> = by_witness(model, Status::Fails).iter().map(|group| witness(model, group)).collect();
    for status in [Status::Fails, Status::Unknown, Status::NotApplicable] {
        for (reason, answers) in by_reason(model, status) {
            let reason = reason.unwrap_or("no reason was given");
            let parts = escaped(&part_names(&answers));
            items.push(format!("- {} {parts}: {}\n", status_mark(status), escaped(reason)));
        }
    }
    if items.is_empty() {
        return String::new();
    }
    format!("\n<details><summary>Why</summary>\n\n{}\n</details>\n", items.concat())
}

fn witness(model: &CheckedModel, group: &Group<'_>) -> String {
    let mut text = format!("- {} {}\n", status_mark(Status::Fails), escaped(&part_names(&group.answers())));
    let mut fact = |label: &str, value: &str| text.push_str(&format!("  - {label}: {}\n", escaped(value)));
    if let Some(distribution) = &group.witness.distribution {
        fact("distribution", &listed(&model.masses_text(distribution), ", ", SHOWN_ENTRIES));
    }
    if let Some(moves) = model.moves_text(group.witness).filter(|moves| !moves.is_empty()) {
        fact("policy", &listed(&moves, " · ", SHOWN_ENTRIES));
    }
    if let Some(path) = &group.witness.path {
        fact("path", &model.path_text(path, SHOWN_ENTRIES));
    }
    for case in &group.cases {
        if let Some(measures) = measures(case.witness) {
            fact("value", &measures);
        }
    }
    if let Some(reach) = group.reach() {
        fact("catastrophe reached with probability", &reach);
    }
    for reason in group.reasons() {
        fact("because", reason);
    }
    text
}

/// Text that Markdown shows as it is, also inside a table.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '#' | '~' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn several_files() {
        insta::assert_snapshot!(write(&fixture::report()));
    }

    #[test]
    fn names_cannot_break_a_table() {
        assert_eq!(escaped("a|b\n<c> `d` _e_"), "a\\|b &lt;c&gt; \\`d\\` \\_e\\_");
    }
}
