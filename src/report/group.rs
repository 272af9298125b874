//! Groups answers that share a witness, so that it is shown once with all the parts that it decides.

use crate::decomposition::{Answer, Path, Status, Witness};
use crate::mdp::{ChoiceId, Distribution, Rational, StateId};
use crate::report::CheckedModel;
use crate::report::naming::reading_mark;
use crate::report::numbers::shown_reach;

/// Answers with the same witness; they may measure it by different values.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// What they share: distribution, visited part of the policy, path.
    pub witness: &'a Witness,
    /// What they measure.
    pub cases: Vec<Case<'a>>,
}

impl<'a> Group<'a> {
    /// Every answer of the group.
    pub(super) fn answers(&self) -> Vec<&'a Answer> {
        self.cases.iter().flat_map(|case| case.answers.iter().copied()).collect()
    }

    /// How likely the catastrophe is: one policy has one probability at one distribution, whichever part asks.
    pub(super) fn reach(&self) -> Option<String> {
        self.cases.iter().find_map(|case| shown_reach(case.witness))
    }

    /// The reasons that the answers give, each once.
    pub(super) fn reasons(&self) -> Vec<&'a str> {
        let mut reasons: Vec<&str> = Vec::new();
        for reason in self.answers().into_iter().filter_map(|answer| answer.reason()) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }
}

/// Answers with the same witness and the same numbers.
#[derive(Debug)]
pub(super) struct Case<'a> {
    /// The witness of one of them.
    pub witness: &'a Witness,
    /// All of them.
    pub answers: Vec<&'a Answer>,
}

/// What a policy does in a state: choices and their probabilities.
type Moves<'a> = &'a [(ChoiceId, Rational)];

/// What decides whether two witnesses are shown as one. Rows of states never visited do not matter.
#[derive(PartialEq)]
struct Scene<'a> {
    distribution: Option<&'a Distribution>,
    /// The visited states and what is done there.
    rows: Option<Vec<(StateId, Moves<'a>)>>,
    path: Option<&'a Path>,
}

impl<'a> Scene<'a> {
    fn of(model: &CheckedModel, witness: &'a Witness) -> Self {
        let rows = witness.policy.as_ref().map(|policy| {
            let mut visited = model.visited(witness);
            visited.sort_unstable();
            visited.into_iter().map(|state| (state, policy.row(state))).collect()
        });
        Self { distribution: witness.distribution.as_ref(), rows, path: witness.path.as_ref() }
    }
}

/// The answers of a status that have a witness, grouped by it, in the order of the answers.
pub(super) fn by_witness(model: &CheckedModel, status: Status) -> Vec<Group<'_>> {
    let mut groups: Vec<(Scene<'_>, Group<'_>)> = Vec::new();
    for answer in model.examined.answers.iter().filter(|answer| answer.status() == status) {
        let Some(witness) = &answer.witness else { continue };
        let scene = Scene::of(model, witness);
        let position = groups.iter().position(|(known, _)| *known == scene).unwrap_or_else(|| {
            groups.push((scene, Group { witness, cases: Vec::new() }));
            groups.len() - 1
        });
        let cases = &mut groups[position].1.cases;
        match cases.iter_mut().find(|case| measure_alike(case.witness, witness)) {
            Some(case) => case.answers.push(answer),
            None => cases.push(Case { witness, answers: vec![answer] }),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether two witnesses have the same numbers.
fn measure_alike(left: &Witness, right: &Witness) -> bool {
    left.reward == right.reward
        && (&left.value, &left.best, &left.reach) == (&right.value, &right.best, &right.reach)
        && (&left.value_bounds, &left.best_bounds, &left.reach_bounds)
            == (&right.value_bounds, &right.best_bounds, &right.reach_bounds)
}

/// The answers of a status without a witness, grouped by their reason.
pub(super) fn by_reason(model: &CheckedModel, status: Status) -> Vec<(Option<&str>, Vec<&Answer>)> {
    let mut groups: Vec<(Option<&str>, Vec<&Answer>)> = Vec::new();
    let answers = model.examined.answers.iter();
    for answer in answers.filter(|answer| answer.status() == status && answer.witness.is_none()) {
        let reason = answer.reason();
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, answers)) => answers.push(answer),
            None => groups.push((reason, vec![answer])),
        }
    }
    groups
}

/// The parts that answers are about, readings of the same part together: `wentworth.outer ∀ ∃`.
pub(super) fn part_names(answers: &[&Answer]) -> String {
    let mut parts: Vec<(String, String)> = Vec::new();
    for answer in answers {
        let part = format!("{}.{}", answer.decomposition, answer.half);
        let mark = reading_mark(answer.reading);
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, marks)) => *marks = format!("{marks} {mark}"),
            None => parts.push((part, mark.to_owned())),
        }
    }
    parts.iter().map(|(part, marks)| format!("{part} {marks}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::RandomizedPolicy;
    use crate::report::fixture;

    #[test]
    fn what_a_policy_does_where_it_never_comes_does_not_split_a_group() {
        let mut model = fixture::tie();
        let problem = &model.examined.problem;
        let start = problem.situations[0];
        let rows = |given: Option<ChoiceId>| {
            let row = |state| {
                let choice = if state == start { given } else { problem.mdp.choices_of(state).next() };
                choice.map(|choice| (choice, Rational::ONE)).into_iter().collect()
            };
            Some(RandomizedPolicy::new((0..problem.mdp.states()).map(row).collect()))
        };
        let (taken, other) = (problem.mdp.choice_named(start, "b"), problem.mdp.choice_named(start, "a"));
        let (same, different) = (rows(taken), rows(other));
        let mut failures = model.examined.answers.iter_mut().filter_map(|answer| answer.witness.as_mut());
        failures.next().expect("a witness").policy = same;
        failures.next().expect("a witness").policy = different;
        let sizes: Vec<usize> = by_witness(&model, Status::Fails).iter().map(|group| group.answers().len()).collect();
        assert_eq!(sizes, [2, 1]);
    }

    #[test]
    fn readings_of_a_part_are_named_together() {
        let model = fixture::lava();
        let answers: Vec<&Answer> = model.examined.answers.iter().take(3).collect();
        assert_eq!(part_names(&answers), "wentworth.outer ∀ ∃, wentworth.inner ∀");
    }
}
