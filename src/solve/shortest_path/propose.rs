//! Policy iteration in floating point on one block of states: it proposes a policy, nothing else leaves it.

use crate::budget::{Budget, Exhausted};
use crate::solve::Sense;
use crate::solve::shortest_path::evaluate::Positions;
use crate::solve::shortest_path::float_block::{Block, Floats, approximation, narrow};
use crate::solve::shortest_path::prepare::Prepared;
use crate::solve::shortest_path::qualitative::NONE;
use crate::solve::shortest_path::values::Values;

/// Rounds of evaluation and improvement before the proposal is taken as it is.
const MOST_ROUNDS: usize = 200;

/// The same for the most steps.
const MOST_SLOW_ROUNDS: usize = 40;

/// What expected steps may be short of in each step.
const HALF_A_STEP: f64 = 0.5;

/// Sweeps of value iteration between two evaluations: they carry an improvement further than one step.
const SWEEPS: usize = 12;

/// A relative change below this is taken for rounding.
const ROUNDING: f64 = 1e-12;

/// Choices closer than this to the best one look equal.
const EQUAL: f64 = 1e-11;

/// Writes into `policy` what looks optimal on the block and leaves it.
pub(super) fn propose(
    (values, floats): (&mut Values<'_>, &Floats),
    prepared: &Prepared,
    states: &[u32],
    positions: &Positions,
    (sense, ends): (Sense, bool),
    policy: &mut [u32],
    budget: &Budget,
) -> Result<(), Exhausted> {
    let model = (values.rows, values.weights);
    let outside = |state: u32| approximation(values, state);
    let mut block = Block::new(model, floats, prepared, states, &positions.in_block, sense, outside);
    iterate(&mut block, states, Start { ends, good: false }, policy, budget)?;
    Ok(())
}

/// What is known of the policy that an iteration starts from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// Whether every policy ends.
    pub(super) ends: bool,
    /// Whether this one is better than what a few sweeps find.
    pub(super) good: bool,
}

/// Policy iteration on one block from the policy given; the values are those of the block then. What is returned are the
/// choices taken, as the block counts them.
pub(super) fn iterate(
    block: &mut Block,
    states: &[u32],
    Start { ends, good }: Start,
    policy: &mut [u32],
    budget: &Budget,
) -> Result<Vec<u32>, Exhausted> {
    let mut chosen: Vec<u32> = (0..states.len())
        .map(|state| {
            let own = policy[states[state] as usize];
            block.choices(state).find(|&choice| block.choice[choice] == own).map_or(NONE, narrow)
        })
        .collect();
    if ends && !good {
        // Any values will do to start from, and a few sweeps are better than an arbitrary policy.
        for _ in 0..SWEEPS {
            block.sweep();
        }
        improve(block, &mut chosen);
    }
    for _ in 0..MOST_ROUNDS {
        budget.check()?;
        block.evaluate(&chosen, budget)?;
        let mut change: f64 = 0.0;
        for _ in 0..SWEEPS {
            let step = block.sweep();
            change = change.max(step);
            if step < ROUNDING {
                break;
            }
        }
        if change < ROUNDING || !improve(block, &mut chosen) {
            break;
        }
        if !ends {
            make_leaving(block, &mut chosen);
        }
    }
    for (&state, &choice) in states.iter().zip(&chosen) {
        if choice != NONE {
            policy[state as usize] = block.choice[choice as usize];
        }
    }
    Ok(chosen)
}

/// The best choice of a block of one state, and its value.
pub(super) fn follow(block: &mut Block, states: &[u32], policy: &mut [u32]) -> Vec<u32> {
    let mut chosen = vec![NONE];
    improve(block, &mut chosen);
    if let (&[state], &[choice]) = (states, chosen.as_slice())
        && choice != NONE
    {
        block.values[0] = block.worth(choice as usize);
        policy[state as usize] = block.choice[choice as usize];
    }
    chosen
}

