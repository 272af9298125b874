//! The part of the model that a constraint is about.

use crate::mdp::{Mask, Mdp, StateId, StateSet};
use crate::solve::{able_to_reach, reachable_under};

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
