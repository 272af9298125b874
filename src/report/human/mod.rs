//! For a terminal: a table of verdicts, then what shows each failure, then the expectations.

pub(super) mod map;
mod table;
mod witness;

use textwrap::core::display_width;

use crate::decomposition::{Answer, Status};
use crate::report::group::{by_reason, by_witness, part_names};
use crate::report::judgement::counted;
use crate::report::naming::status_mark;
use crate::report::style::{Ink, shortened};
use crate::report::{CheckReport, CheckedModel, Detail, Judgement, Style, Tally};

/// Writes the report for people.
pub(super) fn write(report: &CheckReport, style: &Style) -> String {
    let mut text = String::new();
    for model in &report.models {
        let section = match style.detail {
            Detail::Quiet => wrong(model, style),
            Detail::Normal | Detail::Verbose => section(model, style),
        };
        if !section.is_empty() {
            text.push_str(&section);
            text.push('\n');
        }
    }
    for file in &report.unreadable {
        text.push_str(&style.labelled(&style.paint(Ink::Bad, "✗ "), &format!("{}: not read", file.file)));
        for message in &file.messages {
            text.push_str(&style.labelled("    ", message));
        }
        text.push('\n');
    }
    if style.detail == Detail::Verbose && !report.citations.is_empty() {
        text.push_str(&format!("{}\n", style.paint(Ink::Heading, "Sources of the decompositions")));
        for citation in &report.citations {
            text.push_str(&style.labelled(&format!("  {}: ", citation.decomposition), &citation.text));
        }
        text.push('\n');
    }
    text + &summary(report, style)
}

/// Everything about one model.
fn section(model: &CheckedModel, style: &Style) -> String {
    let mut text = heading(model, style);
    text.push('\n');
    text.push_str(&table::write(model, style));
    let reasons =
        [Status::Fails, Status::Unknown, Status::NotApplicable].map(|status| reasons(model, status, style)).concat();
    if !reasons.is_empty() {
        text.push_str(&format!("\n{reasons}"));
    }
    let refuted = by_witness(model, Status::Fails);
    for (position, group) in refuted.iter().enumerate() {
        let number = (refuted.len() > 1).then_some((position + 1, refuted.len()));
        text.push('\n');
        text.push_str(&witness::write(model, group, Status::Fails, number, style));
    }
    if style.detail == Detail::Verbose {
        for group in by_witness(model, Status::Holds) {
            text.push('\n');
            text.push_str(&witness::write(model, &group, Status::Holds, None, style));
        }
    }
    let unmet = unmet(model, style);
    if !unmet.is_empty() {
        text.push('\n');
        text.push_str(&unmet);
    }
    text
}

/// The model and the conventions it is read with.
pub(super) fn heading(model: &CheckedModel, style: &Style) -> String {
    let name = shortened(model.name(), style.width);
    let room = style.width.saturating_sub(display_width(&name) + 2);
    let mut text = style.paint(Ink::Heading, &name);
    if display_width(&model.file) <= room {
        text.push_str(&format!("  {}\n", style.paint(Ink::Dim, &model.file)));
    } else {
        text.push_str(&format!("\n{}", style.labelled("  ", &model.file)));
    }
    let facts = format!(
        "{} · {} · policies: {}",
        counted(model.problem.mdp.states(), "state"),
        model.criterion_text(),
        model.class_text()
    );
    text.push_str(&style.labelled("  ", &facts));
    if style.detail == Detail::Verbose {
        for (label, said) in [("  about: ", &model.description), ("  source: ", &model.source)] {
            if let Some(said) = said {
                text.push_str(&style.labelled(label, said));
            }
        }
    }
    text
}

/// Why answers without a witness are what they are.
fn reasons(model: &CheckedModel, status: Status, style: &Style) -> String {
    let mut text = String::new();
    for (reason, answers) in by_reason(model, status) {
        let reason = reason.unwrap_or(match status {
            Status::Fails => "fails; no witness was kept",
            _ => "no reason was given",
        });
        let label = format!("  {} ", style.paint(status.into(), &status_mark(status).to_string()));
        text.push_str(&style.labelled(&label, &format!("{}: {reason}", part_names(&answers))));
    }
    text
}

