//! What a verdict means for the run: expectations met or not, and the counts of the summary.

use crate::decomposition::{Answer, Reading, Status};
use crate::report::{CheckReport, CheckedModel, Comparison};

/// What a verdict means for the run.
///
/// A file that expects something is judged by what it expects alone: its other verdicts are information.
/// A file without expectations should hold in every part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement<'a> {
    /// As expected; or it holds and nothing else was expected.
    Passed,
    /// Not what the file expects.
    Differs(&'a Comparison),
    /// It fails, in a file that expects nothing.
    Failed,
    /// It fails, and the file expects other verdicts but says nothing of this one.
    FailedUnlisted,
    /// It could not be settled.
    Unsettled,
    /// The question does not arise.
    NotApplicable,
}

impl CheckedModel {
    /// The expectation that an answer is compared with.
    #[must_use]
    pub fn expectation_for(&self, answer: &Answer) -> Option<&Comparison> {
        let short = format!("{}.{}", answer.decomposition, answer.half);
        let full = key(answer);
        self.expectations.iter().find(|comparison| {
            comparison.key == full || (comparison.key == short && answer.reading == self.main_reading(answer))
        })
    }

    /// What an answer means for the run.
    #[must_use]
    pub fn judge(&self, answer: &Answer) -> Judgement<'_> {
        match (self.expectation_for(answer), answer.status()) {
            (Some(comparison), _) if comparison.expected != answer.status() => Judgement::Differs(comparison),
            (Some(_), _) | (None, Status::Holds) => Judgement::Passed,
            (None, Status::Fails) if self.expectations.is_empty() => Judgement::Failed,
            (None, Status::Fails) => Judgement::FailedUnlisted,
            (None, Status::Unknown) => Judgement::Unsettled,
            (None, Status::NotApplicable) => Judgement::NotApplicable,
        }
    }

    /// The expectations that were not met, those that no verdict answers included.
    pub fn unmet(&self) -> impl Iterator<Item = &Comparison> {
        self.expectations.iter().filter(|comparison| !comparison.is_met())
    }

    /// `wentworth.outer: expected holds, found fails (models/lava.toml:41)`.
    pub(super) fn comparison_text(&self, comparison: &Comparison) -> String {
        let Comparison { key, expected, found, line } = comparison;
        let found = found.map_or_else(|| "no such verdict".to_owned(), |found| found.to_string());
        let place = line.map_or_else(|| self.file.clone(), |line| format!("{}:{line}", self.file));
        format!("{key}: expected {expected}, found {found} ({place})")
    }

    /// The reading that a key without one means: forall, or given where only that exists.
    fn main_reading(&self, answer: &Answer) -> Reading {
        let has_forall = self.examined.answers.iter().any(|other| {
            other.decomposition == answer.decomposition && other.half == answer.half && other.reading == Reading::Forall
        });
        if has_forall { Reading::Forall } else { Reading::Given }
    }
}

/// The full name of a verdict, as `expect` keys write it: `ID.part[reading]`.
#[must_use]
pub fn key(answer: &Answer) -> String {
    format!("{}.{}[{}]", answer.decomposition, answer.half, answer.reading)
}

/// How many verdicts and expectations of each kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Verdicts that hold.
    pub holds: usize,
    /// Verdicts that fail.
    pub fails: usize,
    /// Verdicts that are unknown.
    pub unknown: usize,
    /// Of the unknown ones, those that a search settles and no certificate proves.
    pub uncertified: usize,
    /// Verdicts that are not applicable.
    pub not_applicable: usize,
    /// Expectations.
    pub expected: usize,
    /// Expectations that are not met.
    pub unmet: usize,
}

impl Tally {
    /// Counts one model.
    #[must_use]
    pub fn of_model(model: &CheckedModel) -> Self {
        let count = |status| model.examined.answers.iter().filter(|answer| answer.status() == status).count();
        Self {
            holds: count(Status::Holds),
            fails: count(Status::Fails),
            unknown: count(Status::Unknown),
            uncertified: model.examined.answers.iter().filter(|answer| answer.verdict.lacks_certificate()).count(),
            not_applicable: count(Status::NotApplicable),
            expected: model.expectations.len(),
            unmet: model.unmet().count(),
        }
    }

    /// Counts every model.
    #[must_use]
    pub fn of_report(report: &CheckReport) -> Self {
        report.models.iter().map(Self::of_model).fold(Self::default(), |sum, one| Self {
            holds: sum.holds + one.holds,
            fails: sum.fails + one.fails,
            unknown: sum.unknown + one.unknown,
            uncertified: sum.uncertified + one.uncertified,
            not_applicable: sum.not_applicable + one.not_applicable,
            expected: sum.expected + one.expected,
            unmet: sum.unmet + one.unmet,
        })
    }

    /// The counts of verdicts in words: `57 hold, 12 fail, 0 unknown, 6 not applicable`.
    #[must_use]
    pub fn verdicts(&self) -> String {
        format!(
            "{} hold, {} fail, {} unknown, {} not applicable",
            self.holds, self.fails, self.unknown, self.not_applicable
        )
    }

    /// How many verdicts are certified: what holds or fails does so by a certificate.
    #[must_use]
    pub fn certified(&self) -> usize {
        self.holds + self.fails
    }

    /// The share of certificates in words: `69 certified, 0 without a certificate`.
    #[must_use]
    pub fn certificates(&self) -> String {
        format!("{} certified, {} without a certificate", self.certified(), self.uncertified)
    }

    /// Whether the expectations were met, in words; `None` without expectations.
    #[must_use]
    pub fn expectations(&self) -> Option<String> {
        match (self.expected, self.unmet) {
            (0, _) => None,
            (_, 0) => Some("every expectation met".to_owned()),
            (expected, unmet) => Some(format!("{unmet} of {} not met", counted(expected, "expectation"))),
        }
    }
}

/// `1 model`, `2 models`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_key_without_a_reading_means_forall() {
        let model = fixture::tie();
        let judged: Vec<_> = model.examined.answers.iter().map(|answer| (key(answer), model.judge(answer))).collect();
        assert!(judged.contains(&("shah-behavioural.outer[forall]".to_owned(), Judgement::Passed)));
        let exists = model.expectations.iter().find(|comparison| comparison.key.ends_with("[exists]"));
        assert!(
            judged
                .contains(&("shah-behavioural.outer[exists]".to_owned(), Judgement::Differs(exists.expect("listed"))))
        );
    }

    #[test]
    fn without_expectations_a_failure_is_a_failure() {
        let mut model = fixture::lava();
        let fails = model.examined.answers.iter().position(|answer| key(answer) == "quibble.inner[forall]");
        let answer = model.examined.answers[fails.expect("listed")].clone();
        assert_eq!(model.judge(&answer), Judgement::FailedUnlisted);
        model.expectations.clear();
        assert_eq!(model.judge(&answer), Judgement::Failed);
        assert_eq!(Tally::of_model(&model).expectations(), None);
    }
}
