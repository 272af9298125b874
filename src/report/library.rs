//! A page about a collection of models: for each what it claims, its comment and maps, its verdicts and its source.

use crate::problem::{Board, Level};
use crate::report::markdown::{escaped, verdict_table};
use crate::report::{CheckReport, CheckedModel, Tally};

/// What opens the page.
const OPENING: &str = "\
# The model library

Written by `lavaproof check models --format library --output docs/models.md --svg docs/pictures/models`. ✓ holds, ✗ fails, ? unknown, – not
applicable; ∀ for every policy of the set, ∃ for some, `given` for the given one. What the halves mean is in [decompositions.md](decompositions.md).
Models that have maps are pictured by them, the others by their states and actions.
";

/// Writes the report as a page with a section for each model.
pub(super) fn write(report: &CheckReport) -> String {
    let mut text = format!("{OPENING}\n| model | file | states | holds | fails | unknown | not applicable |\n");
    text.push_str("| :-- | :-- | --: | --: | --: | --: | --: |\n");
    for model in &report.models {
        let tally = Tally::of_model(model);
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            escaped(model.name()),
            escaped(&model.file),
            model.problem.mdp.states(),
            tally.holds,
            tally.fails,
            tally.unknown,
            tally.not_applicable,
        ));
    }
    for file in &report.unreadable {
        text.push_str(&format!("\nNot read: {}\n", escaped(&file.file)));
    }
    for model in &report.models {
        text.push_str(&section(model));
    }
    text
}

fn section(model: &CheckedModel) -> String {
    let mut text = format!("\n## {}\n\n[{file}](../{file})\n", escaped(model.name()), file = model.file);
    if let Some(description) = &model.description {
        text.push_str(&described(description));
    }
    text.push_str(&format!(
        "\n{} states · {} · policies: {}\n",
        model.problem.mdp.states(),
        escaped(&model.criterion_text()),
        escaped(&model.class_text())
    ));
    if let Some(preamble) = &model.preamble {
        text.push_str(&format!("\n```text\n{}\n```\n", preamble.trim_end()));
    }
    match (&model.picture, &model.board) {
        (Some(address), _) => text.push_str(&format!("\n![{}]({address})\n", escaped(model.name()))),
        (None, Some(board)) => text.push_str(&format!("\n```text\n{}```\n", maps(board))),
        (None, None) => {}
    }
    text.push_str(&verdict_table(model));
    if let Some(source) = &model.source {
        text.push_str(&format!("\nSource: {}\n", escaped(source.trim())));
    }
    text
}

/// The paragraphs of a description; those of which every line is indented by four spaces are maps, and stay as they are.
fn described(description: &str) -> String {
    let paragraph = |paragraph: &str| {
        let drawn: Option<Vec<&str>> = paragraph.lines().map(|line| line.strip_prefix("    ")).collect();
        drawn.map_or_else(
            || format!("\n{}\n", escaped(paragraph.trim())),
            |rows| format!("\n```text\n{}\n```\n", rows.join("\n")),
        )
    };
    description.trim_end().split("\n\n").filter(|text| !text.trim().is_empty()).map(paragraph).collect()
}

/// The maps as their file draws them, each under its name, then the legend.
fn maps(board: &Board) -> String {
    let mut text: String = board.levels.iter().map(drawing).collect();
    let mut legend: Vec<String> = Vec::new();
    for cell in board.levels.iter().flat_map(|level| level.rows.iter().flatten()) {
        let entry = format!("{} {}", cell.glyph, cell.terrain);
        if !legend.contains(&entry) {
            legend.push(entry);
        }
    }
    text.push_str(&format!("{}\n", legend.join(" · ")));
    text
}

fn drawing(level: &Level) -> String {
    let rows: String =
        level.rows.iter().map(|row| format!("  {}\n", row.iter().map(|cell| cell.glyph).collect::<String>())).collect();
    format!("{}\n{rows}\n", level.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn maps_in_descriptions_stay_as_they_are() {
        let found = described("\nA *lake*.\n\n    S.\n    HG\n\nIt is cold.\n");
        assert_eq!(found, "\nA \\*lake\\*.\n\n```text\nS.\nHG\n```\n\nIt is cold.\n");
    }

    #[test]
    fn several_files() {
        insta::assert_snapshot!(write(&fixture::report()));
    }
}
