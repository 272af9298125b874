//! For continuous integration: a suite for a model, a case for a verdict.

use crate::decomposition::Answer;
use crate::report::judgement::key;
use crate::report::xml::Element;
use crate::report::{CheckReport, CheckedModel, Comparison, Judgement, UnreadableFile};

/// What becomes of a case.
enum Outcome {
    Passed,
    Failure(String),
    Error(String),
    Skipped(String),
}

/// The cases of one suite and how many of each kind there are.
struct Suite {
    element: Element,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Suite {
    fn new(name: &str, file: &str, cases: impl IntoIterator<Item = (Element, Outcome)>) -> Self {
        let mut suite = Self { element: Element::new("testsuite"), tests: 0, failures: 0, errors: 0, skipped: 0 };
        let mut written = Vec::new();
        for (case, outcome) in cases {
            suite.tests += 1;
            written.push(match outcome {
                Outcome::Passed => case,
                Outcome::Failure(message) => {
                    suite.failures += 1;
                    case.containing(Element::new("failure").with("message", &message).saying(message))
                }
                Outcome::Error(message) => {
                    suite.errors += 1;
                    case.containing(Element::new("error").with("message", &message).saying(message))
                }
                Outcome::Skipped(message) => {
                    suite.skipped += 1;
                    case.containing(Element::new("skipped").with("message", message))
                }
            });
        }
        let element = suite.counted(Element::new("testsuite").with("name", name)).with("file", file);
        suite.element = written.into_iter().fold(element, Element::containing);
        suite
    }

    fn counted(&self, element: Element) -> Element {
        element
            .with("tests", self.tests)
            .with("failures", self.failures)
            .with("errors", self.errors)
            .with("skipped", self.skipped)
    }
}

/// Writes the report as a JUnit document.
pub(super) fn write(report: &CheckReport) -> String {
    let suites: Vec<Suite> =
        report.models.iter().map(suite_of_model).chain(report.unreadable.iter().map(suite_of_unreadable)).collect();
    let mut total = Suite::new("", "", []);
    for suite in &suites {
        total.tests += suite.tests;
        total.failures += suite.failures;
        total.errors += suite.errors;
        total.skipped += suite.skipped;
    }
    let root = total.counted(Element::new("testsuites").with("name", "lavaproof check"));
    suites.into_iter().map(|suite| suite.element).fold(root, Element::containing).document()
}

fn suite_of_model(model: &CheckedModel) -> Suite {
    let verdicts = model.examined.answers.iter().map(|answer| {
        let case = case(&format!("{}.{}", model.name(), answer.decomposition), &key(answer));
        (case, outcome(model, answer))
    });
    // An expectation that no verdict answers has no case of its own yet.
    let unanswered = model.unmet().filter(|comparison| comparison.found.is_none());
    let unanswered = unanswered
        .map(|comparison| (case(&format!("{}.expect", model.name()), &comparison.key), differs(model, comparison)));
    Suite::new(model.name(), &model.file, verdicts.chain(unanswered))
}

fn suite_of_unreadable(file: &UnreadableFile) -> Suite {
    Suite::new(&file.file, &file.file, [(case(&file.file, "read"), Outcome::Error(file.messages.join("\n")))])
}

fn case(class: &str, name: &str) -> Element {
    Element::new("testcase").with("classname", class).with("name", name)
}

fn outcome(model: &CheckedModel, answer: &Answer) -> Outcome {
    let because = answer.reason().map_or_else(String::new, |reason| format!(": {reason}"));
    match model.judge(answer) {
        Judgement::Passed => Outcome::Passed,
        Judgement::Differs(comparison) => differs(model, comparison),
        Judgement::Failed => Outcome::Failure(format!("fails{because}")),
        Judgement::FailedUnlisted => Outcome::Skipped(format!("fails, and the file expects nothing of it{because}")),
        Judgement::Unsettled => Outcome::Error(format!("unknown{because}")),
        Judgement::NotApplicable => Outcome::Skipped(format!("not applicable{because}")),
    }
}

fn differs(model: &CheckedModel, comparison: &Comparison) -> Outcome {
    Outcome::Failure(model.comparison_text(comparison))
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
    fn counts_are_those_of_the_cases() {
        let mut report = fixture::report();
        report.models.push(fixture::long_names());
        let text = write(&report);
        let document = roxmltree::Document::parse(&text).expect("well formed");
        for suite in document.root().descendants() {
            for (attribute, tag) in
                [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
            {
                let found = suite.descendants().filter(|node| node.has_tag_name(tag)).count();
                if let Some(said) = suite.attribute(attribute) {
                    assert_eq!(said, found.to_string(), "{attribute}");
                }
            }
        }
    }
}
