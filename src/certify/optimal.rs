//! The possible and the certain choices of a reward (`proofs/FORMAT.md`, section 1.3).

use std::fmt::Write as _;
use std::rc::Rc;

use crate::budget::Exhausted;
use crate::certify::Uncertified;
use crate::certify::draft::Draft;
use crate::certify::listing::OptimalChoices;
use crate::certify::tables::bound_reference;
use crate::decomposition::RewardName;
use crate::mdp::Policy;

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
        let listing = self.listing(reward)?;
        let (upper, lower) = (self.vectors.put(&listing.upper), self.vectors.put(&listing.lower));
        let ranks = listing.ranks.as_deref().map(|ranks| self.vectors.put(ranks));
        let mut text = format!("{} {} {}", reward.word(), bound_reference(upper, None), bound_reference(lower, ranks));
        if let Some(classes) = listing.classes.as_deref().map(|classes| self.vectors.put(classes)) {
            let _ = write!(text, " alike {classes}");
        }
        let found = Rc::clone(&listing.choices);
        self.optimal.push((reward, Rc::clone(&found), text));
        Ok(found)
    }
}
