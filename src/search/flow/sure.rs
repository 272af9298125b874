//! The catastrophe where nothing is left to chance: without cycles and with one successor a choice, a policy gets there or
//! does not, and that is a matter of Booleans alone.

use std::collections::BTreeMap;

use crate::mdp::{Rational, StateId, StateSet};
use crate::search::flow::Encoder;
use crate::search::flow::quantify::Start;
use crate::search::flow::values::any;
use crate::smt::{BoolVar, Formula, LinExpr, Literal};

impl Encoder<'_> {
    /// More than the bound gets to the catastrophe, through a region in which every choice left has one successor and no state
    /// comes back to itself. `false`, and nothing asserted, where that does not apply or masses are not fixed.
    pub(super) fn sure_catastrophe(&mut self, start: &Start, region: &StateSet, catastrophe: &StateSet) -> bool {
        let fixed = |expression: &LinExpr| expression.terms().len() == 0;
        if !fixed(&start.bound) || !start.mass.values().all(fixed) {
            return false;
        }
        let Some(ordered) = self.last_first(region) else { return false };
        let mut gets_there: BTreeMap<StateId, BoolVar> = BTreeMap::new();
        for state in ordered {
            let here = self.solver.bool_var();
            gets_there.insert(state, here);
            for (choice, taken) in self.policy.choices_of(self.mdp(), state) {
                let Some(target) = self.mdp().successors(choice).next() else { continue };
                if catastrophe.contains(target) {
                    continue;
                }
                let mut clause: Vec<Literal> = std::iter::once(!here).chain(taken.unless()).collect();
                clause.extend(gets_there.get(&target).copied().map(Literal::from));
                self.solver.assert(Formula::clause(clause));
            }
        }
        self.enough_mass(start, &gets_there, catastrophe);
        true
    }

    /// The mass of the states that get there, and of those that are there, exceeds the bound.
    fn enough_mass(&mut self, start: &Start, gets_there: &BTreeMap<StateId, BoolVar>, catastrophe: &StateSet) {
        let bound = start.bound.constant();
        let there = |state: StateId| catastrophe.contains(state) || gets_there.contains_key(&state);
        let masses = start.mass.iter().map(|(&state, mass)| (state, mass.constant()));
        let most = masses.clone().filter(|(state, _)| there(*state)).fold(Rational::ZERO, |sum, (_, mass)| sum + mass);
        let mut reached = LinExpr::zero();
        for (state, mass) in masses {
            let Some(&here) = gets_there.get(&state) else {
                if catastrophe.contains(state) {
                    reached += LinExpr::from(mass);
                }
                continue;
            };
            if &(&most - mass) <= bound {
                // Without this state it is too little.
                self.solver.assert(here.into());
                reached += LinExpr::from(mass);
            } else {
                let own = self.nonnegative();
                self.solver.assert(own.clone().le(mass).into());
                self.solver.assert(any([Literal::from(here)], own.clone().le(0).into()));
                reached += own;
            }
        }
        self.solver.assert(reached.gt(bound).into());
    }

    /// The states of a region, each after those that it leads to; `None` if there is a cycle, or a choice left to chance.
    fn last_first(&self, region: &StateSet) -> Option<Vec<StateId>> {
        let mdp = self.mdp();
        let mut leads_to: BTreeMap<StateId, Vec<StateId>> = BTreeMap::new();
        let mut before: BTreeMap<StateId, Vec<StateId>> = BTreeMap::new();
        for state in region.ones() {
            let mut next = Vec::new();
            for (choice, _) in self.policy.choices_of(mdp, state) {
                let mut successors = mdp.successors(choice);
                let target = successors.next()?;
                if successors.next().is_some() {
                    return None;
                }
                if region.contains(target) {
                    next.push(target);
                    before.entry(target).or_default().push(state);
                }
            }
            leads_to.insert(state, next);
        }
        let mut open: Vec<StateId> = region.ones().filter(|state| leads_to[state].is_empty()).collect();
        let mut left: BTreeMap<StateId, usize> = leads_to.iter().map(|(&state, next)| (state, next.len())).collect();
        let mut ordered = Vec::new();
        while let Some(state) = open.pop() {
            ordered.push(state);
            for &earlier in before.get(&state).into_iter().flatten() {
                let count = left.get_mut(&earlier)?;
                *count -= 1;
                if *count == 0 {
                    open.push(earlier);
                }
            }
        }
        (ordered.len() == leads_to.len()).then_some(ordered)
    }
}
