//! For scripts: everything, with every number as an exact string.

use serde_json::{Map, Value as Json, json};

use crate::decomposition::{Answer, Path, Witness};
use crate::mdp::{Distribution, RandomizedPolicy, Rational};
use crate::report::moves::Move;
use crate::report::naming::class_name;
use crate::report::{CheckReport, CheckedModel, JSON_SCHEMA_VERSION, Tally, UnreadableFile};

/// Writes the report as one JSON document.
pub(super) fn write(report: &CheckReport) -> String {
    let models = report.models.iter().map(model).chain(report.unreadable.iter().map(unreadable));
    let tally = Tally::of_report(report);
    let mut document = Map::new();
    document.insert("schema_version".to_owned(), json!(JSON_SCHEMA_VERSION));
    document.insert("models".to_owned(), models.collect());
    document.insert(
        "summary".to_owned(),
        json!({
            "holds": tally.holds,
            "fails": tally.fails,
            "unknown": tally.unknown,
            "not_applicable": tally.not_applicable,
            "certified": tally.certified(),
            "uncertified": tally.uncertified,
            "expected": tally.expected,
            "unmet": tally.unmet,
            "unreadable": report.unreadable.len(),
        }),
    );
    if let Some(timings) = &report.timings {
        let timings = json!({
            "read_s": timings.read.as_secs_f64(),
            "decide_s": timings.decide.as_secs_f64(),
            "exact_s": timings.exact.as_secs_f64(),
        });
        document.insert("timings".to_owned(), timings);
    }
    format!("{:#}\n", Json::Object(document))
}

fn model(model: &CheckedModel) -> Json {
    let expectations: Vec<Json> = model
        .expectations
        .iter()
        .map(|comparison| {
            json!({
                "key": comparison.key,
                "expected": comparison.expected.to_string(),
                "found": comparison.found.map(|found| found.to_string()),
                "line": comparison.line,
            })
        })
        .collect();
    let files = model.evidence.as_ref().map(|evidence| evidence.certificates.as_slice()).unwrap_or_default();
    let answers = model.examined.answers.iter().enumerate();
    let verdicts = answers.map(|(index, answer)| verdict(model, answer, files.get(index)));
    json!({
        "file": model.file,
        "name": model.name(),
        "states": model.problem.mdp.states(),
        "policies": class_name(model.examined.class),
        "verdicts": verdicts.collect::<Vec<_>>(),
        "expectations": expectations,
    })
}

/// The same shape as a model, so that a reader need not ask first.
fn unreadable(file: &UnreadableFile) -> Json {
    json!({ "file": file.file, "name": null, "states": null, "verdicts": [], "error": file.messages })
}

fn verdict(model: &CheckedModel, answer: &Answer, file: Option<&Option<String>>) -> Json {
    let mut document = outcome(answer, file);
    let expected = model.expectation_for(answer).map(|comparison| comparison.expected.to_string());
    document.insert("witness".to_owned(), answer.witness.as_ref().map(|found| witness(model, found)).into());
    document.insert("expect".to_owned(), expected.into());
    Json::Object(document)
}

