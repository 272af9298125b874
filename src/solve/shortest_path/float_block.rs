//! One block of states in floating point: for proposals alone.
#![allow(clippy::cast_precision_loss, reason = "a proposal may be wrong; exact arithmetic decides")]

use crate::budget::{Budget, Exhausted};
use crate::mdp::{CompressedRows, Rational};
use crate::solve::Sense;
use crate::solve::shortest_path::components::components;
use crate::solve::shortest_path::prepare::Prepared;
use crate::solve::shortest_path::qualitative::NONE;
use crate::solve::shortest_path::values::Values;
use crate::solve::shortest_path::weights::{Number, Weights};
use crate::solve::sparse::Factors;

/// The numbers of a model in floating point.
pub(super) struct Floats {
    probabilities: Vec<f64>,
    rewards: Vec<f64>,
}

impl Floats {
    pub(super) fn new(weights: &Weights<'_>) -> Self {
        let all = |numbers: &[Number]| numbers.iter().map(|number| approximate(&number.exact)).collect();
        Self { probabilities: all(&weights.probabilities), rewards: all(&weights.rewards) }
    }
}

impl Floats {
    /// The same probabilities, and a reward of 1 for every choice.
    pub(super) fn counting_steps(&self) -> Self {
        Self { probabilities: self.probabilities.clone(), rewards: vec![1.0; self.rewards.len()] }
    }
}

/// A block in compressed rows of its own, choices that stay for ever left out.
pub(super) struct Block {
    first_choice: Vec<u32>,
    /// The model's number of each choice.
    pub(super) choice: Vec<u32>,
    /// The state of each choice, as its position in the block.
    pub(super) owner: Vec<u32>,
    /// Reward, and what is expected from outside the block.
    constant: Vec<f64>,
    /// Whether the choice leads out of the block.
    pub(super) exits: Vec<bool>,
    first_transition: Vec<u32>,
    target: Vec<u32>,
    weight: Vec<f64>,
    /// `1 / (1 − p)` for the probability `p` of staying.
    repeats: Vec<f64>,
    pub(super) values: Vec<f64>,
    sense: Sense,
}

fn approximate(number: &Rational) -> f64 {
    number.to_f64().value()
}

pub(super) fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// An approximation of a value that is known exactly.
pub(super) fn approximation(values: &mut Values<'_>, state: u32) -> f64 {
    if values.get(state).numerator.is_zero() {
        return 0.0;
    }
    match values.floor(state) {
        // Small values keep their leading digits that way only.
        Some(floor) if floor.unsigned_abs() >= 1 << 50 => floor as f64 / (1u64 << 63) as f64,
        _ => approximate(&values.denominators.rational(values.get(state))),
    }
}

impl Block {
    /// `outside` tells what is expected from states that are not in the block.
    pub(super) fn new(
        (rows, weights): (CompressedRows<'_>, &Weights<'_>),
        floats: &Floats,
        prepared: &Prepared,
        states: &[u32],
        in_block: &[u32],
        sense: Sense,
        mut outside: impl FnMut(u32) -> f64,
    ) -> Self {
        let mut block = Self {
            first_choice: vec![0],
            choice: Vec::new(),
            owner: Vec::new(),
            constant: Vec::new(),
            exits: Vec::new(),
            first_transition: vec![0],
            target: Vec::new(),
            weight: Vec::new(),
            repeats: Vec::new(),
            values: vec![0.0; states.len()],
            sense,
        };
        for (own, &state) in states.iter().enumerate() {
            for choice in rows.choices(state as usize).filter(|&choice| prepared.allows(choice)) {
                let mut constant = floats.rewards[weights.reward_index(choice)];
                let mut stays = 0.0;
                let begin = block.target.len();
                let mut exits = false;
                for (&target, &index) in rows.targets(choice).iter().zip(rows.probabilities(choice)) {
                    let weight = floats.probabilities[index as usize];
                    let local = in_block[target as usize];
                    if local as usize == own {
                        stays += weight;
                    } else if local == NONE {
                        exits = true;
                        constant += weight * outside(target);
                    } else {
                        block.target.push(local);
                        block.weight.push(weight);
                    }
                }
                if stays >= 1.0 {
                    block.target.truncate(begin);
                    block.weight.truncate(begin);
                    continue;
                }
                block.first_transition.push(narrow(block.target.len()));
                block.choice.push(narrow(choice));
                block.owner.push(narrow(own));
                block.constant.push(constant);
                block.exits.push(exits);
                block.repeats.push(if stays > 0.0 { 1.0 / (1.0 - stays) } else { 1.0 });
            }
            block.first_choice.push(narrow(block.choice.len()));
        }
        block
    }

