//! The same question through every engine: values must be equal exactly.

use std::collections::BTreeMap;

use lavaproof::budget::Budget;
use lavaproof::mdp::{Mask, Mdp, MdpBuilder, Rational, Reward, StateSet};
use lavaproof::solve::{Behaviour, Engine, Objective, Sense, end_components, evaluate, optimise};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Sketch {
    /// For each state, for each choice: weights of successors and a reward. No choices: absorbing.
    states: Vec<Vec<(Vec<u8>, i8)>>,
    target: Vec<bool>,
    mask: Vec<bool>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
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
    fn build(&self) -> (Mdp, Reward, StateSet, Mask) {
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
}

fn all_engines_agree(mdp: &Mdp, objective: Objective<'_>, mask: &Mask) {
    let budget = Budget::unlimited();
    for sense in [Sense::Max, Sense::Min] {
        let reference = optimise(mdp, objective, sense, mask, Engine::BruteForce, &budget).expect("unlimited");
        for engine in Engine::ALL {
            let solution = optimise(mdp, objective, sense, mask, engine, &budget).expect("unlimited");
            assert_eq!(solution.values, reference.values, "{engine} {sense:?} {objective:?}");
            let attained =
                evaluate(mdp, Behaviour::Deterministic(&solution.policy), objective, &budget).expect("unlimited");
            assert_eq!(attained, solution.values, "the policy of {engine} attains its values, {sense:?}");
            for state in 0..mdp.states() {
                assert!(solution.policy.choice(state).is_none_or(|choice| mask.allows(choice)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn discounted(sketch in sketch()) {
        let (mdp, reward, _, mask) = sketch.build();
        for discount in [Rational::from(1) / Rational::from(2), Rational::from(9) / Rational::from(10)] {
            all_engines_agree(&mdp, Objective::Reward { reward: &reward, discount: &discount }, &mask);
        }
    }

    #[test]
    fn reach(sketch in sketch()) {
        let (mdp, _, target, mask) = sketch.build();
        all_engines_agree(&mdp, Objective::Reach { target: &target }, &mask);
    }

    #[test]
    fn total(sketch in sketch()) {
        let (mdp, mut reward, _, mask) = sketch.build();
        // Inside end components every step costs; elsewhere rewards are free.
        for component in end_components(&mdp, &Mask::all(&mdp)) {
            for choice in component.choices {
                reward[choice] = &reward[choice] - Rational::from(4);
            }
        }
        all_engines_agree(&mdp, Objective::Reward { reward: &reward, discount: &Rational::ONE }, &mask);
    }
}
