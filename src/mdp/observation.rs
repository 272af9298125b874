//! What the policy sees: states with the same observation get the same action.

use std::collections::HashMap;

use thiserror::Error;

use crate::mdp::{Mdp, StateId};

/// An observation, by number.
pub type ObservationId = usize;

/// Why a map is not a valid observation of the model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ObservationDefect {
    /// Two states look alike and offer different actions.
    #[error("states `{first}` and `{second}` look alike and offer different actions")]
    DifferentActions {
        /// The state that looks like an earlier one.
        state: StateId,
        /// The earlier state's name.
        first: String,
        /// The state's name.
        second: String,
    },
    /// An absorbing state looks like one that is not.
    #[error("states `{first}` and `{second}` look alike and only one of them is absorbing")]
    AbsorbingMix {
        /// The state that looks like an earlier one.
        state: StateId,
        /// The earlier state's name.
        first: String,
        /// The state's name.
        second: String,
    },
}

/// The observation map `obs : S → O`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    of: Vec<ObservationId>,
    members: Vec<Vec<StateId>>,
    names: Vec<Option<String>>,
}

impl Observation {
    /// Every state is its own observation.
    #[must_use]
    pub fn identity(mdp: &Mdp) -> Self {
        let states = mdp.states();
        Self {
            of: (0..states).collect(),
            members: (0..states).map(|state| vec![state]).collect(),
            names: vec![None; states],
        }
    }

    /// From the observation name of each state; `None` makes the state its own observation.
    /// Observation names live apart from state names.
    ///
    /// # Errors
    /// States that look alike must offer the same actions, absorbing ones only with absorbing ones.
    pub fn new(mdp: &Mdp, seen: &[Option<String>]) -> Result<Self, Vec<ObservationDefect>> {
        let mut result = Self { of: Vec::with_capacity(seen.len()), members: Vec::new(), names: Vec::new() };
        let mut index: HashMap<&str, ObservationId> = HashMap::new();
        for (state, name) in seen.iter().enumerate() {
            let known = name.as_deref().and_then(|name| index.get(name).copied());
            let observation = known.unwrap_or_else(|| {
                result.members.push(Vec::new());
                result.names.push(name.clone());
                result.members.len() - 1
            });
            if let Some(name) = name.as_deref() {
                index.insert(name, observation);
            }
            result.of.push(observation);
            result.members[observation].push(state);
        }
        let defects = result.defects(mdp);
        if defects.is_empty() { Ok(result) } else { Err(defects) }
    }

    fn defects(&self, mdp: &Mdp) -> Vec<ObservationDefect> {
        let actions = |state| {
            let mut ids: Vec<_> = mdp.choices_of(state).map(|choice| mdp.action_id(choice)).collect();
            ids.sort_unstable();
            ids
        };
        let mut defects = Vec::new();
        for members in &self.members {
            let first = members[0];
            let expected = actions(first);
            for &state in &members[1..] {
                let names = || (mdp.state_name(first).to_owned(), mdp.state_name(state).to_owned());
                if mdp.is_absorbing(first) != mdp.is_absorbing(state) {
                    let (first, second) = names();
                    defects.push(ObservationDefect::AbsorbingMix { state, first, second });
                } else if actions(state) != expected {
                    let (first, second) = names();
                    defects.push(ObservationDefect::DifferentActions { state, first, second });
                }
            }
        }
        defects
    }

    /// Number of observations.
    #[must_use]
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// What is seen in a state.
    #[must_use]
    pub fn of(&self, state: StateId) -> ObservationId {
        self.of[state]
    }

    /// The states that look like this.
    #[must_use]
    pub fn members(&self, observation: ObservationId) -> &[StateId] {
        &self.members[observation]
    }

    /// The name in the file; `None` for a state that is its own observation.
    #[must_use]
    pub fn name(&self, observation: ObservationId) -> Option<&str> {
        self.names[observation].as_deref()
    }
}
