//! Queries: every kind of them against enumeration on random small models, and known values.

mod enumeration;
mod known;
mod random;

use enumeration::Sought;
use lavaproof::budget::Budget;
use lavaproof::mdp::{Extended, StateSet, parse_rational};
use lavaproof::solve::{Measure, Sense, optimum};
use random::{Model, Shape, Source};

/// Random models for each kind of measure.
const MODELS: u64 = 700;

fn measure<'a>(sought: &'a Sought, model: &'a Model) -> Measure<'a> {
    match sought {
        Sought::Probability => Measure::Until { stay: &model.stay, goal: &model.goal },
        Sought::RewardTo => Measure::RewardTo { reward: Some(&model.structure), goal: &model.goal },
        Sought::Steps => Measure::RewardTo { reward: None, goal: &model.goal },
        Sought::Discounted(discount) => Measure::Discounted { reward: &model.structure, discount },
    }
}

/// How many values below and above all numbers came up.
#[derive(Debug, Default, PartialEq, Eq)]
struct Infinities {
    below: usize,
    above: usize,
}

/// Compares values, and that the policy attains them, on random models.
fn agree(shape: Shape, sought: &Sought, change: impl Fn(&mut Model)) -> Infinities {
    let mut infinities = Infinities::default();
    for seed in 0..MODELS {
        let mut model = random::model(&mut Source::new(seed), shape);
        change(&mut model);
        for sense in [Sense::Max, Sense::Min] {
            let expected = enumeration::optimum(&model, sought, sense);
            let found = optimum(&model.mdp, &measure(sought, &model), sense, &Budget::unlimited()).expect("no limit");
            assert_eq!(found.values, expected, "seed {seed}, {sought:?} {sense:?}\n{model:#?}");
            let attained = enumeration::value_of(&model, sought, &found.policy);
            for (state, value) in expected.iter().enumerate() {
                match value {
                    Extended::MinusInfinity => infinities.below += 1,
                    Extended::PlusInfinity => infinities.above += 1,
                    Extended::Finite(_) => {}
                }
                if *value != Extended::MinusInfinity {
                    assert_eq!(attained[state], *value, "seed {seed}, state {state}, {sense:?}\n{model:#?}");
                }
            }
        }
    }
    infinities
}

#[test]
fn probabilities() {
    let shape = Shape { states: 5, choices: 3, least_reward: 0 };
    assert_eq!(agree(shape, &Sought::Probability, |_| ()), Infinities::default());
}

#[test]
fn probabilities_without_a_left_side() {
    let shape = Shape { states: 6, choices: 2, least_reward: 0 };
    let everywhere = |model: &mut Model| model.stay = (0..model.mdp.states()).collect::<StateSet>();
    assert_eq!(agree(shape, &Sought::Probability, everywhere), Infinities::default());
}

#[test]
fn rewards_of_one_sign_with_cycles_that_cost_nothing() {
    let found = agree(Shape { states: 5, choices: 3, least_reward: 0 }, &Sought::RewardTo, |_| ());
    assert!(found.below == 0 && found.above > 100, "{found:?}");
}

#[test]
fn rewards_of_both_signs() {
    let found = agree(Shape { states: 4, choices: 3, least_reward: -2 }, &Sought::RewardTo, |_| ());
    assert!(found.below > 100 && found.above > 100, "{found:?}");
}

#[test]
fn steps() {
    let found = agree(Shape { states: 5, choices: 2, least_reward: 0 }, &Sought::Steps, |_| ());
    assert!(found.below == 0 && found.above > 100, "{found:?}");
}

#[test]
fn discounted_rewards() {
    for discount in ["1/2", "99/100"] {
        let sought = Sought::Discounted(parse_rational(discount).expect("a number"));
        let found = agree(Shape { states: 4, choices: 3, least_reward: -2 }, &sought, |_| ());
        assert_eq!(found, Infinities::default());
    }
}
