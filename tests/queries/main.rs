//! Queries: every kind of them against enumeration on random small models, and known values.

mod certified;
mod defects;
mod enumeration;
mod known;
mod random;
mod reached;

use enumeration::Sought;
use lavaproof::budget::Budget;
use lavaproof::mdp::{Extended, Rational, StateSet, parse_rational};
use lavaproof::solve::{Measure, Sense, discounted_bounds, inductive_bounds, optimum, quotient_optimum};
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

/// Compares values, and that the policy attains them, on random models, and again where each state has a twin.
fn agree(shape: Shape, sought: &Sought, change: impl Fn(&mut Model)) -> Infinities {
    let mut infinities = Infinities::default();
    for seed in 0..MODELS {
        let mut model = random::model(&mut Source::new(seed), shape);
        change(&mut model);
        for sense in [Sense::Max, Sense::Min] {
            let expected = enumeration::optimum(&model, sought, sense);
            let found = optimum(&model.mdp, &measure(sought, &model), sense, &Budget::unlimited()).expect("no limit");
            assert_eq!(found.values().collect::<Vec<_>>(), expected, "seed {seed}, {sought:?} {sense:?}\n{model:#?}");
            let attained = enumeration::value_of(&model, sought, found.policy());
            let twins = random::with_twins(&model, &mut Source::new(seed));
            let (lifted, classes) =
                quotient_optimum(&twins.mdp, &measure(sought, &twins), sense, &Budget::unlimited()).expect("no limit");
            assert!(classes <= model.mdp.states(), "seed {seed}\n{twins:#?}");
            let twice = [expected.clone(), expected.clone()].concat();
            assert_eq!(lifted.values().collect::<Vec<_>>(), twice, "seed {seed}, {sought:?} {sense:?}\n{twins:#?}");
            let kept = twice.iter().map(|value| *value != Extended::MinusInfinity);
            let attained_by_twins = enumeration::value_of(&twins, sought, lifted.policy());
            for (state, _) in kept.enumerate().filter(|(_, kept)| *kept) {
                assert_eq!(attained_by_twins[state], twice[state], "seed {seed}, state {state}\n{twins:#?}");
            }
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

#[test]
fn bounds_of_discounted_rewards_hold_the_values() {
    let shape = Shape { states: 5, choices: 3, least_reward: -2 };
    let (epsilon, budget) = (parse_rational("1e-6").expect("a number"), Budget::unlimited());
    let (mut proved, mut open) = (0, 0);
    for (seed, discount) in (0..MODELS).flat_map(|seed| ["1/2", "99/100"].map(|discount| (seed, discount))) {
        let model = random::model(&mut Source::new(seed), shape);
        let discount = parse_rational(discount).expect("a number");
        for sense in [Sense::Max, Sense::Min] {
            let exact = enumeration::optimum(&model, &Sought::Discounted(discount.clone()), sense);
            let bounds = discounted_bounds(&model.mdp, (&model.structure, &discount), sense, &epsilon, &budget)
                .expect("no limit")
                .expect("small numbers");
            assert!(bounds.width() <= epsilon, "seed {seed}");
            let value = |state: usize| exact[state].finite().expect("discounted");
            for state in 0..model.mdp.states() {
                assert!(&bounds.lower(state) <= value(state) && value(state) <= &bounds.upper(state), "seed {seed}");
                let worth = |choice: usize| {
                    let sum = model.mdp.row(choice).fold(Rational::ZERO, |sum, (next, p)| sum + p * value(next));
                    &model.rewards[choice] + sum * &discount
                };
                let optimal: Vec<usize> =
                    model.mdp.choices_of(state).filter(|&choice| &worth(choice) == value(state)).collect();
                match bounds.proved_choices()[state] {
                    Some(choice) => {
                        proved += 1;
                        assert_eq!(optimal, [choice], "seed {seed}");
                    }
                    None => open += usize::from(optimal.len() > 1),
                }
            }
        }
    }
    assert!(proved > 1000 && open > 100, "{proved} {open}");
}

#[test]
fn inductive_bounds_hold_the_values() {
    let near = parse_rational("1e-6").expect("a number");
    let (mut close, mut infinite, mut none) = (0, 0, 0);
    let kinds = [(Sought::Probability, 0), (Sought::RewardTo, 0), (Sought::RewardTo, -2), (Sought::Steps, 0)];
    for (seed, (sought, least_reward)) in (0..MODELS).flat_map(|seed| kinds.iter().map(move |kind| (seed, kind))) {
        let shape = Shape { states: 5, choices: 3, least_reward: *least_reward };
        let model = random::model(&mut Source::new(seed), shape);
        for sense in [Sense::Max, Sense::Min] {
            let exact = enumeration::optimum(&model, sought, sense);
            let bounds = inductive_bounds(&model.mdp, &measure(sought, &model), sense, &[], &Budget::unlimited());
            let Some(bounds) = bounds.expect("no limit") else {
                none += 1;
                continue;
            };
            for (state, exact) in exact.iter().enumerate() {
                match (bounds.at(state), exact.finite()) {
                    (None, None) => infinite += 1,
                    (Some((lower, upper)), Some(value)) => {
                        assert!(&lower <= value && value <= &upper, "seed {seed} {sought:?} {sense:?}\n{model:#?}");
                        close += usize::from(upper - lower < near);
                    }
                    (found, _) => panic!("seed {seed} {sought:?} {sense:?}: {found:?} for {exact}\n{model:#?}"),
                }
            }
        }
    }
    assert!(close > 10_000 && infinite > 100 && none < 1500, "{close} {infinite} {none}");
}