/// What is not as it should be: unmet expectations, or without any the failures and open questions.
fn wrong(model: &CheckedModel, style: &Style) -> String {
    let mut text = unmet(model, style);
    for status in [Status::Fails, Status::Unknown] {
        let judged = |answer: &&Answer| {
            answer.status() == status && matches!(model.judge(answer), Judgement::Failed | Judgement::Unsettled)
        };
        let answers: Vec<&Answer> = model.examined.answers.iter().filter(judged).collect();
        if !answers.is_empty() {
            let label = format!("  {} ", style.paint(status.into(), &status_mark(status).to_string()));
            text.push_str(&style.labelled(&label, &format!("{}: {status} {}", model.file, part_names(&answers))));
        }
    }
    text
}

/// The expectations that are not met.
fn unmet(model: &CheckedModel, style: &Style) -> String {
    let mut text = String::new();
    for comparison in model.unmet() {
        let line = style.labelled("  ✗ ", &model.comparison_text(comparison));
        for line in line.lines() {
            text.push_str(&style.paint(Ink::Bad, line));
            text.push('\n');
        }
    }
    text
}

fn summary(report: &CheckReport, style: &Style) -> String {
    let tally = Tally::of_report(report);
    let mut text = format!("{}: {}", counted(report.models.len(), "model"), tally.verdicts());
    if let Some(expectations) = tally.expectations() {
        text.push_str(&format!("; {expectations}"));
    }
    text.push_str(&format!("; {}", tally.certificates()));
    if !report.unreadable.is_empty() {
        text.push_str(&format!("; {} not read", counted(report.unreadable.len(), "file")));
    }
    let all_expected = tally.expected > 0 || tally.fails == 0;
    let ink = if tally.unmet > 0 || !report.unreadable.is_empty() || !all_expected {
        Ink::Bad
    } else if tally.unknown > 0 && tally.expected == 0 {
        Ink::Open
    } else {
        Ink::Good
    };
    style.labelled("", &text).lines().map(|line| style.paint(ink, line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use textwrap::core::display_width;

    use crate::report::{CheckReport, Detail, Format, Style, fixture, render};

    fn human(report: &CheckReport, style: &Style) -> String {
        render(report, Format::Human, style)
    }

    #[test]
    fn one_step_lava() {
        insta::assert_snapshot!(human(&fixture::only(fixture::lava()), &Style::default()));
    }

    #[test]
    fn a_tie_and_an_unmet_expectation() {
        insta::assert_snapshot!(human(&fixture::only(fixture::tie()), &Style::default()));
    }

    #[test]
    fn a_gridworld() {
        insta::assert_snapshot!(human(&fixture::only(fixture::gridworld()), &Style { width: 100, ..Style::default() }));
    }

    #[test]
    fn a_gridworld_on_a_narrow_terminal() {
        for width in [24, 16] {
            let style = Style { width, ..Style::default() };
            let text = human(&fixture::only(fixture::gridworld()), &style);
            let map: Vec<&str> = text.lines().filter(|line| line.contains('#')).collect();
            insta::assert_snapshot!(format!("map_on_{width}_columns"), map.join("\n"));
        }
    }

    #[test]
    fn a_finite_horizon() {
        insta::assert_snapshot!(human(&fixture::only(fixture::horizon()), &Style::default()));
    }

    #[test]
    fn several_files_verbosely() {
        let style = Style { detail: Detail::Verbose, width: 110, ..Style::default() };
        insta::assert_snapshot!(human(&fixture::report(), &style));
    }

    #[test]
    fn quietly_only_what_is_wrong() {
        let style = Style { detail: Detail::Quiet, ..Style::default() };
        insta::assert_snapshot!(human(&fixture::report(), &style));
    }

    #[test]
    fn colour_only_where_it_is_asked_for() {
        let report = fixture::report();
        for detail in [Detail::Quiet, Detail::Normal, Detail::Verbose] {
            let plain = Style { detail, ..Style::default() };
            assert!(!human(&report, &plain).contains('\u{1b}'));
            assert!(human(&report, &Style { colour: true, ..plain }).contains('\u{1b}'));
        }
    }

    #[test]
    fn lines_fit_the_terminal() {
        for width in [60, 80, 100, 120] {
            for colour in [false, true] {
                let style = Style { colour, width, detail: Detail::Verbose };
                let mut report = fixture::report();
                report.models.push(fixture::long_names());
                for line in human(&report, &style).lines() {
                    assert!(display_width(line) <= width, "{width}: {line}");
                }
            }
        }
    }
}
