//! Answers for a terminal.

use crate::report::solved::word;
use crate::report::{Detail, Shown, SolveReport, SolvedQuery, Style};

/// The model on one line, each query on the next ones.
pub(super) fn write(report: &SolveReport, style: &Style) -> String {
    let mut text = String::new();
    if style.detail != Detail::Quiet {
        text.push_str(&format!(
            "{}\n  {} states · {} choices · {} transitions · {}\n\n",
            report.file, report.states, report.choices, report.transitions, report.engine
        ));
    }
    for query in &report.queries {
        text.push_str(&one(query, style.detail));
    }
    if style.detail == Detail::Verbose {
        text.push_str(&format!("\nread in {:.3?}\n", report.read));
    }
    text
}

fn one(solved: &SolvedQuery, detail: Detail) -> String {
    let mut text = format!("  {}\n", solved.query);
    match &solved.outcome {
        Err(reason) => text.push_str(&format!("    unknown: {reason}\n")),
        Ok(answer) => {
            let value = answer.value.as_ref().map(Shown::for_people);
            match (answer.verdict.map(word), value) {
                (Some(verdict), Some(value)) => text.push_str(&format!("    {verdict}: the optimum is {value}\n")),
                (Some(verdict), None) => text.push_str(&format!("    {verdict}\n")),
                (None, Some(value)) => text.push_str(&format!("    {value}\n")),
                (None, None) => text.push_str("    the initial states have different values\n"),
            }
            for (state, value) in &answer.values {
                text.push_str(&format!("      {state}: {}\n", value.for_people()));
            }
        }
    }
    let proved = solved.proved.clone().unwrap_or_default();
    if let Some(reason) = &proved.uncertified {
        text.push_str(&format!("    {reason}\n"));
    }
    if detail == Detail::Verbose {
        text.push_str(&format!("    solved in {:.3?}\n", solved.solve));
        if let Some(check) = proved.check {
            text.push_str(&format!("    certificate written in {:.3?}, checked in {check:.3?}\n", proved.certify));
        }
    }
    text
}
