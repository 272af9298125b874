//! The part of the model that a constraint is about.

use crate::mdp::{Mask, Mdp, StateId, StateSet};
use crate::solve::reachable_under;

/// The states outside `target` that can be met between `sources` and `target`.
pub(super) fn between(mdp: &Mdp, mask: &Mask, sources: &[StateId], target: &StateSet) -> StateSet {
    // What happens after the target is reached does not matter.
    let mut until = mask.clone();
    for state in target.ones() {
        for choice in mdp.choices_of(state) {
            until.forbid(choice);
        }
    }
    let mut region = reachable_under(mdp, &until, sources.iter().copied());
    region.intersect_with(&able_to_reach(mdp, &until, target));
    region.difference_with(target);
    region
}

/// The states from which `target` can be reached.
fn able_to_reach(mdp: &Mdp, mask: &Mask, target: &StateSet) -> StateSet {
    let mut predecessors = vec![Vec::new(); mdp.states()];
    for choice in (0..mdp.choices()).filter(|&choice| mask.allows(choice)) {
        for successor in mdp.successors(choice) {
            predecessors[successor].push(mdp.state_of(choice));
        }
    }
    let mut reached = StateSet::with_capacity(mdp.states());
    reached.union_with(target);
    let mut open: Vec<StateId> = target.ones().collect();
    while let Some(state) = open.pop() {
        for &predecessor in &predecessors[state] {
            if !reached.put(predecessor) {
                open.push(predecessor);
            }
        }
    }
    reached
}
