//! `expect` and `decompositions`: what the file claims and what it defines.

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::suggest;
use crate::format::tree::Node;
use crate::format::{DefinitionText, Expectation};

const STATUSES: [&str; 4] = ["holds", "fails", "unknown", "not-applicable"];
const PARTS: [&str; 3] = ["outer", "inner", "goal"];

/// Reads `expect`. Whether a verdict answers a key is not known here.
pub(crate) fn expectations(node: &Node, problems: &mut Problems) -> Vec<Expectation> {
    let hint = "write {\"ID.part\": \"holds\", …}";
    let entries = fields::entries(node, "`expect`", hint, problems).unwrap_or_default();
    let mut expectations = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let Some(status) = fields::text(value, "an expected status", problems) else { continue };
        if !STATUSES.contains(&status) {
            let hint = suggest::hint(status, STATUSES, "statuses");
            problems.error(&value.span, format!("unknown status `{status}`"), hint);
            continue;
        }
        expectations.push(Expectation { key: key.name.clone(), status: status.to_owned(), span: key.span.clone() });
    }
    expectations
}

/// Reads `decompositions`. Their formulas are parsed by the layer that knows the language.
pub(crate) fn definitions(node: &Node, problems: &mut Problems) -> Vec<DefinitionText> {
    let hint = "write {\"my-id\": {\"outer\": \"…\", \"inner\": \"…\", \"goal\": \"…\"}}";
    let entries = fields::entries(node, "`decompositions`", hint, problems).unwrap_or_default();
    let mut definitions = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let what = format!("the decomposition `{}`", key.name);
        if key.name.is_empty() {
            problems.error(&key.span, "a decomposition has an empty name", "give it at least one character");
        }
        let known = ["outer", "inner", "goal", "source", "description"];
        let Some(fields) = Fields::of(value, &what, &known, problems) else { continue };
        let mut parts = Vec::new();
        for part in PARTS {
            let Some(node) = fields.get(part) else { continue };
            if let Some(formula) = fields::text(node, &format!("`{part}` of {what}"), problems) {
                parts.push((part.to_owned(), formula.to_owned(), node.span.clone()));
            }
        }
        if !PARTS.iter().any(|part| fields.get(part).is_some()) {
            let hint = "give at least one of `outer`, `inner` and `goal`";
            problems.error(&key.span, format!("{what} has no part"), hint);
        }
        let mut note = |name: &str| {
            let node = fields.get(name)?;
            fields::text(node, &format!("`{name}` of {what}"), problems).map(ToOwned::to_owned)
        };
        let (source, description) = (note("source"), note("description"));
        definitions.push(DefinitionText { id: key.name.clone(), source, description, parts, span: key.span.clone() });
    }
    definitions
}
