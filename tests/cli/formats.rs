//! Reports for programs.

use serde_json::Value;

use crate::{folder, run, run_in, unexpecting};

/// Every number in a report that is not a count: none, since rationals are strings.
fn assert_exact(value: &Value, place: &str) {
    match value {
        Value::Number(number) => assert!(number.is_u64(), "{place}: {number}"),
        Value::Array(items) => items.iter().for_each(|item| assert_exact(item, place)),
        Value::Object(entries) => {
            for (key, item) in entries {
                assert!(!key.ends_with("_s") && !key.contains("time"), "{place}.{key}: timing outside `timings`");
                assert_exact(item, &format!("{place}.{key}"));
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[test]
fn json_has_the_shape_of_the_contract() {
    let report = run(&["check", "models/lava.toml", "models/ce1-lava.json", "--format", "json"]);
    assert_eq!((report.code, report.err.as_str()), (Some(0), ""));
    let mut document: Value = serde_json::from_str(&report.out).expect("JSON");
    assert_eq!(document["schema_version"], 1);
    let timings = document.as_object_mut().expect("an object").remove("timings").expect("timings");
    assert!(timings.as_object().expect("an object").values().all(Value::is_f64));
    assert_exact(&document, "report");
    let models = document["models"].as_array().expect("models");
    assert_eq!(models[0]["file"], "models/lava.toml");
    assert_eq!((models[0]["name"].as_str(), models[0]["states"].as_u64()), (Some("lava gridworld"), Some(226)));
    let mut witnesses = 0;
    for verdict in models.iter().flat_map(|model| model["verdicts"].as_array().expect("verdicts")) {
        let verdict = verdict.as_object().expect("a verdict");
        for key in ["decomposition", "part", "reading", "status", "reason", "certificate", "witness"] {
            assert!(verdict.contains_key(key), "no {key}");
        }
        if let Some(witness) = verdict["witness"].as_object() {
            witnesses += 1;
            for key in ["distribution", "policy", "value", "reach"] {
                assert!(witness.contains_key(key), "no {key}");
            }
        }
    }
    assert!(witnesses > 0);
    let again = run(&["check", "models/lava.toml", "models/ce1-lava.json", "--format", "json"]);
    assert_eq!(crate::verdicts(&report.out), crate::verdicts(&again.out), "two runs say the same");
}

#[test]
fn junit_sarif_and_markdown() {
    let folder = folder(&[("tie.toml", &unexpecting("ce3-tie.toml")), ("bad.toml", "format =")]);
    let as_format = |format| {
        let run = run_in(folder.path(), &["check", "tie.toml", "bad.toml", "--format", format]);
        assert_eq!(run.code, Some(2));
        assert!(run.err.starts_with("bad.toml:1:"), "{}", run.err);
        run.out
    };
    let junit = as_format("junit");
    let document = roxmltree::Document::parse(&junit).expect("XML");
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
    assert!(count("testcase") > 50 && count("failure") > 10 && count("error") == 1, "{junit}");
    let sarif: Value = serde_json::from_str(&as_format("sarif")).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    assert!(!sarif["runs"][0]["results"].as_array().expect("results").is_empty());
    let markdown = as_format("markdown");
    assert!(markdown.contains("bad.toml") && markdown.contains("| quibble |"), "{markdown}");
}

#[test]
fn colour_is_asked_for() {
    let with = |when| run(&["check", "models/ce3-tie.toml", "--color", when]).out;
    assert!(with("always").contains('\u{1b}'));
    assert!(!with("never").contains('\u{1b}'));
    assert_eq!(with("auto"), with("never"), "no terminal, no colour");
}
