//! Numbers for what certificates have no infinity for: costs of policies that miss the goal, and how surely it is missed.

use std::collections::BTreeMap;

use crate::mdp::{ChoiceId, Rational, StateId, StateSet};
use crate::query::proof::shape::Shape;
use crate::query::proof::source::{Side, Source};
use crate::solve::Optimum;

/// Upper bounds of a reward that is never positive where no policy surely reaches the goal: `−M (1 − q)`, with `q` the largest probability
/// of reaching it. That is inductive among these states, and with a large `M` for choices that lead there from others.
///
/// `None` if a reward is positive, or a bound elsewhere is.
pub(super) fn endless_costs(
    shape: &Shape<'_>,
    source: &Source<'_>,
    side: Side,
    domain: &StateSet,
    largest: &Optimum,
) -> Option<BTreeMap<StateId, Rational>> {
    let rewards = shape.rewards();
    if rewards.distinct().iter().any(|reward| *reward > Rational::ZERO) {
        return None;
    }
    let missing = |state: StateId| largest.value(state).finite().map(|value| Rational::ONE - value);
    let mut factor = Rational::ONE;
    for state in domain.ones() {
        let Some(own) = source.at(state, side) else { continue };
        if own > Rational::ZERO {
            return None;
        }
        for choice in shape.choices(state) {
            let leaves = shape.mdp().successors(choice).any(|successor| !source.is_finite(successor));
            if !leaves {
                continue;
            }
            let (mut gain, mut lost) = (rewards.of(choice) - &own, Rational::ZERO);
            for (successor, probability) in shape.mdp().row(choice) {
                match source.at(successor, side) {
                    Some(value) => gain += probability * value,
                    None => lost += probability * missing(successor)?,
                }
            }
            let needed = gain / lost;
            if needed > factor {
                factor = Rational::from(needed.ceil());
            }
        }
    }
    let beyond = domain.ones().filter(|&state| !source.is_finite(state));
    beyond.map(|state| Some((state, -(&factor * missing(state)?)))).collect()
}

/// For each state from which a policy may miss the goal an exponent `k`, so that it reaches it with probability at most `1 − 2^-k`: 0 where it
/// surely misses it, and one step before at least `−log2` of the step's probability more.
pub(super) fn missed(
    shape: &Shape<'_>,
    domain: &StateSet,
    policy: &dyn Fn(StateId) -> Option<ChoiceId>,
) -> BTreeMap<StateId, usize> {
    let mdp = shape.mdp();
    let mut before: BTreeMap<StateId, Vec<(StateId, &Rational)>> = BTreeMap::new();
    for state in domain.ones() {
        for choice in policy(state).into_iter().filter(|_| !shape.is_goal(state)) {
            for (successor, probability) in mdp.row(choice) {
                before.entry(successor).or_default().push((state, probability));
            }
        }
    }
    let backwards = |mut open: Vec<StateId>, act: &mut dyn FnMut(StateId, StateId, &Rational) -> bool| {
        let mut next = 0;
        while let Some(&state) = open.get(next) {
            next += 1;
            for &(earlier, probability) in before.get(&state).map_or(&[][..], Vec::as_slice) {
                if act(earlier, state, probability) {
                    open.push(earlier);
                }
            }
        }
    };
    let goals: Vec<StateId> = domain.ones().filter(|&state| shape.is_goal(state)).collect();
    let mut possible = StateSet::with_capacity(mdp.states());
    possible.extend(goals.iter().copied());
    backwards(goals, &mut |earlier, _, _| !possible.put(earlier));
    let sure: Vec<StateId> = domain.ones().filter(|&state| !possible.contains(state)).collect();
    let mut exponents: BTreeMap<StateId, usize> = sure.iter().map(|&state| (state, 0)).collect();
    backwards(sure, &mut |earlier, state, probability| {
        let step = exponents.get(&state).copied().unwrap_or(0) + halvings(probability);
        let fresh = !exponents.contains_key(&earlier);
        if fresh {
            exponents.insert(earlier, step);
        }
        fresh
    });
    exponents
}

/// The least `k` with `2^-k` at most a probability.
fn halvings(probability: &Rational) -> usize {
    let mut power = Rational::ONE;
    let mut exponent = 0;
    while power > *probability {
        power /= Rational::from(2);
        exponent += 1;
    }
    exponent
}
