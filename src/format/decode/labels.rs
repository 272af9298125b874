//! `labels` and `catastrophe`.

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::numbers;
use crate::format::decode::states::States;
use crate::format::suggest;
use crate::format::tree::{Node, Span};
use crate::mdp::{Rational, StateSet};
use crate::problem::Catastrophe;

/// The labels of the file in its order.
#[derive(Default)]
pub(crate) struct Labels {
    pub(crate) sets: Vec<(String, StateSet)>,
    pub(crate) spans: Vec<Span>,
    /// Names of labels that could not be read.
    broken: Vec<String>,
}

impl Labels {
    /// Reads `{label: [states]}`.
    pub(crate) fn decode(node: &Node, states: &States, problems: &mut Problems) -> Option<Self> {
        let entries = fields::entries(node, "`labels`", "write {\"label\": [\"state\", …]}", problems)?;
        let mut labels = Self::default();
        for (key, value) in entries {
            if key.name.is_empty() {
                problems.error(&key.span, "a label has an empty name", "give it at least one character");
            }
            let Some(members) = states.list(value, &format!("the label `{}`", key.name), problems) else {
                labels.broken.push(key.name.clone());
                continue;
            };
            let mut set = StateSet::with_capacity(states.names.len());
            set.extend(members);
            labels.sets.push((key.name.clone(), set));
            labels.spans.push(key.span.clone());
        }
        Some(labels)
    }

    /// Whether every label could be read.
    pub(crate) fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }
}

/// Reads `catastrophe`; its label must be one of the file's.
pub(crate) fn catastrophe(node: &Node, labels: Option<&Labels>, problems: &mut Problems) -> Option<Catastrophe> {
    let fields = Fields::of(node, "`catastrophe`", &["label", "tolerance"], problems)?;
    let tolerance = match fields.get("tolerance") {
        Some(node) => {
            let hint = "0 means that the catastrophe must never be reached";
            numbers::probability(node, "the tolerated probability", hint, problems)
        }
        None => Some(Rational::ZERO),
    };
    let node = fields.require("label", problems, "name the label of the catastrophic states")?;
    let label = fields::text(node, "the label of the catastrophe", problems)?;
    let labels = labels?;
    let states = labels.sets.iter().find(|(name, _)| name == label).map(|(_, states)| states.clone());
    if states.is_none() && !labels.broken.iter().any(|name| name == label) {
        let names: Vec<&str> =
            labels.sets.iter().map(|(name, _)| name).chain(&labels.broken).map(String::as_str).collect();
        let hint = suggest::hint(label, names.iter().copied(), "labels");
        problems.error(&node.span, format!("`catastrophe` names the unknown label `{label}`"), hint);
    }
    Some(Catastrophe { label: label.to_owned(), states: states?, tolerance: tolerance? })
}
