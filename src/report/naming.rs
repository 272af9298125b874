//! The user's names for what a witness speaks of: states, actions, distributions, policies, paths.

use crate::decomposition::{Path, Reading, Status, Witness};
use crate::mdp::{ChoiceId, Distribution, RandomizedPolicy, Rational, StateId, StateSet};
use crate::problem::{Criterion, PolicyClass};
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
    /// The name of the model.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.problem.name
    }

    /// The state of the file that a state of a witness stands for.
    pub(super) fn state_in_file(&self, state: StateId) -> StateId {
        self.examined.origin.as_ref().map_or(state, |origin| origin[state].0)
    }

    /// The name of a state of a witness in the file; with a finite horizon the time is left out.
    pub(super) fn state_name(&self, state: StateId) -> &str {
        self.problem.mdp.state_name(self.state_in_file(state))
    }

    /// The name of a state of a witness, with a finite horizon as `s@t`.
    pub(super) fn timed_state_name(&self, state: StateId) -> &str {
        self.examined.problem.mdp.state_name(state)
    }

    /// The name of the action of a choice of a witness.
    pub(super) fn action_name(&self, choice: ChoiceId) -> &str {
        self.examined.problem.mdp.action_name(choice)
    }

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

    /// A distribution over situations: `g: 1/2, l: 1/2`.
    pub(super) fn distribution_text(&self, distribution: &Distribution) -> String {
        let entries: Vec<_> =
            distribution.iter().map(|(state, mass)| format!("{}: {}", self.state_name(state), shown(mass))).collect();
        entries.join(", ")
    }

    /// A path: `l –lava→ burnt`.
    pub(super) fn path_text(&self, path: &Path) -> String {
        let mut text = String::new();
        for step in &path.steps {
            text.push_str(&format!("{} –{}→ ", self.state_name(step.state), self.action_name(step.choice)));
        }
        text + self.state_name(path.end)
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

    /// The visited states in which there is something to decide.
    pub(super) fn decisions(&self, witness: &Witness) -> Vec<StateId> {
        let mdp = &self.examined.problem.mdp;
        self.visited(witness).into_iter().filter(|&state| mdp.choices_of(state).len() > 1).collect()
    }

    /// How rewards add up, in words.
    pub(super) fn criterion_text(&self) -> String {
        match &self.problem.criterion {
            Criterion::Discounted(discount) => format!("discount {}", shown(discount)),
            Criterion::Total => "undiscounted".to_owned(),
            Criterion::Horizon(steps) => format!("horizon {steps}"),
        }
    }

    /// The policy class, in words.
    pub(super) fn class_text(&self) -> String {
        let sees = match (&self.problem.observations, &self.problem.criterion) {
            (Some(_), Criterion::Horizon(_)) => "of what is observed and the time",
            (Some(_), _) => "of what is observed",
            (None, Criterion::Horizon(_)) => "of the state and the time",
            (None, _) => "of the state",
        };
        format!("{}, {sees}", class_name(self.examined.class))
    }
}

/// The name of a policy class, as a file's `policies` writes it.
pub(super) fn class_name(class: PolicyClass) -> &'static str {
    match class {
        PolicyClass::Deterministic => "deterministic",
        PolicyClass::Stationary => "stationary",
    }
}

/// The mark of a status.
pub(super) fn status_mark(status: Status) -> char {
    match status {
        Status::Holds => '✓',
        Status::Fails => '✗',
        Status::Unknown => '?',
        Status::NotApplicable => '–',
    }
}

/// The mark of a reading; [`READING_LEGEND`] explains it.
pub(super) fn reading_mark(reading: Reading) -> &'static str {
    match reading {
        Reading::Forall => "∀",
        Reading::Exists => "∃",
        Reading::Given => "given",
    }
}

/// What [`reading_mark`] means.
pub(super) const READING_LEGEND: [(Reading, &str); 3] = [
    (Reading::Forall, "∀ every policy (forall)"),
    (Reading::Exists, "∃ some policy (exists)"),
    (Reading::Given, "given: the policy of the file"),
];
