//! What deterministic policies can do from some states, listed.

use crate::budget::Exhausted;
use crate::mdp::{Mask, StateId, StateSet};
use crate::search::arena::Arena;
use crate::search::rewards::consistent::Conduct;
use crate::solve::reachable_under;

/// Every behaviour of a deterministic policy of the mask from the sources: its choices in the states that it visits.
/// `None` if there are more than `limit`.
///
/// # Errors
/// When the budget is exhausted.
pub fn behaviours(
    arena: &Arena<'_>,
    mask: &Mask,
    sources: &[StateId],
    limit: usize,
) -> Result<Option<Vec<Conduct>>, Exhausted> {
    let mdp = &arena.problem.mdp;
    let mut nothing = mask.clone();
    (0..mdp.choices()).for_each(|choice| nothing.forbid(choice));
    let mut open = vec![nothing];
    let mut found = Vec::new();
    while let Some(used) = open.pop() {
        arena.budget.check()?;
        let within = reachable_under(mdp, &used, sources.iter().copied());
        let undecided = |&state: &StateId| !mdp.is_absorbing(state) && used.choices_of(mdp, state).next().is_none();
        let Some(state) = within.ones().find(undecided) else {
            found.push(Conduct { sources: sources.to_vec(), used, within });
            if found.len() > limit {
                return Ok(None);
            }
            continue;
        };
        for choice in mask.choices_of(mdp, state) {
            let mut extended = used.clone();
            extended.allow(choice);
            open.push(extended);
        }
        if open.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

/// The choices that some policy of the mask can use from the sources without ever running out of them, with the
/// states that they visit; `None` if there is no such policy.
#[must_use]
pub fn sustained(arena: &Arena<'_>, mask: &Mask, sources: &[StateId]) -> Option<Conduct> {
    let mdp = &arena.problem.mdp;
    let mut used = mask.clone();
    let mut alive: StateSet = (0..mdp.states()).collect();
    loop {
        let mut changed = false;
        for state in (0..mdp.states()).filter(|&state| !mdp.is_absorbing(state)) {
            for choice in mdp.choices_of(state) {
                if used.allows(choice) && mdp.successors(choice).any(|next| !alive.contains(next)) {
                    used.forbid(choice);
                    changed = true;
                }
            }
            if alive.contains(state) && used.choices_of(mdp, state).next().is_none() {
                alive.set(state, false);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    if !sources.iter().all(|&source| alive.contains(source)) {
        return None;
    }
    let within = reachable_under(mdp, &used, sources.iter().copied());
    Some(Conduct { sources: sources.to_vec(), used, within })
}
