//! The verdict table that the human-readable and the Markdown report share: a row for a decomposition,
//! a column for a half, and in a cell one finding for each distinct status.

use crate::decomposition::{Answer, Half, Reading, Status};
use crate::report::CheckedModel;
use crate::report::naming::reading_mark;

/// A status and the readings that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub status: Status,
    pub readings: Vec<Reading>,
}

impl Finding {
    /// The readings as marks: `∀ ∃`.
    pub(super) fn marks(&self) -> String {
        self.readings.iter().map(|&reading| reading_mark(reading)).collect::<Vec<_>>().join(" ")
    }
}

/// The answers to one decomposition.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    pub decomposition: &'a str,
    /// The findings of the halves, in the order of [`Half::ALL`].
    pub halves: [Vec<Finding>; 3],
}

/// The rows, in the order in which the decompositions were decided.
pub(super) fn rows(model: &CheckedModel) -> Vec<Row<'_>> {
    let answers = &model.examined.answers;
    let mut decompositions: Vec<&str> = Vec::new();
    for answer in answers {
        if !decompositions.contains(&answer.decomposition.as_str()) {
            decompositions.push(&answer.decomposition);
        }
    }
    decompositions
        .into_iter()
        .map(|decomposition| Row {
            decomposition,
            halves: Half::ALL.map(|half| {
                findings(answers.iter().filter(|answer| answer.decomposition == decomposition && answer.half == half))
            }),
        })
        .collect()
}

fn findings<'a>(answers: impl Iterator<Item = &'a Answer>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for answer in answers {
        match findings.iter_mut().find(|finding| finding.status == answer.status()) {
            Some(finding) => finding.readings.push(answer.reading),
            None => findings.push(Finding { status: answer.status(), readings: vec![answer.reading] }),
        }
    }
    findings
}

/// Whether some policies of the set pass and others do not.
pub(super) fn is_tie(findings: &[Finding]) -> bool {
    let status_of =
        |reading| findings.iter().find(|finding| finding.readings.contains(&reading)).map(|finding| finding.status);
    status_of(Reading::Forall) == Some(Status::Fails) && status_of(Reading::Exists) == Some(Status::Holds)
}

/// The parts in which some policies pass and others do not: `shah-behavioural.outer`.
pub(super) fn ties(rows: &[Row<'_>]) -> Vec<String> {
    let mut ties = Vec::new();
    for row in rows {
        for (half, findings) in Half::ALL.iter().zip(&row.halves) {
            if is_tie(findings) {
                ties.push(format!("{}.{half}", row.decomposition));
            }
        }
    }
    ties
}
