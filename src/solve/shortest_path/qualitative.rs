//! Sets of states that depend on the graph alone: where a goal is reached with probability 0 or 1 (de Alfaro,
//! *Formal Verification of Probabilistic Systems*, 1997; Baier and Katoen, *Principles of Model Checking*, 10.6).
//!
//! Throughout, `open` are the states that an execution may pass on its way, and `goal` the states it is to reach;
//! goal states count as reached whatever they do next.

use crate::mdp::{Mdp, StateSet};
use crate::solve::shortest_path::incoming::Incoming;

/// No choice.
pub(super) const NONE: u32 = u32::MAX;

/// A set of states, and for those outside the goal a choice that leads one step closer to it.
#[derive(Debug)]
pub(super) struct Approach {
    pub(super) states: StateSet,
    pub(super) closer: Vec<u32>,
}

/// The model's graph, forwards and backwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Graph<'a> {
    pub(super) mdp: &'a Mdp,
    pub(super) incoming: &'a Incoming,
}

impl Graph<'_> {
    /// The states that some policy brings to the goal with positive probability, by `usable` choices.
    pub(super) fn possibly(&self, goal: &StateSet, open: &StateSet, usable: impl Fn(usize) -> bool) -> Approach {
        let rows = self.mdp.compressed();
        let mut states = goal.clone();
        states.grow(self.mdp.states());
        let mut closer = vec![NONE; self.mdp.states()];
        let mut queue: Vec<usize> = goal.ones().collect();
        let mut next = 0;
        while let Some(&state) = queue.get(next) {
            next += 1;
            for &choice in self.incoming.of(state) {
                let owner = rows.owner[choice as usize] as usize;
                if !states.contains(owner) && open.contains(owner) && usable(choice as usize) {
                    states.insert(owner);
                    closer[owner] = choice;
                    queue.push(owner);
                }
            }
        }
        Approach { states, closer }
    }

    /// How many choices each state has.
    fn counts(&self) -> Vec<usize> {
        let rows = self.mdp.compressed();
        (0..self.mdp.states()).map(|state| rows.choices(state).len()).collect()
    }

    /// The states from which some policy reaches the goal with probability 1, and the choices of one.
    pub(super) fn almost_surely(&self, goal: &StateSet, open: &StateSet) -> Approach {
        let rows = self.mdp.compressed();
        let mut current = self.possibly(goal, open, |_| true);
        // Choices that leave the set; a state whose choices all do is no longer in it.
        let mut leaving = StateSet::with_capacity(self.mdp.choices());
        let mut left = self.counts();
        let mut removed: Vec<usize> = (0..self.mdp.states()).filter(|&state| !current.states.contains(state)).collect();
        loop {
            let mut changed = false;
            while let Some(gone) = removed.pop() {
                for &choice in self.incoming.of(gone) {
                    let owner = rows.owner[choice as usize] as usize;
                    if !current.states.contains(owner) || goal.contains(owner) || leaving.put(choice as usize) {
                        continue;
                    }
                    changed = true;
                    left[owner] -= 1;
                    if left[owner] == 0 {
                        current.states.set(owner, false);
                        removed.push(owner);
                    }
                }
            }
            if !changed {
                return current;
            }
            let next = self.possibly(goal, &current.states, |choice| !leaving.contains(choice));
            removed.extend(current.states.difference(&next.states));
            current = next;
        }
    }

    /// The states outside the goal from which some policy surely never reaches it, and a choice that stays there.
    pub(super) fn avoidable(&self, goal: &StateSet, open: &StateSet) -> Approach {
        let rows = self.mdp.compressed();
        let count = self.mdp.states();
        let mut states = goal.clone();
        states.grow(count);
        states.toggle_range(..count);
        let mut leaving = StateSet::with_capacity(self.mdp.choices());
        let mut left = self.counts();
        let mut removed: Vec<usize> = goal.ones().collect();
        while let Some(gone) = removed.pop() {
            for &choice in self.incoming.of(gone) {
                let owner = rows.owner[choice as usize] as usize;
                // Where the execution may not pass it has missed the goal for good.
                if !states.contains(owner) || !open.contains(owner) || leaving.put(choice as usize) {
                    continue;
                }
                left[owner] -= 1;
                if left[owner] == 0 {
                    states.set(owner, false);
                    removed.push(owner);
                }
            }
        }
        let stays = |state: usize| {
            let choice = rows.choices(state).find(|&choice| states.contains(state) && !leaving.contains(choice));
            choice.and_then(|choice| u32::try_from(choice).ok()).unwrap_or(NONE)
        };
        let closer = (0..count).map(stays).collect();
        Approach { states, closer }
    }
}
