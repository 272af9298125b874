//! Answers as a table.

use crate::report::markdown::escaped;
use crate::report::solved::word;
use crate::report::{Shown, SolveReport};

/// One row a query.
pub(super) fn write(report: &SolveReport) -> String {
    let mut text = format!(
        "### {}\n\n{} states, {} choices, {} transitions\n\n| query | answer |\n|---|---|\n",
        escaped(&report.file),
        report.states,
        report.choices,
        report.transitions
    );
    for solved in &report.queries {
        let answer = match &solved.outcome {
            Err(reason) => format!("unknown: {reason}"),
            Ok(answer) => {
                let mut parts: Vec<String> =
                    answer.verdict.map(|verdict| word(verdict).to_owned()).into_iter().collect();
                parts.extend(answer.value.as_ref().map(Shown::for_people));
                parts.extend(answer.values.iter().map(|(state, value)| format!("{state}: {}", value.for_people())));
                parts.extend(solved.proved.as_ref().and_then(|proved| proved.uncertified.clone()));
                parts.join(", ")
            }
        };
        text.push_str(&format!("| {} | {} |\n", escaped(&solved.query.to_string()), escaped(&answer)));
    }
    text
}
