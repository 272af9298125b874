//! Why a case is impossible: a small part of what is decided in it, for the sake of which it is.

use std::collections::BTreeSet;

use crate::budget::Exhausted;
use crate::mdp::{ChoiceId, Mask, Rational, StateId, StateSet, Value, closure};
use crate::search::arena::Arena;
use crate::search::branch::{is_impossible, narrowed_for, propagate_pins};
use crate::search::distributions::DistributionSet;
use crate::search::lemmas::Fact;
use crate::search::lemmas::cut::least_cut;
use crate::search::lemmas::structure::forbid;
use crate::search::requirement::Requirement;
use crate::search::test::Test;
use crate::solve::{able_to_reach, reachable_under};

/// How many times a reason is checked while it is made smaller, if that takes exact solves.
const MOST_CHECKS: usize = 60;

/// What a policy does and does not.
pub(super) type Facts = Vec<(Fact, bool)>;

/// A case, and what in it rules out which choices.
pub(super) struct Case<'c> {
    pub(super) arena: &'c Arena<'c>,
    pub(super) requirements: &'c [Requirement<'c>],
    pub(super) root: &'c Mask,
    pub(super) mask: &'c Mask,
    /// The states that are said to be visited in training.
    pub(super) visited: &'c StateSet,
}

impl Case<'_> {
    /// The mask that is left if facts hold; `None` if nothing is.
    fn left(&self, facts: &[(Fact, bool)]) -> Option<Mask> {
        let mdp = &self.arena.problem.mdp;
        let mut mask = self.root.clone();
        let mut visits = Vec::new();
        for (fact, holds) in facts {
            match (*fact, holds) {
                (Fact::Visits(state), true) => visits.push(state),
                (Fact::Takes(choice), false) => {
                    let observation = self.arena.observation.of(mdp.state_of(choice));
                    forbid(self.arena, &mut mask, observation, mdp.action_id(choice));
                }
                // Reasons are made of the others.
                (Fact::Visits(_), false) | (Fact::Takes(_), true) => {}
            }
        }
        let pins: Vec<Requirement<'_>> = self
            .requirements
            .iter()
            .filter_map(|requirement| match requirement {
                Requirement::Pinned { support, choices } => {
                    let support = support.iter().chain(&visits).copied().collect();
                    Some(Requirement::Pinned { support, choices })
                }
                Requirement::Meets(_) | Requirement::Breaks(_) => None,
            })
            .collect();
        propagate_pins(self.arena, &pins, &mut mask).then_some(mask)
    }

    /// What rules out a choice that the mask does not have: that the state is visited in training, where the choice is not
    /// pinned, or that it is not taken.
    fn against(&self, choice: ChoiceId) -> (Fact, bool) {
        let mdp = &self.arena.problem.mdp;
        let state = mdp.state_of(choice);
        for requirement in self.requirements {
            let Requirement::Pinned { choices, .. } = requirement else { continue };
            for &alike in self.arena.observation.members(self.arena.observation.of(state)) {
                let same = mdp.same_action_at(alike, choice);
                if self.visited.contains(alike) && same.is_some_and(|same| !choices.allows(same)) {
                    return (Fact::Visits(alike), true);
                }
            }
        }
        // One choice stands for all that look alike.
        let first = self.arena.observation.members(self.arena.observation.of(state)).first().copied();
        let first = first.and_then(|first| mdp.same_action_at(first, choice));
        (Fact::Takes(first.unwrap_or(choice)), false)
    }

    /// Reasons for which a requirement is impossible in the case, each enough; at once if the graph tells.
    pub(super) fn by_graph(&self, requirement: usize) -> Result<Option<Vec<Facts>>, Exhausted> {
        if let Requirement::Breaks(Test::Reach { set, at_most }) = &self.requirements[requirement]
            && self.requirements[requirement].possible_by_graph(self.arena, &self.narrowed(requirement)) == Some(false)
        {
            return self.cut_off(requirement, set, at_most).map(Some);
        }
        Ok(None)
    }

    /// One such reason, by exact solves.
    pub(super) fn by_values(&self, requirement: usize) -> Result<Facts, Exhausted> {
        let about = self.requirements[requirement].support();
        let mdp = &self.arena.problem.mdp;
        let reached = reachable_under(mdp, self.mask, about);
        let facts = self.all_against(reached.ones(), |_| true);
        let excludes = |facts: &[(Fact, bool)]| match self.left(facts) {
            None => Ok(true),
            Some(mask) => is_impossible(self.arena, self.requirements, requirement, &mask),
        };
        self.smaller(facts, MOST_CHECKS, excludes)
    }

    fn narrowed(&self, requirement: usize) -> Mask {
        narrowed_for(self.arena, self.requirements, requirement, self.mask)
    }

    fn all_against(&self, states: impl Iterator<Item = StateId>, counts: impl Fn(ChoiceId) -> bool) -> Facts {
        let mdp = &self.arena.problem.mdp;
        let out = states.flat_map(|state| self.root.choices_of(mdp, state));
        let out = out.filter(|&choice| !self.mask.allows(choice) && counts(choice));
        out.map(|choice| self.against(choice)).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Situations without a way to the catastrophe, so many that what is left is too little, and what shuts them off.
    fn cut_off(&self, requirement: usize, set: &DistributionSet, at_most: &Rational) -> Result<Vec<Facts>, Exhausted> {
        let mdp = &self.arena.problem.mdp;
        let Some(catastrophe) = &self.arena.problem.catastrophe else { return Ok(Vec::new()) };
        let able = able_to_reach(mdp, &self.narrowed(requirement), &catastrophe.states);
        let blocked: Vec<StateId> = set.support().into_iter().filter(|&state| !able.contains(state)).collect();
        let are_enough = |blocked: &[StateId]| {
            let share = |state: StateId| if blocked.contains(&state) { Rational::ZERO } else { -Rational::ONE };
            set.minimise(|state| Value::Finite(share(state))).0 >= Value::Finite(-at_most)
        };
        let mut groups: Vec<Vec<StateId>> =
            blocked.iter().map(|&state| vec![state]).filter(|single| are_enough(single)).collect();
        if groups.is_empty() {
            let mut kept = blocked.clone();
            for state in blocked {
                let fewer: Vec<StateId> = kept.iter().copied().filter(|&other| other != state).collect();
                if are_enough(&fewer) {
                    kept = fewer;
                }
            }
            groups.push(kept);
        }
        let narrowed = narrowed_for(self.arena, self.requirements, requirement, self.root);
        let leads_out = |choice: ChoiceId| mdp.successors(choice).any(|next| able.contains(next));
        let shut_in = |group: Vec<StateId>| {
            let stays = |facts: &[(Fact, bool)]| {
                let left = self.left(facts);
                let left = left.map(|mask| narrowed_for(self.arena, self.requirements, requirement, &mask));
                let reached = left.map(|mask| reachable_under(mdp, &mask, group.iter().copied()));
                reached.is_none_or(|reached| reached.is_disjoint(&catastrophe.states))
            };
            let against = |choice| self.against(choice);
            let cut = least_cut(mdp, &narrowed, self.mask, &group, &catastrophe.states, against);
            if let Some(cut) = cut.filter(|cut| stays(cut)) {
                return Ok(cut);
            }
            // Where what counts of a mask depends on what is left, a cut need not be enough.
            let inside = closure(mdp.states(), group.iter().copied(), |state| {
                let choices = narrowed.choices_of(mdp, state).filter(|&choice| !leads_out(choice));
                choices.flat_map(|choice| mdp.successors(choice)).collect::<Vec<_>>()
            });
            let facts = self.all_against(inside.ones(), |choice| narrowed.allows(choice) && leads_out(choice));
            self.smaller(facts, usize::MAX, |facts| Ok(stays(facts)))
        };
        groups.into_iter().map(shut_in).collect()
    }

    /// The facts without what is not needed, found by leaving out more and then fewer of them.
    fn smaller(
        &self,
        facts: Facts,
        most_checks: usize,
        is_enough: impl Fn(&[(Fact, bool)]) -> Result<bool, Exhausted>,
    ) -> Result<Facts, Exhausted> {
        let mut kept = facts;
        let mut checks = 0;
        let mut chunk = kept.len().div_ceil(2);
        while chunk > 0 && checks < most_checks {
            let mut start = 0;
            while start < kept.len() && checks < most_checks {
                self.arena.budget.check()?;
                let mut fewer = kept.clone();
                fewer.drain(start..(start + chunk).min(kept.len()));
                checks += 1;
                if is_enough(&fewer)? {
                    kept = fewer;
                } else {
                    start += chunk;
                }
            }
            chunk = if chunk == 1 { 0 } else { chunk.div_ceil(2) };
        }
        Ok(kept)
    }
}
