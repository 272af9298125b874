//! What pins leave: on states surely visited, on states possibly visited.

use crate::mdp::{Mask, Policy, StateId, StateSet};
use crate::search::arena::Arena;
use crate::search::requirement::Requirement;
use crate::solve::reachable_under;

/// Propagates all pins. `false` if no policy of the mask satisfies them.
#[must_use]
pub fn propagate_pins(arena: &Arena<'_>, requirements: &[Requirement<'_>], mask: &mut Mask) -> bool {
    requirements.iter().all(|requirement| match requirement {
        Requirement::Pinned { support, choices } => propagate(arena, support, choices, mask),
        Requirement::Meets(_) | Requirement::Breaks(_) => true,
    })
}

/// The mask with everything pinned that training may visit, if this is a proper part of it: policies that
/// training may really return.
pub(super) fn pinned_wherever_possible(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    mask: &Mask,
) -> Option<Mask> {
    let mut pinned = mask.clone();
    for requirement in requirements {
        if let Requirement::Pinned { support, choices } = requirement
            && !pin_possible_visits(arena, support, choices, &mut pinned)
        {
            return None;
        }
    }
    (&pinned != mask).then_some(pinned)
}

/// Restricts what is done in surely visited states to pinned choices. `false` if some state has none left.
fn propagate(arena: &Arena<'_>, support: &[StateId], choices: &Mask, mask: &mut Mask) -> bool {
    let mdp = &arena.problem.mdp;
    let mut sure = StateSet::with_capacity(mdp.states());
    let mut open: Vec<StateId> = Vec::new();
    for &state in support {
        if !sure.put(state) {
            open.push(state);
        }
    }
    // Restricting an observation may leave a single choice in a state seen before: look again until nothing changes.
    loop {
        let mut changed = false;
        while let Some(state) = open.pop() {
            changed |= arena.restrict_observation(mask, state, |choice| choices.allows(choice));
            if !mdp.is_absorbing(state) && mask.choices_of(mdp, state).next().is_none() {
                return false;
            }
            follow(arena, mask, state, &mut sure, &mut open);
        }
        if !changed {
            return true;
        }
        for state in sure.ones().collect::<Vec<_>>() {
            follow(arena, mask, state, &mut sure, &mut open);
            if !mdp.is_absorbing(state) && mask.choices_of(mdp, state).next().is_none() {
                return false;
            }
        }
    }
}

/// The states that every policy of the mask surely visits from the support, as far as single choices tell.
#[must_use]
pub fn surely_visited(arena: &Arena<'_>, mask: &Mask, support: impl IntoIterator<Item = StateId>) -> StateSet {
    let mut sure = StateSet::with_capacity(arena.problem.mdp.states());
    let mut open: Vec<StateId> = support.into_iter().filter(|&state| !sure.put(state)).collect();
    while let Some(state) = open.pop() {
        follow(arena, mask, state, &mut sure, &mut open);
    }
    sure
}

/// Marks what surely comes after a state with a single choice.
pub(super) fn follow(arena: &Arena<'_>, mask: &Mask, state: StateId, sure: &mut StateSet, open: &mut Vec<StateId>) {
    let mdp = &arena.problem.mdp;
    if let (Some(only), false) = (mask.choices_of(mdp, state).next(), arena.is_undecided(mask, state)) {
        for successor in mdp.successors(only) {
            if !sure.put(successor) {
                open.push(successor);
            }
        }
    }
}

/// A policy of the mask that takes pinned choices wherever it can.
pub(super) fn pinned_everywhere(arena: &Arena<'_>, requirements: &[Requirement<'_>], mask: &Mask) -> Policy {
    let mdp = &arena.problem.mdp;
    Policy::new(
        (0..mdp.states())
            .map(|state| {
                let pinned = |choice: &usize| {
                    requirements.iter().all(
                        |requirement| !matches!(requirement, Requirement::Pinned { choices, .. } if !choices.allows(*choice)),
                    )
                };
                mask.choices_of(mdp, state).find(pinned).or_else(|| mask.choices_of(mdp, state).next())
            })
            .collect(),
    )
}

/// Restricts every state that some pinned policy visits; `false` if a state would be left without a choice.
fn pin_possible_visits(arena: &Arena<'_>, support: &[StateId], choices: &Mask, mask: &mut Mask) -> bool {
    let mdp = &arena.problem.mdp;
    let mut both = mask.clone();
    for state in 0..mdp.states() {
        both.restrict_at(mdp, state, choices);
    }
    for state in reachable_under(mdp, &both, support.iter().copied()).ones() {
        arena.restrict_observation(mask, state, |choice| choices.allows(choice));
        if !mdp.is_absorbing(state) && mask.choices_of(mdp, state).next().is_none() {
            return false;
        }
    }
    true
}
