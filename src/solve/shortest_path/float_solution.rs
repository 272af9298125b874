//! A whole model in floating point, component by component: values, a policy and expected steps. Only proposed.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a proposal may be wrong; integers decide"
)]

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mdp, Policy};
use crate::solve::Sense;
use crate::solve::shortest_path::float_block::{Block, Floats, narrow};
use crate::solve::shortest_path::prepare::{Known, Prepared};
use crate::solve::shortest_path::propose::{Start, follow, iterate, slowest};
use crate::solve::shortest_path::qualitative::NONE;
use crate::solve::shortest_path::weights::Weights;

/// Choices that lose relatively less count as nearly optimal.
const NEAR: f64 = 1e-6;

/// What floating point says of every open state.
pub(super) struct FloatSolution {
    values: Vec<f64>,
    pub(super) policy: Vec<u32>,
    /// Expected steps of the policy until the end.
    pub(super) steps: Steps,
    /// The most expected steps by choices that are nearly optimal.
    pub(super) most_steps: Steps,
}

/// Expected steps from each state.
pub(super) struct Steps(Vec<f64>);

impl Steps {
    /// A multiple of the steps as an integer, if it is one of sensible size.
    pub(super) fn times(&self, state: usize, delta: i64) -> Option<i64> {
        let product = (self.0[state] * delta as f64).ceil();
        (0.0..1e18).contains(&product).then_some(product as i64)
    }
}

impl FloatSolution {
    /// How many bits are left behind the point when the largest number has been made room for.
    pub(super) fn fraction_bits(&self, weights: &Weights<'_>) -> Option<u32> {
        let rewards = weights.rewards.iter().map(|reward| reward.exact.to_f64().value());
        let largest =
            self.values.iter().copied().chain(rewards).fold(1.0, |largest: f64, value| largest.max(value.abs()));
        (largest.is_finite() && largest < 2f64.powi(40)).then(|| 58 - largest.log2().ceil() as u32)
    }

    /// The values in units of `2^-fraction_bits`.
    pub(super) fn integers(&self, fraction_bits: u32) -> Vec<i64> {
        let scale = 2f64.powi(i32::try_from(fraction_bits).unwrap_or(0));
        self.values.iter().map(|value| (value * scale).round() as i64).collect()
    }
}

/// Solves all open states; where every policy ends, `ends` says so. The steps of the policy that is found are counted if they are
/// `wanted`; it is looked for from the one that is proposed, if one is.
pub(super) fn solve_in_floats(
    mdp: &Mdp,
    weights: &Weights<'_>,
    prepared: &Prepared,
    (sense, ends): (Sense, bool),
    (wanted, proposed): (bool, Option<&Policy>),
    budget: &Budget,
) -> Result<FloatSolution, Exhausted> {
    let rows = mdp.compressed();
    let floats = Floats::new(weights);
    let unit = Floats::counting_steps(&floats);
    let known = |known: &Known| if *known == Known::One { 1.0 } else { 0.0 };
    let mut values: Vec<f64> = prepared.known.iter().map(known).collect();
    let mut policy = prepared.policy.clone();
    if let Some(proposed) = proposed {
        for (state, own) in policy.iter_mut().enumerate().filter(|(state, _)| prepared.is_open(*state)) {
            *own = proposed.choice(state).map_or(*own, narrow);
        }
    }
    let (mut steps, mut most_steps) = (vec![0.0; mdp.states()], vec![0.0; mdp.states()]);
    let mut in_block = vec![NONE; mdp.states()];
    let start = Start { ends, good: proposed.is_some() };
    for (count, states) in prepared.blocks(mdp).iter().enumerate() {
        if count % 256 == 0 {
            budget.check()?;
        }
        for (index, &state) in (0u32..).zip(states) {
            in_block[state as usize] = index;
        }
        let block = |floats: &Floats, sense: Sense, outside: &[f64]| {
            Block::new((rows, weights), floats, prepared, states, &in_block, sense, |state| outside[state as usize])
        };
        let mut own = block(&floats, sense, &values);
        let chosen = if states.len() == 1 {
            follow(&mut own, states, &mut policy)
        } else {
            iterate(&mut own, states, start, &mut policy, budget)?
        };
        if wanted {
            let mut counted = block(&unit, Sense::Max, &steps);
            counted.evaluate(&chosen, budget)?;
            for (&state, &count) in states.iter().zip(&counted.values) {
                steps[state as usize] = count;
            }
        }
        let mut slow = block(&unit, Sense::Max, &most_steps);
        slowest(&mut slow, &own, chosen, NEAR, budget)?;
        for (index, &state) in states.iter().enumerate() {
            in_block[state as usize] = NONE;
            values[state as usize] = own.values[index];
            most_steps[state as usize] = slow.values[index];
        }
    }
    Ok(FloatSolution { values, policy, steps: Steps(steps), most_steps: Steps(most_steps) })
}