/// The most expected steps by choices that lose little of what a solved block is worth, from a policy that ends; `block`
/// counts steps. Short of the most by less than half a step in each step, which is as good a measure. Where such choices need
/// not end, what comes out means nothing.
pub(super) fn slowest(
    block: &mut Block,
    solved: &Block,
    mut policy: Vec<u32>,
    near: f64,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let loses_little = |choice: usize| {
        let best = solved.values[block.owner[choice] as usize];
        (solved.worth(choice) - best).abs() <= near * (1.0 + best.abs())
    };
    let nearly: Vec<bool> = (0..block.choice.len()).map(loses_little).collect();
    for _ in 0..MOST_SLOW_ROUNDS {
        budget.check()?;
        block.evaluate(&policy, budget)?;
        for _ in 0..SWEEPS {
            let mut gained: f64 = 0.0;
            for (state, own) in policy.iter_mut().enumerate() {
                let before = block.values[state];
                let mut most = before * (1.0 + ROUNDING);
                for choice in block.choices(state).filter(|&choice| nearly[choice]) {
                    let steps = block.worth(choice);
                    if steps > most {
                        most = steps;
                        *own = narrow(choice);
                        block.values[state] = steps;
                    }
                }
                gained = gained.max(block.values[state] - before);
            }
            if gained <= HALF_A_STEP {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Switches to choices that look better than the one taken; whether there were any.
fn improve(block: &Block, policy: &mut [u32]) -> bool {
    let mut changed = false;
    for (state, own) in policy.iter_mut().enumerate() {
        let mut best = if *own == NONE { None } else { Some(block.worth(*own as usize)) };
        for choice in block.choices(state) {
            let worth = block.worth(choice);
            let better = best.is_none_or(|best| block.better(worth, best) && (worth - best).abs() > EQUAL * best.abs());
            if better {
                best = Some(worth);
                *own = narrow(choice);
                changed = true;
            }
        }
    }
    changed
}

/// Changes `policy` where needed so that the block is left from each of its states: first to choices that look
/// as good, then to any.
fn make_leaving(block: &Block, policy: &mut [u32]) {
    let count = policy.len();
    let mut leaving = vec![false; count];
    let keeps = |choice: usize, policy: &[u32]| policy[block.owner[choice] as usize] as usize == choice;
    if spread(block, policy, &mut leaving, keeps) == count {
        return;
    }
    let best: Vec<f64> = (0..count).map(|state| block.best(state).unwrap_or(0.0)).collect();
    let near = |choice: usize, _: &[u32]| {
        let best = best[block.owner[choice] as usize];
        (block.worth(choice) - best).abs() <= EQUAL * best.abs()
    };
    if spread(block, policy, &mut leaving, near) < count {
        spread(block, policy, &mut leaving, |_, _| true);
    }
}

/// Adds to `leaving` the states that usable choices bring out of the block or to states that leave it, and lets them
/// take these choices. The number of states that leave.
fn spread(block: &Block, policy: &mut [u32], leaving: &mut [bool], usable: impl Fn(usize, &[u32]) -> bool) -> usize {
    let used: Vec<u32> = (0..block.choice.len()).filter(|&choice| usable(choice, policy)).map(narrow).collect();
    let mut first = vec![0u32; leaving.len() + 2];
    for &choice in &used {
        for &target in block.targets(choice as usize) {
            first[target as usize + 2] += 1;
        }
    }
    for state in 2..first.len() {
        first[state] += first[state - 1];
    }
    let mut sources = vec![0u32; first[first.len() - 1] as usize];
    let mut queue: Vec<u32> = (0..leaving.len()).filter(|&state| leaving[state]).map(narrow).collect();
    for &choice in &used {
        for &target in block.targets(choice as usize) {
            let slot = &mut first[target as usize + 1];
            sources[*slot as usize] = choice;
            *slot += 1;
        }
        let state = block.owner[choice as usize];
        if block.exits[choice as usize] && !leaving[state as usize] {
            leaving[state as usize] = true;
            policy[state as usize] = choice;
            queue.push(state);
        }
    }
    let mut next = 0;
    while let Some(&state) = queue.get(next) {
        next += 1;
        for &choice in &sources[first[state as usize] as usize..first[state as usize + 1] as usize] {
            let source = block.owner[choice as usize];
            if !leaving[source as usize] {
                leaving[source as usize] = true;
                policy[source as usize] = choice;
                queue.push(source);
            }
        }
    }
    queue.len()
}
