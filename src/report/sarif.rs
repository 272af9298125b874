//! For tools that annotate source files: SARIF 2.1.0, a result for each verdict that is not as it should be.

use serde_json::{Map, Value as Json, json};

use crate::decomposition::Answer;
use crate::report::judgement::key;
use crate::report::{CheckReport, CheckedModel, Comparison, Judgement};

/// The rule of expectations that no verdict answers.
const EXPECTATION_RULE: &str = "expect";

/// Writes the report as a SARIF log with one run.
pub(super) fn write(report: &CheckReport) -> String {
    let rules = rules(report);
    let notifications: Vec<Json> = report
        .unreadable
        .iter()
        .flat_map(|file| file.messages.iter().map(move |message| (file, message)))
        .map(|(file, message)| {
            json!({ "level": "error", "message": { "text": message }, "locations": [location(&file.file, None)] })
        })
        .collect();
    let results: Vec<Json> = report.models.iter().flat_map(|model| results(model, &rules)).collect();
    let rules: Vec<Json> = rules
        .iter()
        .map(|&rule| {
            let citation = report.citations.iter().find(|citation| citation.decomposition == rule);
            let mut described = Map::new();
            described.insert("id".to_owned(), json!(rule));
            if let Some(citation) = citation {
                described.insert("fullDescription".to_owned(), json!({ "text": citation.text }));
            }
            Json::Object(described)
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lavaproof",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "invocations": [{
                "executionSuccessful": report.unreadable.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// A rule for each decomposition that results may be about.
fn rules(report: &CheckReport) -> Vec<&str> {
    let mut rules: Vec<&str> = Vec::new();
    let answers = report.models.iter().flat_map(|model| &model.examined.answers);
    for rule in answers.map(|answer| answer.decomposition.as_str()) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules.push(EXPECTATION_RULE);
    rules
}

fn results(model: &CheckedModel, rules: &[&str]) -> Vec<Json> {
    let verdicts = model.examined.answers.iter().filter_map(|answer| {
        let rule = answer.decomposition.as_str();
        match model.judge(answer) {
            Judgement::Differs(comparison) => Some(differs(model, comparison, rule, rules)),
            Judgement::Failed => Some(result(model, "error", &said(answer, "fails"), rule, rules, None)),
            Judgement::Unsettled => Some(result(model, "warning", &said(answer, "is unknown"), rule, rules, None)),
            Judgement::Passed | Judgement::FailedUnlisted | Judgement::NotApplicable => None,
        }
    });
    let unanswered = model.unmet().filter(|comparison| comparison.found.is_none());
    verdicts.chain(unanswered.map(|comparison| differs(model, comparison, EXPECTATION_RULE, rules))).collect()
}

fn said(answer: &Answer, verb: &str) -> String {
    let because = answer.reason().map_or_else(String::new, |reason| format!(": {reason}"));
    format!("{} {verb}{because}", key(answer))
}

fn differs(model: &CheckedModel, comparison: &Comparison, rule: &str, rules: &[&str]) -> Json {
    result(model, "error", &model.comparison_text(comparison), rule, rules, comparison.line)
}

fn result(model: &CheckedModel, level: &str, message: &str, rule: &str, rules: &[&str], line: Option<usize>) -> Json {
    json!({
        "ruleId": rule,
        "ruleIndex": rules.iter().position(|known| *known == rule),
        "level": level,
        "message": { "text": format!("{}: {message}", model.name()) },
        "locations": [location(&model.file, line)],
    })
}

fn location(file: &str, line: Option<usize>) -> Json {
    let artifact = json!({ "uri": uri(file) });
    match line {
        Some(line) => json!({ "physicalLocation": { "artifactLocation": artifact, "region": { "startLine": line } } }),
        None => json!({ "physicalLocation": { "artifactLocation": artifact } }),
    }
}

/// A path as a URI reference: what has a meaning there is written as its bytes.
fn uri(file: &str) -> String {
    let mut uri = String::new();
    for byte in file.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
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
    fn rule_indices_point_at_their_rules() {
        let mut report = fixture::report();
        report.models.iter_mut().for_each(|model| model.expectations.clear());
        let log: Json = serde_json::from_str(&write(&report)).expect("JSON");
        let run = &log["runs"][0];
        let results = run["results"].as_array().expect("an array");
        assert!(!results.is_empty());
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
    }

    #[test]
    fn files_are_uri_references() {
        assert_eq!(uri("models/my lava#1.toml"), "models/my%20lava%231.toml");
        assert_eq!(uri("C:\\models\\é.toml"), "C%3A/models/%C3%A9.toml");
    }
}