    pub(super) fn choices(&self, state: usize) -> std::ops::Range<usize> {
        self.first_choice[state] as usize..self.first_choice[state + 1] as usize
    }

    fn transitions(&self, choice: usize) -> std::ops::Range<usize> {
        self.first_transition[choice] as usize..self.first_transition[choice + 1] as usize
    }

    /// The successors inside the block, other than the state itself.
    pub(super) fn targets(&self, choice: usize) -> &[u32] {
        &self.target[self.transitions(choice)]
    }

    /// What the choice is worth when it is repeated until it leaves the state.
    pub(super) fn worth(&self, choice: usize) -> f64 {
        let range = self.transitions(choice);
        let inside: f64 = self.target[range.clone()]
            .iter()
            .zip(&self.weight[range])
            .map(|(&target, weight)| weight * self.values[target as usize])
            .sum();
        (self.constant[choice] + inside) * self.repeats[choice]
    }

    /// Whether the first number is better.
    pub(super) fn better(&self, left: f64, right: f64) -> bool {
        match self.sense {
            Sense::Max => left > right,
            Sense::Min => left < right,
        }
    }

    pub(super) fn best(&self, state: usize) -> Option<f64> {
        let mut best: Option<f64> = None;
        for choice in self.choices(state) {
            let worth = self.worth(choice);
            if best.is_none_or(|best| self.better(worth, best)) {
                best = Some(worth);
            }
        }
        best
    }

    /// Sets every value to the best of its choices, in place; the largest relative change.
    pub(super) fn sweep(&mut self) -> f64 {
        let mut change: f64 = 0.0;
        for state in 0..self.values.len() {
            if let Some(value) = self.best(state) {
                let difference = (value - self.values[state]).abs();
                if difference > change * value.abs() {
                    change = difference / value.abs().max(f64::MIN_POSITIVE);
                }
                self.values[state] = value;
            }
        }
        change
    }

    /// Sets the values to those of a policy that leaves the block.
    pub(super) fn evaluate(&mut self, policy: &[u32], budget: &Budget) -> Result<(), Exhausted> {
        let edges = |state: u32| match policy[state as usize] {
            NONE => 0..0,
            choice => self.first_transition[choice as usize]..self.first_transition[choice as usize + 1],
        };
        let parts = components(policy.len(), 0..narrow(policy.len()), edges, |edge| Some(self.target[edge as usize]));
        let mut place = vec![NONE; policy.len()];
        for part in parts.iter() {
            if let [state] = part {
                if policy[*state as usize] != NONE {
                    self.values[*state as usize] = self.worth(policy[*state as usize] as usize);
                }
                continue;
            }
            for (index, &state) in part.iter().enumerate() {
                place[state as usize] = narrow(index);
            }
            if let Some(solution) = self.solve_part(part, &place, policy, budget)? {
                for (&state, value) in part.iter().zip(solution) {
                    self.values[state as usize] = value;
                }
            }
            for &state in part {
                place[state as usize] = NONE;
            }
        }
        Ok(())
    }

    fn solve_part(
        &self,
        part: &[u32],
        place: &[u32],
        policy: &[u32],
        budget: &Budget,
    ) -> Result<Option<Vec<f64>>, Exhausted> {
        let mut rows = Vec::with_capacity(part.len());
        let mut vector = Vec::with_capacity(part.len());
        for (index, &state) in part.iter().enumerate() {
            let choice = policy[state as usize] as usize;
            let mut constant = self.constant[choice];
            let range = self.transitions(choice);
            let mut row = Vec::with_capacity(range.len() + 1);
            row.push((narrow(index), 1.0 / self.repeats[choice]));
            for (&target, &weight) in self.target[range.clone()].iter().zip(&self.weight[range]) {
                match place[target as usize] {
                    NONE => constant += weight * self.values[target as usize],
                    column => row.push((column, -weight)),
                }
            }
            rows.push(row);
            vector.push(constant);
        }
        let Some(factors) = Factors::new(rows, budget)? else { return Ok(None) };
        factors.solve(&mut vector);
        Ok(vector.iter().all(|value| value.is_finite()).then_some(vector))
    }
}
