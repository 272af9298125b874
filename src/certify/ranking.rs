//! Ranks that the bounds of a certificate need.

use crate::certify::draft::{Draft, domain_of};
use crate::certify::rank::{rank, successors};
use crate::certify::tables::{Entries, bound_reference};
use crate::mdp::{Mask, Rational, StateId, StateSet};

impl Draft<'_> {
    /// All successors of what a listed policy does in a state, as one row.
    pub(super) fn row_of(&self, number: usize, state: StateId) -> Vec<Vec<StateId>> {
        let mdp = &self.arena.problem.mdp;
        let row = self.policies[number].policy.row(state);
        if row.is_empty() {
            return Vec::new();
        }
        vec![row.iter().flat_map(|(choice, _)| mdp.successors(*choice)).collect()]
    }

    /// Ranks that show that a listed policy surely stops from the states of a domain.
    pub(super) fn stopping_rank_of(&self, number: usize, domain: &Entries) -> Option<Vec<usize>> {
        rank(domain.len(), &self.absorbing(), &domain_of(domain), |state| self.row_of(number, state))
    }

    pub(super) fn reaching_rank_of(&self, number: usize, lower: &Entries) -> Option<Vec<usize>> {
        rank(lower.len(), &self.left(lower), &domain_of(lower), |state| self.row_of(number, state))
    }

    /// The states where a process that may reach the catastrophe is over: in it, or where nothing is claimed.
    pub(super) fn left(&self, lower: &Entries) -> StateSet {
        let caught = |state: StateId| {
            self.arena.problem.catastrophe.as_ref().is_some_and(|catastrophe| catastrophe.states.contains(state))
        };
        let over = |state: StateId| caught(state) || lower[state].as_ref().is_none_or(|value| *value <= Rational::ZERO);
        let mut left = StateSet::with_capacity(lower.len());
        left.extend((0..lower.len()).filter(|&state| over(state)));
        left
    }

    pub(super) fn absorbing(&self) -> StateSet {
        let mdp = &self.arena.problem.mdp;
        let mut states = StateSet::with_capacity(mdp.states());
        states.extend((0..mdp.states()).filter(|&state| mdp.is_absorbing(state)));
        states
    }

    /// Ranks that show that every policy of a mask surely stops from the states of a domain.
    pub(super) fn stopping_rank(&self, mask: &Mask, domain: &StateSet) -> Option<Vec<usize>> {
        let mdp = &self.arena.problem.mdp;
        rank(mdp.states(), &self.absorbing(), domain, |state| successors(mdp, mask.choices_of(mdp, state)))
    }

    /// The reference to a bound for all policies of a mask, with the rank that it may need.
    pub(super) fn reference(&mut self, entries: &Entries, mask: &Mask, reach_from_below: bool) -> String {
        let mdp = &self.arena.problem.mdp;
        let ranks = if reach_from_below {
            rank(mdp.states(), &self.left(entries), &domain_of(entries), |state| {
                successors(mdp, mask.choices_of(mdp, state))
            })
        } else if self.is_total() {
            self.stopping_rank(mask, &domain_of(entries))
        } else {
            None
        };
        let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
        let vector = self.vectors.of(entries);
        bound_reference(vector, ranks)
    }

    /// The rank that shows that a listed policy surely stops from a distribution's or region's states; `-` without
    /// need of one, `None` if it does not stop.
    pub(super) fn stops(&mut self, number: usize, sources: &[StateId]) -> Option<String> {
        if !self.is_total() {
            return Some("-".into());
        }
        let domain = self.visits(number, sources);
        let ranks = rank(domain.len(), &self.absorbing(), &domain, |state| self.row_of(number, state))?;
        Some(self.vectors.rank(&ranks).to_string())
    }
}
