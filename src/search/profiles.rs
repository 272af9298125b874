//! Small classes of policies, listed: what each policy is worth from each situation.
//!
//! A question about a class depends on its policies only through their values at the situations, so
//! policies with the same values are one *profile*.

use std::collections::HashSet;

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Mask, Policy, StateId, Value};
use crate::search::arena::Arena;
use crate::search::branch::children;
use crate::search::memo::Quantity;
use crate::solve::{Behaviour, reachable_under};

/// What a policy is worth from each situation, in the order of the problem's situations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Specified values.
    pub specified: Vec<Value>,
    /// Intended values.
    pub intended: Vec<Value>,
    /// Probabilities of the catastrophe.
    pub reach: Vec<Value>,
}

impl Profile {
    /// The values of one reward.
    #[must_use]
    pub fn values(&self, reward: RewardName) -> &[Value] {
        match reward {
            RewardName::Specified => &self.specified,
            RewardName::Intended => &self.intended,
        }
    }
}

/// The distinct profiles of the deterministic policies of the class, each with one policy; `None` if there
/// are more than `limit` behaviours.
///
/// # Errors
/// When the budget is exhausted.
pub fn profiles(arena: &Arena<'_>, limit: usize) -> Result<Option<Vec<(Profile, Policy)>>, Exhausted> {
    let mdp = &arena.problem.mdp;
    let situations: &[StateId] = &arena.problem.situations;
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut behaviours = 0usize;
    let mut open: Vec<Mask> = vec![arena.everything().clone()];
    while let Some(mask) = open.pop() {
        arena.budget.check()?;
        let reached = reachable_under(mdp, &decided_part(arena, &mask), situations.iter().copied());
        if let Some(state) = reached.ones().find(|&state| arena.is_undecided(&mask, state)) {
            open.extend(children(arena, &mask, state, None));
            if open.len() > limit {
                return Ok(None);
            }
            continue;
        }
        behaviours += 1;
        if behaviours > limit {
            return Ok(None);
        }
        let policy = Policy::new((0..mdp.states()).map(|state| mask.choices_of(mdp, state).next()).collect());
        let profile = profile_of(arena, Behaviour::Deterministic(&policy))?;
        if seen.insert(profile.clone()) {
            found.push((profile, policy));
        }
    }
    Ok(Some(found))
}

/// The profile of one policy.
///
/// # Errors
/// When the budget is exhausted.
pub fn profile_of(arena: &Arena<'_>, behaviour: Behaviour<'_>) -> Result<Profile, Exhausted> {
    let at_situations = |quantity| -> Result<Vec<Value>, Exhausted> {
        let values = arena.values(quantity, behaviour)?;
        Ok(arena.problem.situations.iter().map(|&state| values[state].clone()).collect())
    };
    Ok(Profile {
        specified: at_situations(Quantity::Reward(RewardName::Specified))?,
        intended: at_situations(Quantity::Reward(RewardName::Intended))?,
        reach: at_situations(Quantity::Reach)?,
    })
}

/// The mask with the choices of undecided states taken away: what is surely followed.
fn decided_part(arena: &Arena<'_>, mask: &Mask) -> Mask {
    let mdp = &arena.problem.mdp;
    let mut decided = mask.clone();
    for state in (0..mdp.states()).filter(|&state| arena.is_undecided(mask, state)) {
        for choice in mdp.choices_of(state) {
            decided.forbid(choice);
        }
    }
    decided
}
