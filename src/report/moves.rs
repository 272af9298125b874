//! What a witness's policy does: the states that it visits, and its moves there.

use crate::decomposition::Witness;
use crate::mdp::{ObservationId, RandomizedPolicy, Rational, StateId, StateSet};
use crate::report::CheckedModel;
use crate::report::numbers::shown;

/// What a policy does in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move<'a> {
    /// One action.
    Sure(&'a str),
    /// Several, each with its probability.
    Mixed(Vec<(&'a str, &'a Rational)>),
}

impl Move<'_> {
    /// For people: `left`, or `left 1/3 + right 2/3`.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Sure(action) => (*action).to_owned(),
            Self::Mixed(row) => {
                let entries: Vec<_> = row.iter().map(|(action, mass)| format!("{action} {}", shown(mass))).collect();
                entries.join(" + ")
            }
        }
    }
}

impl CheckedModel {
    /// What a policy does in a state; `None` where it says nothing.
    pub(super) fn move_in<'a>(&'a self, policy: &'a RandomizedPolicy, state: StateId) -> Option<Move<'a>> {
        match policy.row(state) {
            [] => None,
            [(choice, _)] => Some(Move::Sure(self.action_name(*choice))),
            row => Some(Move::Mixed(
                row.iter().map(|(choice, probability)| (self.action_name(*choice), probability)).collect(),
            )),
        }
    }

    /// The states that the witness's policy visits, the first ones first.
    ///
    /// Without a distribution it starts where the path does, without a path in every situation.
    pub(super) fn visited(&self, witness: &Witness) -> Vec<StateId> {
        let Some(policy) = &witness.policy else { return Vec::new() };
        let problem = &self.examined.problem;
        let mut order: Vec<StateId> = match (&witness.distribution, &witness.path) {
            (Some(distribution), _) => distribution.support().collect(),
            (None, Some(path)) => vec![path.steps.first().map_or(path.end, |step| step.state)],
            (None, None) => problem.situations.clone(),
        };
        let mut seen: StateSet = order.iter().copied().collect();
        seen.grow(problem.mdp.states());
        let mut next = 0;
        while let Some(&state) = order.get(next) {
            next += 1;
            for successor in policy.row(state).iter().flat_map(|&(choice, _)| problem.mdp.successors(choice)) {
                if !seen.put(successor) {
                    order.push(successor);
                }
            }
        }
        order
    }

    /// The moves of the witness's policy where it is and has a choice, the first ones first: `l: lava`.
    /// States that look alike are named together. `None` without a policy.
    pub(super) fn moves_text(&self, witness: &Witness) -> Option<Vec<String>> {
        let policy = witness.policy.as_ref()?;
        let mut moves: Vec<(Seen<'_>, Move<'_>)> = Vec::new();
        for state in self.decisions(witness) {
            let Some(action) = self.move_in(policy, state) else { continue };
            let seen = Seen::of(self, state);
            match moves.iter_mut().find(|(known, done)| seen.looks_like(known) && *done == action) {
                Some((known, _)) => known.states.extend(seen.states),
                None => moves.push((seen, action)),
            }
        }
        Some(moves.iter().map(|(seen, action)| format!("{}: {}", seen.text(), action.text())).collect())
    }

    /// The visited states in which there is something to decide.
    fn decisions(&self, witness: &Witness) -> Vec<StateId> {
        let mdp = &self.examined.problem.mdp;
        self.visited(witness).into_iter().filter(|&state| mdp.choices_of(state).len() > 1).collect()
    }
}

/// States that look alike to the policy.
struct Seen<'a> {
    states: Vec<&'a str>,
    observation: Option<ObservationId>,
    name: Option<&'a str>,
}

impl<'a> Seen<'a> {
    fn of(model: &'a CheckedModel, state: StateId) -> Self {
        // With a finite horizon the time is seen too, so what looks alike is a matter of the unrolled problem.
        let observation = model.examined.problem.observations.as_ref().map(|observations| observations.of(state));
        let in_file = model.problem.observations.as_ref();
        let name = in_file.and_then(|observations| observations.name(observations.of(model.state_in_file(state))));
        Self { states: vec![model.timed_state_name(state)], observation, name }
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.observation.is_some() && self.observation == other.observation
    }

    fn text(&self) -> String {
        let states = self.states.join(", ");
        self.name.map_or_else(|| states.clone(), |name| format!("{states} (seen as {name})"))
    }
}
