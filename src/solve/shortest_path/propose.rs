//! Floating-point value iteration on one block of states: it proposes a policy, nothing else leaves this module.
#![allow(clippy::cast_precision_loss, reason = "a proposal may be wrong; exact arithmetic decides")]

use crate::budget::{Budget, Exhausted};
use crate::mdp::Rational;
use crate::solve::Sense;
use crate::solve::shortest_path::evaluate::Positions;
use crate::solve::shortest_path::prepare::Prepared;
use crate::solve::shortest_path::qualitative::NONE;
use crate::solve::shortest_path::values::Values;

/// Sweeps over one block before the proposal is taken as it is.
const MOST_SWEEPS: usize = 20_000;

/// Relative change below which a block is taken to have converged.
const CONVERGED: f64 = 1e-12;

/// Choices closer than this to the best one look equal.
const EQUAL: f64 = 1e-10;

/// One block in floating point, in compressed rows of its own.
struct Block {
    first_choice: Vec<u32>,
    /// The model's number of each choice.
    choice: Vec<u32>,
    /// Reward, and what is expected from outside the block.
    constant: Vec<f64>,
    /// Whether the choice leads out of the block.
    exits: Vec<bool>,
    first_transition: Vec<u32>,
    target: Vec<u32>,
    weight: Vec<f64>,
    /// `1 / (1 − p)` for the probability `p` of staying.
    repeats: Vec<f64>,
    values: Vec<f64>,
    sense: Sense,
}

