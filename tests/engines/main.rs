//! The same question through every engine: values must be equal exactly.

mod enclosures;
mod optimal_sets;
mod sketch;
mod verdicts;

use lavaproof::budget::Budget;
use lavaproof::mdp::{Mask, Mdp, Rational};
use lavaproof::solve::{Behaviour, Engine, Objective, Sense, evaluate, optimise};
use proptest::prelude::*;

use sketch::sketch;

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
        let (mdp, reward, _, mask) = sketch.build_admissible();
        all_engines_agree(&mdp, Objective::Reward { reward: &reward, discount: &Rational::ONE }, &mask);
    }
}
