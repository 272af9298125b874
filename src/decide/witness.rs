//! Evidence → witness: the numbers and the path that a person wants to see, all recomputed exactly.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use crate::decide::measure::{best_of_witness, sides, worth};
use crate::decide::verdict::Evidence;
use crate::decomposition::{Path, Step, Witness};
use crate::mdp::{ChoiceId, Distribution, RandomizedPolicy, Rational, StateId, closure};
use crate::search::{Arena, Quantity};
use crate::solve::Behaviour;

/// Steps of a path that does not end in the catastrophe.
const LONGEST_HARMLESS_PATH: usize = 200;

/// The witness of some evidence.
pub(super) fn witness_of(arena: &Arena<'_>, evidence: &Evidence) -> Witness {
    let reward = evidence.reward;
    let mut witness = Witness {
        reward,
        distribution: evidence.distribution.clone(),
        policy: None,
        value: None,
        value_bounds: None,
        best: None,
        best_bounds: None,
        reach: None,
        reach_bounds: None,
        path: None,
    };
    let Some(distribution) = &evidence.distribution else {
        let support: Vec<StateId> = arena.problem.situations.clone();
        witness.policy = evidence.policy.as_ref().map(|policy| where_visited(arena, policy, &support));
        return witness;
    };
    // The verdict stands; numbers that there is no time left for are left out.
    (witness.best, witness.best_bounds) = sides(best_of_witness(arena, reward, distribution).ok().flatten());
    let Some(policy) = &evidence.policy else { return witness };
    let measured = |quantity| sides(worth(arena, quantity, Behaviour::Randomized(policy), distribution).ok().flatten());
    (witness.value, witness.value_bounds) = measured(Quantity::Reward(reward));
    if let Some(catastrophe) = &arena.problem.catastrophe {
        let (reach, bounds) = measured(Quantity::Reach);
        if reach.is_none() && bounds.is_none() {
            return witness;
        }
        witness.reach = reach.and_then(|reach| reach.finite().cloned());
        witness.reach_bounds = bounds;
        witness.path = path_to(arena, policy, distribution, |state| catastrophe.states.contains(state), true)
            .or_else(|| harmless_path(arena, policy, distribution));
    } else {
        witness.path = harmless_path(arena, policy, distribution);
    }
    let mut support: Vec<StateId> = distribution.support().collect();
    support.extend(arena.problem.train.support());
    witness.policy = Some(where_visited(arena, policy, &support));
    witness
}

fn harmless_path(arena: &Arena<'_>, policy: &RandomizedPolicy, from: &Distribution) -> Option<Path> {
    let mdp = &arena.problem.mdp;
    path_to(arena, policy, from, |state| mdp.is_absorbing(state), false)
        .filter(|path| path.steps.len() <= LONGEST_HARMLESS_PATH)
}

/// A shortest path of positive probability from the support into a set of states.
fn path_to(
    arena: &Arena<'_>,
    policy: &RandomizedPolicy,
    from: &Distribution,
    target: impl Fn(StateId) -> bool,
    catastrophic: bool,
) -> Option<Path> {
    let mdp = &arena.problem.mdp;
    let mut via: HashMap<StateId, Option<(StateId, ChoiceId, Rational)>> = HashMap::new();
    let mut queue = VecDeque::new();
    for state in from.support() {
        via.insert(state, None);
        queue.push_back(state);
    }
    let mut end = None;
    while let Some(state) = queue.pop_front() {
        if target(state) {
            end = Some(state);
            break;
        }
        for (choice, weight) in policy.row(state) {
            for (successor, probability) in mdp.row(*choice) {
                if let Entry::Vacant(unseen) = via.entry(successor) {
                    unseen.insert(Some((state, *choice, probability * weight)));
                    queue.push_back(successor);
                }
            }
        }
    }
    let end = end?;
    let mut steps = Vec::new();
    let mut probability = Rational::ONE;
    let mut state = end;
    while let Some(Some((previous, choice, factor))) = via.get(&state) {
        steps.push(Step { state: *previous, choice: *choice });
        probability *= factor;
        state = *previous;
    }
    steps.reverse();
    Some(Path { steps, end, probability, catastrophic })
}

/// The policy on the states that it visits; elsewhere nothing.
fn where_visited(arena: &Arena<'_>, policy: &RandomizedPolicy, sources: &[StateId]) -> RandomizedPolicy {
    let mdp = &arena.problem.mdp;
    let seen = closure(mdp.states(), sources.iter().copied(), |state| {
        policy.row(state).iter().flat_map(|(choice, _)| mdp.successors(*choice))
    });
    RandomizedPolicy::new(
        (0..mdp.states())
            .map(|state| if seen.contains(state) { policy.row(state).to_vec() } else { Vec::new() })
            .collect(),
    )
}
