//! Random small models with cycles, end components, masks and targets.

use std::collections::BTreeMap;

use lavaproof::mdp::{Mask, Mdp, MdpBuilder, Rational, Reward, StateSet};
use lavaproof::solve::end_components;
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub struct Sketch {
    /// For each state, for each choice: weights of successors and a reward. No choices: absorbing.
    states: Vec<Vec<(Vec<u8>, i8)>>,
    target: Vec<bool>,
    mask: Vec<bool>,
}

pub fn sketch() -> impl Strategy<Value = Sketch> {
    (2usize..6).prop_flat_map(|count| {
        let row = proptest::collection::vec(prop_oneof![3 => Just(0u8), 2 => 1u8..4], count);
        let choice = (row, -3i8..4);
        (
            proptest::collection::vec(proptest::collection::vec(choice, 0..4), count),
            proptest::collection::vec(any::<bool>(), count),
            proptest::collection::vec(any::<bool>(), 24),
        )
            .prop_map(|(states, target, mask)| Sketch { states, target, mask })
    })
}

impl Sketch {
    pub fn build(&self) -> (Mdp, Reward, StateSet, Mask) {
        let mut builder = MdpBuilder::default();
        for state in 0..self.states.len() {
            builder.state(&format!("s{state}"));
        }
        let mut rewards = Vec::new();
        for (state, choices) in self.states.iter().enumerate() {
            if choices.is_empty() {
                builder.absorbing(state);
            }
            for (number, (weights, reward)) in choices.iter().enumerate() {
                let total: u32 = weights.iter().map(|&weight| u32::from(weight)).sum();
                let row: BTreeMap<usize, Rational> = if total == 0 {
                    BTreeMap::from([((state + number) % self.states.len(), Rational::ONE)])
                } else {
                    weights.iter().map(|&weight| Rational::from(weight) / Rational::from(total)).enumerate().collect()
                };
                builder.choice(state, &format!("a{number}"), row);
                rewards.push(Rational::from(*reward));
            }
        }
        let mdp = builder.build().expect("rows sum to one").mdp;
        let target = self.target.iter().enumerate().filter(|(_, inside)| **inside).map(|(state, _)| state).collect();
        let mut mask = Mask::all(&mdp);
        for choice in 0..mdp.choices() {
            if self.mask[choice % self.mask.len()] && mask.choices_of(&mdp, mdp.state_of(choice)).count() > 1 {
                mask.forbid(choice);
            }
        }
        (mdp, rewards, target, mask)
    }

    /// As [`Sketch::build`], with rewards that make total reward well defined: inside end components every step costs.
    pub fn build_admissible(&self) -> (Mdp, Reward, StateSet, Mask) {
        let (mdp, mut reward, target, mask) = self.build();
        for component in end_components(&mdp, &Mask::all(&mdp)) {
            for choice in component.choices {
                reward[choice] = &reward[choice] - Rational::from(4);
            }
        }
        (mdp, reward, target, mask)
    }
}
