//! The best value of a class of observation-based policies at one distribution.

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Policy, StateId, Value};
use crate::search::arena::Arena;
use crate::search::branch::{children, disagreement};
use crate::search::expectation::expectation;
use crate::search::memo::Quantity;
use crate::solve::{Behaviour, Sense};

/// An attained optimum of a class.
#[derive(Debug, Clone)]
pub struct ClassOptimum {
    /// The value.
    pub value: Value,
    /// A deterministic policy of the class that attains it.
    pub policy: Policy,
    /// Whether no policy of the full state does better.
    pub as_good_as_full_observation: bool,
}

/// The largest value over the deterministic policies of the class; `None` beyond the node limit.
///
/// # Errors
/// When the budget is exhausted.
pub fn class_optimum(
    arena: &Arena<'_>,
    reward: RewardName,
    at: &Distribution,
    node_limit: usize,
) -> Result<Option<ClassOptimum>, Exhausted> {
    let sources: Vec<StateId> = at.support().collect();
    let best = arena.best(reward)?;
    let full = expectation(at, |state| best.values[state].clone());
    let mut incumbent: Option<(Value, Policy)> = None;
    let mut open = vec![arena.everything().clone()];
    let mut nodes = 0usize;
    while let Some(mask) = open.pop() {
        nodes += 1;
        if nodes > node_limit {
            return Ok(None);
        }
        let relaxed = arena.optimise(reward, Sense::Max, &mask)?;
        let bound = expectation(at, |state| relaxed.values[state].clone());
        if incumbent.as_ref().is_some_and(|(value, _)| &bound <= value) {
            continue;
        }
        let candidate = arena.made_consistent(&relaxed.policy, &mask, &sources);
        let values = arena.values(Quantity::Reward(reward), Behaviour::Deterministic(&candidate))?;
        let value = expectation(at, |state| values[state].clone());
        let attained = value == bound;
        if incumbent.as_ref().is_none_or(|(best, _)| &value > best) {
            incumbent = Some((value, candidate));
        }
        if !attained && let Some(state) = disagreement(arena, &mask, &sources, &relaxed.policy) {
            open.extend(children(arena, &mask, state, Some(&relaxed.policy)));
        }
    }
    Ok(incumbent.map(|(value, policy)| ClassOptimum { as_good_as_full_observation: value == full, value, policy }))
}