fn approximate(number: &Rational) -> f64 {
    number.to_f64().value()
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Block {
    fn new(values: &mut Values<'_>, prepared: &Prepared, states: &[u32], in_block: &[u32], sense: Sense) -> Self {
        let mut block = Self {
            first_choice: vec![0],
            choice: Vec::new(),
            constant: Vec::new(),
            exits: Vec::new(),
            first_transition: vec![0],
            target: Vec::new(),
            weight: Vec::new(),
            repeats: Vec::new(),
            values: vec![0.0; states.len()],
            sense,
        };
        let weights: Vec<f64> = values.weights.probabilities.iter().map(|number| approximate(&number.exact)).collect();
        let rows = values.rows;
        for (own, &state) in states.iter().enumerate() {
            for choice in rows.choices(state as usize).filter(|&choice| prepared.allows(choice)) {
                let reward = values.weights.reward(choice);
                let mut constant = match reward.small {
                    Some((numerator, denominator)) => numerator as f64 / denominator as f64,
                    None => approximate(&reward.exact),
                };
                let mut stays = 0.0;
                let begin = block.target.len();
                let mut exits = false;
                for (&target, &index) in rows.targets(choice).iter().zip(rows.probabilities(choice)) {
                    let weight = weights[index as usize];
                    let local = in_block[target as usize];
                    if local as usize == own {
                        stays += weight;
                    } else if local == NONE {
                        exits = true;
                        constant += weight * outside(values, target);
                    } else {
                        block.target.push(local);
                        block.weight.push(weight);
                    }
                }
                if stays >= 1.0 || (!exits && block.target.len() == begin && stays > 1.0 - 1e-12) {
                    block.target.truncate(begin);
                    block.weight.truncate(begin);
                    continue;
                }
                block.first_transition.push(narrow(block.target.len()));
                block.choice.push(narrow(choice));
                block.constant.push(constant);
                block.exits.push(exits);
                block.repeats.push(if stays > 0.0 { 1.0 / (1.0 - stays) } else { 1.0 });
            }
            block.first_choice.push(narrow(block.choice.len()));
        }
        block
    }

    fn choices(&self, state: usize) -> std::ops::Range<usize> {
        self.first_choice[state] as usize..self.first_choice[state + 1] as usize
    }

    fn worth(&self, choice: usize) -> f64 {
        let range = self.first_transition[choice] as usize..self.first_transition[choice + 1] as usize;
        let inside: f64 = self.target[range.clone()]
            .iter()
            .zip(&self.weight[range])
            .map(|(&target, weight)| weight * self.values[target as usize])
            .sum();
        (self.constant[choice] + inside) * self.repeats[choice]
    }

    fn best(&self, state: usize) -> Option<f64> {
        let mut best: Option<f64> = None;
        for choice in self.choices(state) {
            let worth = self.worth(choice);
            best = Some(match (best, self.sense) {
                (None, _) => worth,
                (Some(best), Sense::Max) => best.max(worth),
                (Some(best), Sense::Min) => best.min(worth),
            });
        }
        best
    }

    fn sweep(&mut self, next: impl Fn(&Self, usize) -> Option<f64>) -> f64 {
        let mut change: f64 = 0.0;
        for state in 0..self.values.len() {
            if let Some(value) = next(self, state) {
                let difference = (value - self.values[state]).abs();
                if difference > change * value.abs() {
                    change = change.max(difference / value.abs().max(f64::MIN_POSITIVE));
                }
                self.values[state] = value;
            }
        }
        change
    }

    fn iterate(&mut self, next: impl Fn(&Self, usize) -> Option<f64>, budget: &Budget) -> Result<(), Exhausted> {
        for _ in 0..MOST_SWEEPS {
            budget.check()?;
            if self.sweep(&next) < CONVERGED {
                break;
            }
        }
        Ok(())
    }

    /// Each state's first choice that looks best.
    fn greedy(&self) -> Vec<u32> {
        (0..self.values.len())
            .map(|state| {
                let best = self.best(state).unwrap_or(0.0);
                let first = self.choices(state).find(|&choice| self.is_near(choice, best));
                first.map_or(NONE, narrow)
            })
            .collect()
    }

    fn is_near(&self, choice: usize, best: f64) -> bool {
        (self.worth(choice) - best).abs() <= EQUAL * best.abs()
    }

    /// Changes `policy` where needed so that the block is left from each of its states: first to choices that look
    /// as good, then to any.
    fn make_leaving(&self, policy: &mut [u32]) {
        let mut sources: Vec<(u32, u32)> = Vec::with_capacity(self.target.len());
        let mut owner = vec![0u32; self.choice.len()];
        for state in 0..self.values.len() {
            for choice in self.choices(state) {
                owner[choice] = narrow(state);
                for transition in self.first_transition[choice]..self.first_transition[choice + 1] {
                    sources.push((self.target[transition as usize], narrow(choice)));
                }
            }
        }
        sources.sort_unstable();
        let mut leaving = vec![false; self.values.len()];
        let best: Vec<f64> = (0..self.values.len()).map(|state| self.best(state).unwrap_or(0.0)).collect();
        for round in 0..3 {
            let usable = |choice: usize, policy: &[u32]| match round {
                0 => policy[owner[choice] as usize] as usize == choice,
                1 => self.is_near(choice, best[owner[choice] as usize]),
                _ => true,
            };
            let mut queue: Vec<u32> = (0..self.values.len()).filter(|&state| leaving[state]).map(narrow).collect();
            for (choice, &state) in owner.iter().enumerate() {
                let state = state as usize;
                if !leaving[state] && self.exits[choice] && usable(choice, policy) {
                    leaving[state] = true;
                    policy[state] = narrow(choice);
                    queue.push(narrow(state));
                }
            }
            while let Some(state) = queue.pop() {
                let from = sources.partition_point(|&(target, _)| target < state);
                for &(_, choice) in sources[from..].iter().take_while(|&&(target, _)| target == state) {
                    let source = owner[choice as usize] as usize;
                    if !leaving[source] && usable(choice as usize, policy) {
                        leaving[source] = true;
                        policy[source] = choice;
                        queue.push(narrow(source));
                    }
                }
            }
        }
    }
}

/// An approximation of a value that is known exactly.
fn outside(values: &mut Values<'_>, state: u32) -> f64 {
    match values.floor(state) {
        Some(floor) => floor as f64 / (1u64 << 63) as f64,
        None => approximate(&values.denominators.rational(values.get(state))),
    }
}

/// Writes into `policy` what looks optimal on the block and leaves it.
pub(super) fn propose(
    values: &mut Values<'_>,
    prepared: &Prepared,
    states: &[u32],
    positions: &Positions,
    (sense, ends): (Sense, bool),
    policy: &mut [u32],
    budget: &Budget,
) -> Result<(), Exhausted> {
    let mut block = Block::new(values, prepared, states, &positions.in_block, sense);
    if !ends && sense == Sense::Min {
        // Where a cycle costs nothing the equations have solutions below the values: come from above.
        let start: Vec<u32> = (0..states.len())
            .map(|state| {
                let own = policy[states[state] as usize];
                block.choices(state).find(|&choice| block.choice[choice] == own).map_or(NONE, narrow)
            })
            .collect();
        block.iterate(|block, state| (start[state] != NONE).then(|| block.worth(start[state] as usize)), budget)?;
    }
    block.iterate(Block::best, budget)?;
    let mut chosen = block.greedy();
    if !ends {
        block.make_leaving(&mut chosen);
    }
    for (&state, &choice) in states.iter().zip(&chosen) {
        if choice != NONE {
            policy[state as usize] = block.choice[choice as usize];
        }
    }
    Ok(())
}
