//! Random small models, with everything that is awkward: end components, cycles that cost nothing, states that
//! cannot get anywhere, states that loop, rewards of both signs.

use lavaproof::mdp::{Mdp, MdpBuilder, Rational, RewardStructure, StateSet};

/// A linear congruential generator: the same models everywhere.
pub struct Source(u64);

impl Source {
    pub fn new(seed: u64) -> Self {
        let mut source = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678);
        source.below(2);
        source
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}

/// What the models look like.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub states: usize,
    pub choices: usize,
    pub least_reward: i32,
}

#[derive(Debug)]
pub struct Model {
    pub mdp: Mdp,
    pub rewards: Vec<Rational>,
    pub structure: RewardStructure,
    pub goal: StateSet,
    pub stay: StateSet,
}

pub fn model(source: &mut Source, shape: Shape) -> Model {
    let mut builder = MdpBuilder::default();
    for state in 0..shape.states {
        builder.state(&state.to_string());
    }
    let mut rewards = Vec::new();
    for state in 0..shape.states {
        if source.below(8) == 0 {
            builder.absorbing(state);
            continue;
        }
        for choice in 0..=source.below(shape.choices) {
            let mut row = std::collections::BTreeMap::new();
            let parts = 1 + source.below(4);
            for _ in 0..parts {
                *row.entry(source.below(shape.states)).or_insert(0) += 1;
            }
            let row = row.into_iter().map(|(target, share)| (target, Rational::from(share) / Rational::from(parts)));
            builder.choice(state, &choice.to_string(), row);
            let free = source.below(3) == 0;
            let reward = shape.least_reward + i32::try_from(source.below(4)).expect("small");
            rewards.push(if free {
                Rational::ZERO
            } else {
                Rational::from(reward) / Rational::from(1 + source.below(2))
            });
        }
    }
    let mut set = |one_in: usize| (0..shape.states).filter(|_| source.below(one_in) == 0).collect::<StateSet>();
    let goal = set(4);
    let outside = set(5);
    let stay = (0..shape.states).filter(|&state| !outside.contains(state)).collect();
    let mdp = builder.build().expect("rows sum to one").mdp;
    let structure = RewardStructure::from_rewards("r", &rewards);
    Model { mdp, rewards, structure, goal, stay }
}

/// The model with a twin of each state. Each probability goes to the state or its twin, or to both by halves.
pub fn with_twins(model: &Model, source: &mut Source) -> Model {
    let count = model.mdp.states();
    let half = Rational::ONE / Rational::from(2);
    let mut builder = MdpBuilder::default();
    for state in 0..2 * count {
        builder.state(&state.to_string());
    }
    let mut rewards = Vec::new();
    for twin in 0..2 * count {
        let state = twin % count;
        if model.mdp.is_absorbing(state) {
            builder.absorbing(twin);
            continue;
        }
        for choice in model.mdp.choices_of(state) {
            let row = model.mdp.row(choice).flat_map(|(target, probability)| match source.below(3) {
                0 => vec![(target, probability.clone())],
                1 => vec![(target + count, probability.clone())],
                _ => vec![(target, probability * &half), (target + count, probability * &half)],
            });
            builder.choice(twin, model.mdp.action_name(choice), row.collect::<Vec<_>>());
            rewards.push(model.rewards[choice].clone());
        }
    }
    let both = |set: &StateSet| set.ones().flat_map(|state| [state, state + count]).collect::<StateSet>();
    let mdp = builder.build().expect("rows sum to one").mdp;
    let structure = RewardStructure::from_rewards("r", &rewards);
    Model { mdp, rewards, structure, goal: both(&model.goal), stay: both(&model.stay) }
}
