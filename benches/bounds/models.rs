//! The models that are measured.

use lavaproof::mdp::{Mdp, Rational, RewardStructure, RowBuilder};

/// A linear congruential generator: the same models everywhere.
struct Source(u64);

impl Source {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}

/// Four actions in each state, each with five random successors of random probabilities and a random reward.
pub fn random(states: usize) -> (Mdp, RewardStructure) {
    let mut source = Source(states as u64);
    let mut rows = RowBuilder::default();
    let mut rewards = Vec::new();
    rows.reserve(states, 4 * states);
    for _ in 0..states {
        rows.state();
        for action in ["a", "b", "c", "d"] {
            rows.choice(action);
            let mut targets: Vec<usize> = Vec::new();
            while targets.len() < 5 {
                let target = source.below(states);
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
            // Tenths: four random parts, and what is left.
            let mut left = 10;
            for (index, target) in targets.into_iter().enumerate() {
                let part = if index == 4 { left } else { 1 + source.below(left - (4 - index)) };
                left -= part;
                let probability = rows.probability(Rational::from(part) / Rational::from(10));
                rows.transition(target, probability);
            }
            rows.end_choice().expect("a distribution");
            rewards.push(u32::try_from(source.below(1_000)).expect("small"));
        }
    }
    let numbers = (0..1_000u32).map(|number| Rational::from(number) / Rational::from(1_000)).collect();
    (rows.finish().expect("a model"), RewardStructure::new("r", numbers, rewards))
}

/// A square in which a step goes aside with probability 1/10 each way; a step costs 1, but for one cell in five, where it
/// costs between 1 and 5. It ends in the far corner.
pub fn grid(side: usize) -> (Mdp, RewardStructure) {
    let mut source = Source(side as u64);
    let mut rows = RowBuilder::default();
    let mut rewards = Vec::new();
    rows.reserve(side * side, 4 * side * side);
    let tenths: Vec<u32> = (0..=10).map(|part| rows.probability(Rational::from(part) / Rational::from(10))).collect();
    for (row, column) in (0..side).flat_map(|row| (0..side).map(move |column| (row, column))) {
        rows.state();
        if (row, column) == (side - 1, side - 1) {
            continue;
        }
        let cost = if source.below(5) == 0 { 1 + source.below(5) } else { 1 };
        let moved = |direction: usize| {
            let (row, column) = match direction % 4 {
                0 => (row.saturating_sub(1), column),
                1 => (row, (column + 1).min(side - 1)),
                2 => ((row + 1).min(side - 1), column),
                _ => (row, column.saturating_sub(1)),
            };
            row * side + column
        };
        for (direction, action) in ["up", "right", "down", "left"].into_iter().enumerate() {
            rows.choice(action);
            let mut parts = [(moved(direction), 8), (moved(direction + 1), 1), (moved(direction + 3), 1)];
            parts.sort_unstable();
            for group in parts.chunk_by(|left, right| left.0 == right.0) {
                let sum: usize = group.iter().map(|&(_, part)| part).sum();
                rows.transition(group[0].0, tenths[sum]);
            }
            rows.end_choice().expect("a distribution");
            rewards.push(u32::try_from(cost).expect("small"));
        }
    }
    let numbers = (0..=6).map(|cost| -Rational::from(cost)).collect();
    (rows.finish().expect("a model"), RewardStructure::new("r", numbers, rewards))
}
