//! The user's names for what a witness speaks of: states, actions, distributions, paths.

use crate::decomposition::{Path, Reading, Status};
use crate::mdp::{ChoiceId, Distribution, StateId};
use crate::problem::{Criterion, PolicyClass};
use crate::report::CheckedModel;
use crate::report::judgement::counted;
use crate::report::numbers::shown;

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

    /// A distribution over situations: `g: 1/2`, `l: 1/2`.
    pub(super) fn masses_text(&self, distribution: &Distribution) -> Vec<String> {
        distribution.iter().map(|(state, mass)| format!("{}: {}", self.state_name(state), shown(mass))).collect()
    }

    /// The last steps of a path: `l –lava→ burnt`.
    pub(super) fn path_text(&self, path: &Path, most: usize) -> String {
        let skipped = path.steps.len().saturating_sub(most);
        let mut text = if skipped > 0 { format!("… {} … ", counted(skipped, "step")) } else { String::new() };
        for step in &path.steps[skipped..] {
            text.push_str(&format!("{} –{}→ ", self.state_name(step.state), self.action_name(step.choice)));
        }
        text + self.state_name(path.end)
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

/// Entries of a list, or steps of a path, that are written out for people who did not ask for all.
pub(super) const SHOWN_ENTRIES: usize = 16;

/// The first entries of a list, and how many there are more.
pub(super) fn listed(entries: &[String], separator: &str, most: usize) -> String {
    let kept = entries.len().min(most);
    let mut text = entries[..kept].join(separator);
    if kept < entries.len() {
        text.push_str(&format!("{separator}… {} more", entries.len() - kept));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn long_lists_are_cut() {
        let entries: Vec<String> = ["a", "b", "c"].map(ToOwned::to_owned).to_vec();
        assert_eq!(listed(&entries, ", ", 3), "a, b, c");
        assert_eq!(listed(&entries, ", ", 1), "a, … 2 more");
    }

    #[test]
    fn long_paths_keep_their_ends() {
        let model = fixture::horizon();
        let witness = model.examined.answers[0].witness.as_ref().expect("a witness");
        let path = witness.path.as_ref().expect("a path");
        assert_eq!(model.path_text(path, 2), "y –risk→ x –risk→ y");
        assert_eq!(model.path_text(path, 1), "… 1 step … x –risk→ y");
    }
}
