//! Distributions over situations.

use crate::format::decode::fields::{self, Problems};
use crate::format::decode::numbers;
use crate::format::decode::states::States;
use crate::format::suggest;
use crate::format::tree::{Node, Span};
use crate::mdp::{Distribution, DistributionDefect, Rational, StateId};

/// Where mass may be. `None` if the situations could not be read: then nothing is said about them.
pub(crate) type Situations<'a> = Option<&'a [StateId]>;

/// Reads `{state: mass}`. Masses of 0 are allowed anywhere and are not support.
pub(crate) fn distribution(
    node: &Node,
    what: &str,
    states: &States,
    situations: Situations<'_>,
    problems: &mut Problems,
) -> Option<Distribution> {
    let entries = fields::entries(node, what, "write {\"state\": \"1/2\", …}", problems)?;
    let mut masses = Vec::with_capacity(entries.len());
    let mut spans: Vec<&Span> = Vec::with_capacity(entries.len());
    let mut whole = true;
    for (key, value) in entries {
        let state = states.resolve_name(&key.name, &key.span, what, problems);
        let mass = numbers::rational(value, &format!("the mass of `{}`", key.name), problems);
        let (Some(state), Some(mass)) = (state, mass) else {
            whole = false;
            continue;
        };
        if !mass.is_zero()
            && !is_situation(state, &key.span, &format!("{what} has mass on"), states, situations, problems)
        {
            whole = false;
        }
        masses.push((state, mass));
        spans.push(&value.span);
    }
    if masses.len() < entries.len() {
        return None;
    }
    match Distribution::new(masses) {
        Ok(distribution) => whole.then_some(distribution),
        Err(defects) => {
            for defect in defects {
                match defect {
                    DistributionDefect::Negative { entry, .. } => {
                        problems.error(spans[entry], format!("{what}: {defect}"), "masses are between 0 and 1");
                    }
                    DistributionDefect::Duplicate { entry } => {
                        problems.error(spans[entry], format!("{what}: {defect}"), "remove one of the two");
                    }
                    DistributionDefect::Sum { ref sum } => {
                        let missing = Rational::ONE - sum;
                        let hint = if missing > Rational::ZERO {
                            format!("{missing} is missing: write the exact fractions")
                        } else {
                            format!("that is {} too much: write the exact fractions", -missing)
                        };
                        problems.labelled(&node.span, format!("{what}: {defect}"), format!("sums to {sum}"), hint);
                    }
                }
            }
            None
        }
    }
}

/// Reports a state that is not a situation; `what` says what is done with it.
pub(crate) fn is_situation(
    state: StateId,
    span: &Span,
    what: &str,
    states: &States,
    situations: Situations<'_>,
    problems: &mut Problems,
) -> bool {
    let Some(situations) = situations else { return true };
    if situations.contains(&state) {
        return true;
    }
    let name = &states.names[state];
    let known = situations.iter().map(|&situation| states.names[situation].as_str());
    let hint = match suggest::closest(name, known) {
        Some(likely) => format!("did you mean `{likely}`? Otherwise add `{name}` to `situations`"),
        None => format!("add `{name}` to `situations`, or take it out here"),
    };
    problems.error(span, format!("{what} `{name}`, which is not a situation"), hint);
    false
}

/// Reads a list of situations without repetition.
pub(crate) fn situation_list(
    node: &Node,
    what: &str,
    states: &States,
    situations: Situations<'_>,
    problems: &mut Problems,
) -> Option<Vec<StateId>> {
    let listed = states.list(node, what, problems)?;
    let items = fields::items(node, what, "list situations", problems)?;
    let mut whole = true;
    for (&state, item) in listed.iter().zip(items) {
        whole &= is_situation(state, &item.span, &format!("{what} lists"), states, situations, problems);
    }
    if listed.is_empty() {
        problems.error(&node.span, format!("{what} is empty"), "list at least one situation");
        return None;
    }
    whole.then_some(listed)
}
