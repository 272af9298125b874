//! Answers for scripts: every number as an exact string.

use serde_json::{Map, Value as Json, json};

use crate::report::solved::word;
use crate::report::{JSON_SCHEMA_VERSION, Shown, SolveReport, SolvedQuery};

/// One document for one query; for several a document with a list of such under `results`.
pub(super) fn write(report: &SolveReport) -> String {
    let document = match report.queries.as_slice() {
        [query] => one(report, query),
        queries => {
            let results: Vec<Json> = queries.iter().map(|query| one(report, query)).collect();
            json!({ "schema_version": JSON_SCHEMA_VERSION, "results": results })
        }
    };
    format!("{document:#}\n")
}

fn one(report: &SolveReport, solved: &SolvedQuery) -> Json {
    let mut document = Map::new();
    let mut put = |key: &str, value: Json| {
        document.insert(key.to_owned(), value);
    };
    put("schema_version", json!(JSON_SCHEMA_VERSION));
    put("file", json!(report.file));
    put("query", json!(solved.query.to_string()));
    let answer = solved.outcome.as_ref().ok();
    let shown = answer.and_then(|answer| answer.value.as_ref());
    put("value", shown.map_or(Json::Null, value));
    if let Some(Shown::Between((low, high))) = shown {
        put("lower", json!(low.to_string()));
        put("upper", json!(high.to_string()));
    }
    if solved.outcome.is_err() {
        put("status", json!("unknown"));
    } else if let Some(verdict) = answer.and_then(|answer| answer.verdict) {
        put("status", json!(word(verdict)));
    }
    let proved = solved.proved.as_ref();
    let uncertified = proved.and_then(|proved| proved.uncertified.as_ref());
    put("reason", json!(solved.outcome.as_ref().err().map(ToString::to_string).or_else(|| uncertified.cloned())));
    if let Some(answer) = answer.filter(|answer| !answer.values.is_empty()) {
        let values = answer.values.iter().map(|(state, shown)| (state.clone(), value_or_bounds(shown)));
        put("values", Json::Object(values.collect()));
    }
    put("states", json!(report.states));
    put("choices", json!(report.choices));
    put("transitions", json!(report.transitions));
    put("engine", json!(report.engine));
    let check = proved.and_then(|proved| proved.check);
    put("certified", json!(check.is_some() && uncertified.is_none()));
    put("certificate", json!(proved.and_then(|proved| proved.certificate.as_ref())));
    put(
        "timings",
        json!({
            "read_s": report.read.as_secs_f64(),
            "solve_s": solved.solve.as_secs_f64(),
            "certify_s": proved.map(|proved| proved.certify.as_secs_f64()),
            "check_s": check.map(|check| check.as_secs_f64()),
        }),
    );
    Json::Object(document)
}

/// The exact value, null where there are bounds only.
fn value(shown: &Shown) -> Json {
    match shown {
        Shown::Exact(value) => json!(value.to_string()),
        Shown::Between(_) => Json::Null,
    }
}

fn value_or_bounds(shown: &Shown) -> Json {
    match shown {
        Shown::Exact(_) => value(shown),
        Shown::Between((low, high)) => json!({ "lower": low.to_string(), "upper": high.to_string() }),
    }
}
