//! `learner`: the slack of training, or a given policy.

use std::collections::HashMap;

use crate::format::decode::choices::{Choices, action_hint, actions_of};
use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::numbers;
use crate::format::decode::observations::Seen;
use crate::format::decode::states::States;
use crate::format::suggest;
use crate::format::tree::{Node, Span, Value};
use crate::mdp::{BuiltMdp, RandomizedPolicy, Rational, StateId};

/// The learner of the file; the rows of a given policy refer to choices by the builder's calls.
pub(crate) struct ReadLearner {
    pub(crate) epsilon: Rational,
    given: Option<Vec<Row>>,
}

type Row = Vec<(usize, Rational)>;

/// What a given policy is read against.
#[derive(Clone, Copy)]
pub(crate) struct Model<'a> {
    pub(crate) states: &'a States,
    pub(crate) choices: &'a Choices,
    pub(crate) seen: Option<&'a Seen>,
}

/// Reads `learner`.
pub(crate) fn decode(node: &Node, model: Model<'_>, problems: &mut Problems) -> Option<ReadLearner> {
    let fields = Fields::of(node, "`learner`", &["epsilon", "given"], problems)?;
    let epsilon = match fields.get("epsilon") {
        Some(node) => {
            let hint = "`epsilon` is how far from optimal a trained policy may be";
            numbers::nonnegative(node, "`epsilon`", hint, problems)
        }
        None => Some(Rational::ZERO),
    };
    let given = match fields.get("given") {
        Some(node) => given(node, model, problems).map(Some),
        None => Some(None),
    };
    Some(ReadLearner { epsilon: epsilon?, given: given? })
}

fn given(node: &Node, model: Model<'_>, problems: &mut Problems) -> Option<Vec<Row>> {
    let states = model.states;
    let entries = fields::entries(node, "`given`", "write {\"state\": \"action\", …}", problems)?;
    let actions = actions_of(model.choices, states);
    let mut rows: Vec<Option<(Row, &Span)>> = vec![None; states.names.len()];
    let mut mentioned = vec![false; states.names.len()];
    let mut whole = true;
    for (key, value) in entries {
        let Some(state) = states.resolve_name(&key.name, &key.span, "`given`", problems) else {
            whole = false;
            if let Some(likely) = states.likely(&key.name) {
                mentioned[likely] = true;
            }
            continue;
        };
        mentioned[state] = true;
        if states.absorbing[state] {
            let message = format!("`given` has an action for `{}`, which is absorbing", key.name);
            problems.error(&key.span, message, "absorbing states have no actions: remove the entry");
            whole = false;
        } else if model.choices.is_broken(state) {
            whole = false;
        } else if let Some(row) = row(value, &key.name, &actions[state], problems) {
            rows[state] = Some((row, &value.span));
        } else {
            whole = false;
        }
    }
    let missing: Vec<&str> = (0..states.names.len())
        .filter(|&state| !mentioned[state] && !states.absorbing[state] && !states.perhaps_absorbing[state])
        .map(|state| states.names[state].as_str())
        .collect();
    if !missing.is_empty() {
        let message = format!("`given` leaves out {}", suggest::listed(&missing, 5));
        let span = node.span.start..(node.span.start + 1).min(node.span.end);
        problems.error(&span, message, "give every state that is not absorbing an action");
        whole = false;
    }
    whole &= agrees(&rows, model, problems);
    whole.then(|| rows.into_iter().map(|row| row.map(|(row, _)| row).unwrap_or_default()).collect())
}

/// An action, or a distribution over actions.
fn row(node: &Node, state: &str, offered: &[(usize, &str)], problems: &mut Problems) -> Option<Row> {
    let mut find = |name: &str, span: &Span| {
        let call = offered.iter().find(|(_, action)| *action == name).map(|(call, _)| *call);
        if call.is_none() {
            let message = format!("state `{state}` has no action `{name}`");
            problems.error(span, message, action_hint(name, offered, state));
        }
        call
    };
    match &node.value {
        Value::Text(name) => Some(vec![(find(name, &node.span)?, Rational::ONE)]),
        Value::Table(entries) => {
            let calls: Vec<_> = entries.iter().map(|(key, _)| find(&key.name, &key.span)).collect();
            let mut row = Vec::with_capacity(entries.len());
            for (call, (key, value)) in calls.into_iter().zip(entries) {
                let what = format!("the probability of `{}`", key.name);
                let probability = numbers::probability(value, &what, "probabilities are between 0 and 1", problems);
                if let (Some(call), Some(probability)) = (call, probability) {
                    row.push((call, probability));
                }
            }
            if row.len() < entries.len() {
                return None;
            }
            let sum = row.iter().fold(Rational::ZERO, |sum, (_, probability)| sum + probability);
            if sum != Rational::ONE {
                let message = format!("the given policy's probabilities in state `{state}` sum to {sum}, not 1");
                problems.labelled(&node.span, message, format!("sums to {sum}"), "write the exact fractions");
                return None;
            }
            row.retain(|(_, probability)| !probability.is_zero());
            row.sort_by_key(|&(call, _)| call);
            Some(row)
        }
        _ => {
            let what = format!("an action or a distribution over actions for `{state}`");
            problems.expected(node, &what, "write \"action\" or {\"action\": \"1/2\", …}");
            None
        }
    }
}

/// States that look alike must do the same.
fn agrees(rows: &[Option<(Row, &Span)>], model: Model<'_>, problems: &mut Problems) -> bool {
    let Some(seen) = model.seen else { return true };
    let mut agree = true;
    let mut first: HashMap<&str, StateId> = HashMap::new();
    let named = |row: &Row| -> std::collections::BTreeMap<String, Rational> {
        row.iter().map(|(call, p)| (model.choices.list[*call].action.clone(), p.clone())).collect()
    };
    for (state, name) in seen.names.iter().enumerate() {
        let (Some(name), Some((row, span))) = (name, &rows[state]) else { continue };
        let earlier = *first.entry(name).or_insert(state);
        let Some((other, _)) = &rows[earlier] else { continue };
        if named(row) != named(other) {
            let names = &model.states.names;
            let message = format!(
                "the given policy acts differently in `{}` and `{}`, which look alike",
                names[earlier], names[state]
            );
            problems.error(span, message, format!("both are seen as `{name}`: give them the same row"));
            agree = false;
        }
    }
    agree
}

impl ReadLearner {
    /// The given policy on the built model.
    pub(crate) fn policy(&self, built: &BuiltMdp) -> Option<RandomizedPolicy> {
        let rows = self.given.as_ref()?;
        let row = |row: &Row| {
            let mut ids: Vec<_> = row.iter().map(|(call, p)| (built.choice_ids[*call], p.clone())).collect();
            ids.sort_by_key(|&(id, _)| id);
            ids
        };
        Some(RandomizedPolicy::new(rows.iter().map(row).collect()))
    }
}
