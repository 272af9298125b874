//! The possible and the certain choices of a reward (`proofs/FORMAT.md`, section 1.3).

use std::rc::Rc;

use crate::budget::Exhausted;
use crate::certify::Uncertified;
use crate::certify::draft::{Draft, OptimalChoices, PRECISIONS, domain_of};
use crate::certify::rank::{rank, successors};
use crate::certify::tables::{Entries, bound_reference};
use crate::certify::values::on;
use crate::decomposition::RewardName;
use crate::mdp::{ChoiceId, Mask, Policy, Rational, StateId, StateSet};
use crate::search::{Arena, Quantity};
use crate::solve::Sense;

impl Draft<'_> {
    /// A policy of the full state that is optimal from every state.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn best_policy(&self, reward: RewardName) -> Result<Policy, Exhausted> {
        let arena = self.arena;
        if !self.is_total() && self.encloses() {
            // With a discount, whoever takes optimal choices is optimal.
            let (mdp, optimal) = (&arena.problem.mdp, arena.optimal_choices(reward)?);
            return Ok(Policy::new((0..mdp.states()).map(|state| optimal.choices_of(mdp, state).next()).collect()));
        }
        Ok(arena.best(reward)?.policy.clone())
    }

    /// The possible and the certain choices of a reward, with their bounds in the certificate.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn optimal(&mut self, reward: RewardName) -> Result<Rc<OptimalChoices>, Uncertified> {
        if let Some((_, known, _)) = self.optimal.iter().find(|(name, ..)| *name == reward) {
            return Ok(Rc::clone(known));
        }
        let mdp = &self.arena.problem.mdp;
        if let Some(found) = self.enclosed_optimal(reward)? {
            return Ok(found);
        }
        let best = self.arena.best(reward)?;
        let entries: Entries = best.values.iter().map(|value| value.finite().cloned()).collect();
        let possible = self.arena.optimal_choices(reward)?.clone();
        let mut certain = possible.clone();
        let upper = if entries.iter().any(Option::is_none) {
            for choice in (0..mdp.choices()).filter(|&choice| entries[mdp.state_of(choice)].is_none()) {
                certain.forbid(choice);
            }
            let mut everywhere = StateSet::with_capacity(mdp.states());
            everywhere.insert_range(..);
            self.with_endless(&best.values, Quantity::Reward(reward), self.arena.everything(), &everywhere)?
        } else {
            entries.clone()
        };
        let rows = |state: StateId| match best.policy.choice(state) {
            Some(choice) => successors(mdp, [choice].into_iter()),
            None => Vec::new(),
        };
        let ranks =
            if self.is_total() { rank(mdp.states(), &self.absorbing(), &domain_of(&entries), rows) } else { None };
        let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
        let upper = bound_reference(self.vectors.of(&upper), None);
        let lower = bound_reference(self.vectors.of(&entries), ranks);
        let text = format!("{} {upper} {lower}", reward.word());
        let found = Rc::new(OptimalChoices { possible, certain });
        self.optimal.push((reward, Rc::clone(&found), text));
        Ok(found)
    }

    /// The same from enclosures, if they tell all optimal choices.
    pub(super) fn enclosed_optimal(&mut self, reward: RewardName) -> Result<Option<Rc<OptimalChoices>>, Uncertified> {
        let arena = self.arena;
        let mdp = &arena.problem.mdp;
        let mut everywhere = StateSet::with_capacity(mdp.states());
        everywhere.insert_range(..);
        for precision in PRECISIONS {
            let everything = arena.everything();
            let Some(enclosure) = self.enclosed(Quantity::Reward(reward), Sense::Max, everything, precision)? else {
                continue;
            };
            let bits = enclosure.fraction_bits;
            let (Some(upper), Some(lower)) =
                (on(&everywhere, &enclosure.upper, bits, false), on(&everywhere, &enclosure.lower, bits, false))
            else {
                return Ok(None);
            };
            let known = arena.optimal_choices(reward)?;
            if optimal_by(arena, reward, &upper, &lower).is_none_or(|told| told != *known) {
                continue;
            }
            let rows = |state: StateId| successors(mdp, enclosure.policy.choice(state).into_iter());
            let ranks = if self.is_total() { rank(mdp.states(), &self.absorbing(), &everywhere, rows) } else { None };
            let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
            let upper = bound_reference(self.vectors.of(&upper), None);
            let lower = bound_reference(self.vectors.of(&lower), ranks);
            let found = Rc::new(OptimalChoices { possible: known.clone(), certain: known.clone() });
            self.optimal.push((reward, Rc::clone(&found), format!("{} {upper} {lower}", reward.word())));
            return Ok(Some(found));
        }
        Ok(None)
    }
}

/// The optimal choices as bounds tell them, if every choice that they leave possible is certain.
fn optimal_by(arena: &Arena<'_>, reward: RewardName, upper: &Entries, lower: &Entries) -> Option<Mask> {
    let mdp = &arena.problem.mdp;
    let one_step = |choice: ChoiceId, bound: &Entries| {
        let sum = mdp
            .row(choice)
            .try_fold(Rational::ZERO, |sum, (target, probability)| Some(sum + bound[target].as_ref()? * probability))?;
        Some(sum * arena.discount() + &arena.reward(reward)[choice])
    };
    let mut possible = arena.everything().clone();
    for state in 0..mdp.states() {
        for choice in mdp.choices_of(state) {
            if one_step(choice, upper)? < *lower[state].as_ref()? {
                possible.forbid(choice);
            }
        }
        let left: Vec<ChoiceId> = possible.choices_of(mdp, state).collect();
        for &choice in &left {
            let same = |other: ChoiceId| {
                arena.reward(reward)[other] == arena.reward(reward)[choice] && mdp.row(other).eq(mdp.row(choice))
            };
            if !left.iter().all(|&other| same(other)) && one_step(choice, lower)? < *upper[state].as_ref()? {
                return None;
            }
        }
    }
    Some(possible)
}