/// What was asked, how it came out, and the file of the certificate.
pub(super) fn outcome(answer: &Answer, file: Option<&Option<String>>) -> Map<String, Json> {
    let entries = [
        ("decomposition", Json::from(answer.decomposition.clone())),
        ("part", answer.half.to_string().into()),
        ("reading", answer.reading.to_string().into()),
        ("status", answer.status().to_string().into()),
        ("reason", answer.reason().into()),
        ("certificate", file.cloned().flatten().into()),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Bounds are there only where a number is known but not exactly; its own key is then null.
pub(super) fn witness(model: &CheckedModel, witness: &Witness) -> Json {
    let mut document = json!({
        "distribution": witness.distribution.as_ref().map(|found| distribution(model, found)),
        "policy": witness.policy.as_ref().map(|found| policy(model, found)),
        "reward": witness.reward.word(),
        "value": witness.value.as_ref().map(ToString::to_string),
        "best": witness.best.as_ref().map(ToString::to_string),
        "reach": witness.reach.as_ref().map(exact),
        "path": witness.path.as_ref().map(|found| path(model, found)),
    });
    let bounds = [&witness.value_bounds, &witness.best_bounds, &witness.reach_bounds];
    for (key, bounds) in ["value_bounds", "best_bounds", "reach_bounds"].into_iter().zip(bounds) {
        if let Some(bounds) = bounds {
            document[key] = json!({ "low": exact(&bounds.low), "high": exact(&bounds.high) });
        }
    }
    document
}

fn exact(number: &Rational) -> Json {
    json!(number.to_string())
}

/// Situations are those of the file, also with a finite horizon: an episode starts at time 0.
pub(super) fn distribution(model: &CheckedModel, distribution: &Distribution) -> Json {
    let entries = distribution.iter().map(|(state, mass)| (model.state_name(state).to_owned(), exact(mass)));
    Json::Object(entries.collect())
}

/// With a finite horizon what a policy does depends on the time: states are `s@t`.
fn policy(model: &CheckedModel, policy: &RandomizedPolicy) -> Json {
    let mut object = Map::new();
    for state in 0..model.examined.problem.mdp.states() {
        let action = match model.move_in(policy, state) {
            None => continue,
            Some(Move::Sure(action)) => json!(action),
            Some(Move::Mixed(row)) => {
                Json::Object(row.into_iter().map(|(action, mass)| (action.to_owned(), exact(mass))).collect())
            }
        };
        object.insert(model.timed_state_name(state).to_owned(), action);
    }
    Json::Object(object)
}

/// States are those of the file: the position says the time.
fn path(model: &CheckedModel, path: &Path) -> Json {
    let states = path.steps.iter().map(|step| step.state).chain([path.end]);
    json!({
        "states": states.map(|state| model.state_name(state)).collect::<Vec<_>>(),
        "actions": path.steps.iter().map(|step| model.action_name(step.choice)).collect::<Vec<_>>(),
        "probability": exact(&path.probability),
        "catastrophic": path.catastrophic,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::report::{Timings, fixture};

    #[test]
    fn one_step_lava() {
        insta::assert_snapshot!(write(&fixture::only(fixture::lava())));
    }

    #[test]
    fn a_finite_horizon() {
        insta::assert_snapshot!(write(&fixture::only(fixture::horizon())));
    }

    #[test]
    fn every_verdict_has_the_keys_of_the_contract() {
        let mut report = fixture::report();
        report.timings = Some(Timings {
            read: Duration::from_millis(250),
            decide: Duration::from_secs(1),
            exact: Duration::from_millis(500),
        });
        let document: Json = serde_json::from_str(&write(&report)).expect("JSON");
        assert_eq!(document["schema_version"], 1);
        assert_eq!(document["timings"], json!({ "read_s": 0.25, "decide_s": 1.0, "exact_s": 0.5 }));
        let models = document["models"].as_array().expect("an array");
        assert_eq!(models.len(), report.models.len() + report.unreadable.len());
        let text = |value: &Json| value.is_string() || value.is_null();
        for model in models {
            assert!(model["file"].is_string());
            let readable = model.get("error").is_none();
            assert_eq!((model["name"].is_string(), model["states"].is_u64()), (readable, readable));
            for verdict in model["verdicts"].as_array().expect("an array") {
                assert!(["outer", "inner", "goal"].contains(&verdict["part"].as_str().expect("a string")));
                assert!(["forall", "exists", "given"].contains(&verdict["reading"].as_str().expect("a string")));
                let status = verdict["status"].as_str().expect("a string");
                assert!(["holds", "fails", "unknown", "not-applicable"].contains(&status));
                assert!(verdict["decomposition"].is_string() && text(&verdict["reason"]));
                assert!(verdict["certificate"].is_null());
                let Some(witness) = verdict["witness"].as_object() else { continue };
                assert!(text(&witness["value"]) && text(&witness["reach"]));
                let masses = witness["distribution"].as_object().expect("an object");
                assert!(masses.values().all(Json::is_string));
                assert!(witness["policy"].is_object());
            }
        }
    }

    #[test]
    fn mixed_moves_are_objects() {
        let model = fixture::horizon();
        let row = |state| model.examined.problem.mdp.choices_of(state);
        let half = Rational::ONE / Rational::from(2);
        let rows = (0..model.examined.problem.mdp.states())
            .map(|state| row(state).map(|choice| (choice, half.clone())).collect())
            .collect();
        let written = policy(&model, &RandomizedPolicy::new(rows));
        assert_eq!(written["x@0"], json!({ "safe": "1/2", "risk": "1/2" }));
    }
}
