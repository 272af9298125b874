//! Ranks: natural numbers that show that a process leaves a set for sure (`proofs/FORMAT.md`, section 1.2).

use crate::mdp::{ChoiceId, Mdp, StateId, StateSet};

/// Ranks under which each listed row of a state outside `left` has a successor of smaller rank; `None` if there
/// are none: then some policy may stay outside for ever.
///
/// `rows` gives the successors of each row that a policy may follow in a state; states without rows count as left.
pub(super) fn rank(
    states: usize,
    left: &StateSet,
    domain: &StateSet,
    rows: impl Fn(StateId) -> Vec<Vec<StateId>>,
) -> Option<Vec<usize>> {
    let mut ranks = vec![0usize; states];
    let mut ranked = left.clone();
    ranked.grow(states);
    let mut waiting: Vec<(StateId, Vec<Vec<StateId>>)> =
        domain.ones().filter(|&state| !ranked.contains(state)).map(|state| (state, rows(state))).collect();
    let mut layer = 1;
    while !waiting.is_empty() {
        let leads = |successors: &Vec<StateId>| successors.iter().any(|&successor| ranked.contains(successor));
        let (now, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, rows)| rows.iter().all(leads));
        if now.is_empty() {
            return None;
        }
        for (state, _) in &now {
            ranks[*state] = layer;
            ranked.insert(*state);
        }
        waiting = later;
        layer += 1;
    }
    Some(ranks)
}

/// The successors of each of these choices.
pub(super) fn successors(mdp: &Mdp, choices: impl Iterator<Item = ChoiceId>) -> Vec<Vec<StateId>> {
    choices.map(|choice| mdp.successors(choice).collect()).collect()
}
