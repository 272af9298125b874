//! `observations`: what the policy sees.

use crate::format::decode::choices::Choices;
use crate::format::decode::fields::{self, Problems};
use crate::format::decode::states::States;
use crate::format::tree::{Node, Span};
use crate::mdp::{Mdp, Observation, ObservationDefect};

/// The observations of the file: the name for each state that has one, and where it stands.
pub(crate) struct Seen {
    pub(crate) names: Vec<Option<String>>,
    spans: Vec<Option<Span>>,
}

/// Reads `{state: observation}`; states that are not listed are their own observation.
pub(crate) fn decode(node: &Node, states: &States, problems: &mut Problems) -> Option<Seen> {
    let entries = fields::entries(node, "`observations`", "write {\"state\": \"what is seen\", …}", problems)?;
    let count = states.names.len();
    let mut seen = Seen { names: vec![None; count], spans: vec![None; count] };
    let mut whole = true;
    for (key, value) in entries {
        let state = states.resolve_name(&key.name, &key.span, "`observations`", problems);
        let name = fields::text(value, "an observation", problems);
        if let (Some(state), Some(name)) = (state, name) {
            seen.names[state] = Some(name.to_owned());
            seen.spans[state] = Some(value.span.clone());
        } else {
            whole = false;
        }
    }
    whole.then_some(seen)
}

impl Seen {
    /// Checks the observations against the model.
    pub(crate) fn build(
        &self,
        mdp: &Mdp,
        states: &States,
        choices: &Choices,
        problems: &mut Problems,
    ) -> Option<Observation> {
        let defects = match Observation::new(mdp, &self.names) {
            Ok(observation) => return Some(observation),
            Err(defects) => defects,
        };
        for defect in defects {
            let (ObservationDefect::DifferentActions { state, .. } | ObservationDefect::AbsorbingMix { state, .. }) =
                defect;
            if choices.is_broken(state) {
                continue;
            }
            let hint = match &defect {
                ObservationDefect::DifferentActions { first, second, .. } => {
                    let of = |name: &str| mdp.state_named(name).map(|state| actions(mdp, state)).unwrap_or_default();
                    format!(
                        "`{first}` offers {}, `{second}` offers {}: give both the same actions, or another observation",
                        of(first),
                        of(second)
                    )
                }
                ObservationDefect::AbsorbingMix { .. } => {
                    "absorbing states look only like absorbing states: give it another observation".to_owned()
                }
            };
            let span = self.spans[state].as_ref().unwrap_or(&states.spans[state]);
            problems.error(span, defect.to_string(), hint);
        }
        None
    }
}

fn actions(mdp: &Mdp, state: usize) -> String {
    let names: Vec<&str> = mdp.choices_of(state).map(|choice| mdp.action_name(choice)).collect();
    crate::format::suggest::listed(&names, 10)
}
