//! Which observation to decide next, and how.

use crate::mdp::{ChoiceId, Mask, Policy, StateId, StateSet};
use crate::search::arena::Arena;
use crate::search::branch::nogood::Nogoods;
use crate::search::branch::pins::follow;
use crate::search::requirement::{Requirement, visited};
use crate::solve::reachable_under;

/// A state whose observation is to be decided next; `None` at a leaf.
pub(in crate::search) fn branching_state(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    mask: &Mask,
    sources: &[StateId],
    suggestions: &[&Policy],
    nogoods: &Nogoods,
) -> Option<StateId> {
    let undecided = |state: &StateId| arena.is_undecided(mask, *state);
    // A tie in a state that training surely visits.
    for requirement in requirements {
        if let Requirement::Pinned { support, .. } = requirement {
            let mut sure = StateSet::with_capacity(arena.problem.mdp.states());
            let mut open: Vec<StateId> = support.clone();
            sure.extend(support.iter().copied());
            let mut tie: Option<StateId> = None;
            let score = |state: StateId| nogoods.score(arena.observation.of(state));
            while let Some(state) = open.pop() {
                // The one that has excluded most is likely to exclude again.
                if undecided(&state) && tie.is_none_or(|tie| score(state) > score(tie)) {
                    tie = Some(state);
                }
                follow(arena, mask, state, &mut sure, &mut open);
            }
            if tie.is_some() {
                return tie;
            }
        }
    }
    // An observation in which a relaxed optimum disagrees with itself.
    if let Some(state) = suggestions.iter().find_map(|suggestion| disagreement(arena, mask, sources, suggestion)) {
        return Some(state);
    }
    let visited_by_suggestion =
        suggestions.iter().find_map(|suggestion| visited(arena, suggestion, sources).ones().find(undecided));
    visited_by_suggestion
        .or_else(|| reachable_under(&arena.problem.mdp, mask, sources.iter().copied()).ones().find(undecided))
}

/// A state that a policy of the full state visits, and in which it does other than in one that looks alike.
#[must_use]
pub fn disagreement(arena: &Arena<'_>, mask: &Mask, sources: &[StateId], policy: &Policy) -> Option<StateId> {
    if arena.fully_observed {
        return None;
    }
    let mdp = &arena.problem.mdp;
    let mut action: Vec<Option<usize>> = vec![None; arena.observation.count()];
    for state in visited(arena, policy, sources).ones().filter(|&state| arena.is_undecided(mask, state)) {
        let own = policy.choice(state).map(|choice| mdp.action_id(choice));
        let slot = &mut action[arena.observation.of(state)];
        if slot.is_some() && *slot != own {
            return Some(state);
        }
        *slot = own;
    }
    None
}

/// The choices left in a state, the suggested one last.
pub(super) fn alternatives(
    arena: &Arena<'_>,
    mask: &Mask,
    state: StateId,
    suggestion: Option<&Policy>,
) -> Vec<ChoiceId> {
    let mut choices: Vec<ChoiceId> = mask.choices_of(&arena.problem.mdp, state).collect();
    let preferred = suggestion.and_then(|policy| policy.choice(state));
    choices.sort_by_key(|&choice| Some(choice) == preferred);
    choices
}

/// The policies of a mask that take a choice wherever its state's observation is met.
pub(super) fn decided(arena: &Arena<'_>, mask: &Mask, only: ChoiceId) -> Mask {
    let mut child = mask.clone();
    arena.restrict_observation(&mut child, arena.problem.mdp.state_of(only), |choice| choice == only);
    child
}

/// One child an action, the suggested one to be explored first.
pub(in crate::search) fn children(
    arena: &Arena<'_>,
    mask: &Mask,
    state: StateId,
    suggestion: Option<&Policy>,
) -> Vec<Mask> {
    alternatives(arena, mask, state, suggestion).into_iter().map(|only| decided(arena, mask, only)).collect()
}
