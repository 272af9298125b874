//! What a policy and the best one are worth at a distribution: exactly where that is short, else within proved bounds.

use crate::budget::Exhausted;
use crate::decide::threshold::best_of_class;
use crate::decide::verdict::Undecided;
use crate::decomposition::{Bounds, RewardName};
use crate::mdp::{Distribution, Mask, Policy, StateId, Value};
use crate::search::{Arena, Quantity, expectation};
use crate::solve::{Behaviour, Enclosure, Sense, values_are_short};

/// A number of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Measure {
    /// Exactly this.
    Exact(Value),
    /// Something between.
    Between(Bounds),
}

/// The exact value, or the bounds.
pub(super) fn sides(measure: Option<Measure>) -> (Option<Value>, Option<Bounds>) {
    match measure {
        None => (None, None),
        Some(Measure::Exact(value)) => (Some(value), None),
        Some(Measure::Between(bounds)) => (None, Some(bounds)),
    }
}

/// What a policy is worth at a distribution.
pub(super) fn worth(
    arena: &Arena<'_>,
    quantity: Quantity,
    behaviour: Behaviour<'_>,
    at: &Distribution,
) -> Result<Option<Measure>, Exhausted> {
    let sources: Vec<StateId> = at.support().collect();
    let mdp = &arena.problem.mdp;
    let only = match behaviour {
        Behaviour::Deterministic(policy) => Some(policy.clone()),
        Behaviour::Randomized(policy) => policy.as_deterministic(),
    };
    if let (Some(&bits), Some(policy)) = (arena.precisions().first(), only)
        && !values_are_short(mdp, behaviour, arena.discount(), &sources)
        && let Some(found) = arena.enclosure(quantity, Sense::Max, &Mask::only(mdp, &policy), bits)?
    {
        return Ok(Some(between(&found, at)));
    }
    let values = arena.values_from(quantity, behaviour, &sources)?;
    Ok(Some(Measure::Exact(expectation(at, |state| values[state].clone()))))
}

/// What the best policy of the class is worth at a distribution, if that is known.
pub(super) fn best_of_witness(
    arena: &Arena<'_>,
    reward: RewardName,
    at: &Distribution,
) -> Result<Option<Measure>, Undecided> {
    let mdp = &arena.problem.mdp;
    if arena.fully_observed
        && let [bits, _, ..] = arena.precisions()
        && let Some(found) = arena.enclosure(Quantity::Reward(reward), Sense::Max, arena.everything(), *bits)?
    {
        // Policies that take optimal choices are optimal, whichever they take.
        let optimal = arena.optimal_choices(reward)?;
        let choice = |state| found.policy.choice(state).filter(|&choice| optimal.allows(choice));
        let first = |state| optimal.choices_of(mdp, state).next();
        let policy = Policy::new((0..mdp.states()).map(|state| choice(state).or_else(|| first(state))).collect());
        let quantity = Quantity::Reward(reward);
        return Ok(match worth(arena, quantity, Behaviour::Deterministic(&policy), at)? {
            Some(Measure::Exact(value)) => Some(Measure::Exact(value)),
            _ => Some(between(&found, at)),
        });
    }
    Ok(best_of_class(arena, reward, at).ok().map(|value| Measure::Exact(value.into())))
}

fn between(found: &Enclosure, at: &Distribution) -> Measure {
    let low = expectation(at, |state| found.lower_value(state));
    let high = expectation(at, |state| found.upper_value(state));
    match (low, high) {
        (Value::Finite(low), Value::Finite(high)) if low < high => Measure::Between(Bounds { low, high }),
        (low, _) => Measure::Exact(low),
    }
}
