//! A finding for scripts: every number as an exact string.

use serde_json::{Map, Value as Json, json};

use crate::format::write_problem;
use crate::mdp::{Distribution, Rational, StateId};
use crate::problem::{DeploymentSet, Relation};
use crate::report::json::{distribution, witness};
use crate::report::{CheckedModel, JSON_SCHEMA_VERSION, SoughtReport};
use crate::seek::{Content, Fact};

/// One document.
pub(super) fn write(report: &SoughtReport) -> String {
    let (model, finding) = (&report.model, &report.finding);
    let mut document = Map::new();
    let mut put = |key: &str, value: Json| {
        document.insert(key.to_owned(), value);
    };
    put("schema_version", json!(JSON_SCHEMA_VERSION));
    put("file", json!(model.file));
    put("name", json!(model.name()));
    put("kind", json!(report.kind));
    put("outcome", json!(finding.outcome.word()));
    put("answer", json!(finding.sentence()));
    let optimal = |certified| finding.optimal.filter(|found| found.certified == certified).map(|found| found.sense);
    put("proved", json!(optimal(true)));
    put("uncertified", json!(optimal(false)));
    let entries = finding.entries.iter().map(|entry| (entry.name.to_owned(), content(model, &entry.content)));
    put("entries", Json::Object(entries.collect()));
    put("witness", json!(finding.witness.as_ref().map(|found| witness(model, found))));
    put("facts", finding.facts.iter().map(|found| fact(model, found)).collect());
    if let Some(elapsed) = report.elapsed {
        put("timings", json!({ "search_s": elapsed.as_secs_f64() }));
    }
    format!("{:#}\n", Json::Object(document))
}

fn exact(number: &Rational) -> Json {
    json!(number.to_string())
}

fn names(model: &CheckedModel, states: &[StateId]) -> Json {
    states.iter().map(|&state| model.state_name(state)).collect()
}

fn content(model: &CheckedModel, content: &Content) -> Json {
    match content {
        Content::Number(number) => exact(number),
        Content::Count(count) => json!(count),
        Content::Situations(states) => names(model, states),
        Content::Masses(masses) => distribution(model, masses),
        Content::Weights(weights) => {
            Json::Object(weights.iter().map(|(name, weight)| (name.clone(), exact(weight))).collect())
        }
        Content::Curve(points) => {
            Json::Object(points.iter().map(|(size, number)| (size.to_string(), exact(number))).collect())
        }
        Content::Powers(terms) => terms
            .iter()
            .map(|(base, coefficient)| json!({ "base": exact(base), "coefficient": exact(coefficient) }))
            .collect(),
        // As a model file, which is JSON.
        Content::Model(found) => serde_json::from_str(&write_problem(found)).unwrap_or_default(),
        Content::Text(text) => json!(text),
    }
}

/// What can be asked again: the question about the model with this training, deployment and slack.
fn fact(model: &CheckedModel, fact: &Fact) -> Json {
    json!({
        "role": fact.role,
        "status": fact.verdict.status().to_string(),
        "reason": fact.verdict.reason(),
        "train": distribution(model, &fact.train),
        "deploy": deployment(model, &fact.deploy),
        "epsilon": exact(&fact.epsilon),
    })
}

/// As in a model file.
fn deployment(model: &CheckedModel, set: &DeploymentSet) -> Json {
    let center = |center: &Distribution| distribution(model, center);
    match set {
        DeploymentSet::Point(point) => json!({ "point": center(point) }),
        DeploymentSet::Over(over) => json!({ "over": names(model, over) }),
        DeploymentSet::TotalVariation { center: around, radius, over } => {
            json!({ "total-variation": { "center": center(around), "radius": exact(radius), "over": names(model, over) } })
        }
        DeploymentSet::LikelihoodRatio { center: around, bound, over } => {
            json!({ "likelihood-ratio": { "center": center(around), "bound": exact(bound), "over": names(model, over) } })
        }
        DeploymentSet::Polytope { over, constraints } => {
            let rows: Vec<Json> = constraints
                .iter()
                .map(|row| {
                    let relation = match row.relation {
                        Relation::AtMost => "<=",
                        Relation::AtLeast => ">=",
                        Relation::Equal => "=",
                    };
                    let weights: Map<String, Json> = row
                        .coefficients
                        .iter()
                        .map(|(state, weight)| (model.state_name(*state).to_owned(), exact(weight)))
                        .collect();
                    json!({ "coefficients": weights, "relation": relation, "bound": exact(&row.bound) })
                })
                .collect();
            json!({ "polytope": { "over": names(model, over), "constraints": rows } })
        }
    }
}
