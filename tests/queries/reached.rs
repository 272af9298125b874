//! Exact values at a few states: the same as where all are computed, and with certificates that say as much.

use std::fmt::Write as _;

use lavaproof::budget::Budget;
use lavaproof::format::DrnReader;
use lavaproof::mdp::{Extended, Rational};
use lavaproof::query::{Evidence, Method, answer, evidence, parse_query};
use lavaproof::solve::{Sense, inductive_bounds, optimum, reached_optimum};

use crate::enumeration::Sought;
use crate::measure;
use crate::random::{self, Shape, Source};

const MODELS: u64 = 1500;

#[test]
fn values_at_one_state_are_those_of_all_states_and_bounds_hold_the_others() {
    let (mut exact, mut bounded, mut none) = (0, 0, 0);
    let kinds = [(Sought::Probability, 0), (Sought::RewardTo, 0), (Sought::RewardTo, -2), (Sought::Steps, 0)];
    for (seed, (sought, least_reward)) in (0..MODELS).flat_map(|seed| kinds.iter().map(move |kind| (seed, kind))) {
        let shape = Shape { states: 9, choices: 4, least_reward: *least_reward };
        let model = random::model(&mut Source::new(seed), shape);
        let (measure, budget) = (measure(sought, &model), Budget::unlimited());
        for sense in [Sense::Max, Sense::Min] {
            let all = optimum(&model.mdp, &measure, sense, &budget).expect("no limit");
            // Half of the time from the best policy there is.
            let proposed = (seed % 2 == 0).then(|| all.policy());
            let found = reached_optimum(&model.mdp, &measure, sense, &[0], proposed, &budget).expect("no limit");
            let Some(found) = found else {
                none += 1;
                continue;
            };
            assert!(found.exact().contains(0), "seed {seed}");
            let scale = Rational::from(1u64 << found.fraction_bits());
            for state in 0..model.mdp.states() {
                let value = all.value(state);
                match (found.value(state), &value) {
                    (Some(found), _) => {
                        assert_eq!(found, value, "seed {seed} {sought:?} {sense:?} {state}\n{model:#?}");
                        exact += 1;
                    }
                    (None, Extended::Finite(value)) => {
                        let bound = Rational::from(found.bound(state)) / &scale;
                        let holds = if sense == Sense::Max { bound >= *value } else { bound <= *value };
                        assert!(holds, "seed {seed} {sought:?} {sense:?} {state}\n{model:#?}");
                        bounded += 1;
                    }
                    (None, infinite) => panic!("seed {seed}: {infinite} at {state} was to be computed\n{model:#?}"),
                }
            }
        }
    }
    assert!(exact > 10_000 && bounded > 1_000 && none < 10_000, "{exact} {bounded} {none}");
}

/// What is surely reached by one choice, and by another one only perhaps, is never bounded by more than 1.
#[test]
fn upper_bounds_of_probabilities_are_at_most_one() {
    let mut met = 0;
    for seed in 0..MODELS {
        let model = random::model(&mut Source::new(seed), Shape { states: 6, choices: 3, least_reward: 0 });
        let measure = measure(&Sought::Probability, &model);
        for sense in [Sense::Max, Sense::Min] {
            let bounds = inductive_bounds(&model.mdp, &measure, sense, &[], &Budget::unlimited()).expect("no limit");
            for (_, upper) in (0..6).filter_map(|state| bounds.as_ref()?.at(state)) {
                assert!(upper <= Rational::ONE, "seed {seed} {sense:?}: {upper}\n{model:#?}");
                met += usize::from(upper == Rational::ONE);
            }
        }
    }
    assert!(met > 1000, "{met}");
}

/// Some paths of many steps, each with odd numbers of its own; the first state chooses one, and states on the way may turn back to it.
fn paths(count: usize, length: usize) -> String {
    let states = 1 + count * length + 2;
    let (goal, trap) = (states - 2, states - 1);
    let mut body = String::from("state 0 [1] init\n");
    for path in 0..count {
        let _ = write!(body, "\taction {path} [{path}]\n\t\t{} : 1\n", 1 + path * length);
    }
    let mut choices = count;
    for path in 0..count {
        for step in 0..length {
            let state = 1 + path * length + step;
            let next = if step + 1 == length { goal } else { state + 1 };
            let odd = 1_000_003 + 2 * (path * length + step);
            let fails = if step % 3 == 0 { trap } else { goal };
            let (least, most) = (next.min(fails), next.max(fails));
            let share = |target: usize| if target == next { odd - 1001 } else { 1001 };
            let row = if least == most {
                format!("\t\t{least} : 1\n")
            } else {
                format!("\t\t{least} : {}/{odd}\n\t\t{most} : {}/{odd}\n", share(least), share(most))
            };
            let _ = write!(body, "state {state} [1]\n\taction on [{}]\n{row}", step % 5);
            choices += 1;
            if step % 7 == 0 {
                let _ = write!(body, "\taction off [0]\n\t\t{trap} : 1\n");
                choices += 1;
            }
        }
    }
    let _ = write!(body, "state {goal} [0] goal end\n\taction stay [0]\n\t\t{goal} : 1\n");
    let _ = write!(body, "state {trap} [0] end\n\taction stay [0]\n\t\t{trap} : 1\n");
    choices += 2;
    format!("@type: MDP\n@reward_models\nr\n@nr_states\n{states}\n@nr_choices\n{choices}\n@model\n{body}")
}

#[test]
fn long_values_are_proved_by_the_part_that_matters() {
    let mut reader = DrnReader::default();
    reader.feed(paths(8, 150).as_bytes());
    let model = reader.finish().expect("a valid model");
    let budget = Budget::unlimited();
    for text in [
        "Pmax=? [F \"goal\"]",
        "Pmin=? [F \"goal\"]",
        "R{\"r\"}max=? [F \"end\"]",
        "R{\"r\"}min=? [F \"end\"]",
        "Tmax=? [F \"end\"]",
    ] {
        let query = parse_query(text).expect("a query");
        let [part, whole] = [Method::PolicyIteration, Method::Quotient].map(|method| {
            let found = answer(&model, &query, None, None, method, &model.initial, &budget).expect("an answer");
            let evidence = evidence(&model, &query, None, &found, &model.initial, &budget).expect("evidence");
            (found.value(0), evidence.check().expect("accepted").certificate.len(), found.value(700))
        });
        assert_eq!(part.0, whole.0, "{text}");
        assert!(part.1 <= whole.1, "{text}: {} {}", part.1, whole.1);
        if text.starts_with("Pmax") || text.starts_with("Tmax") {
            assert!(part.2.is_none() && part.1 * 2 < whole.1, "{text}: {} {}", part.1, whole.1);
        }
        let found = answer(&model, &query, None, None, Method::PolicyIteration, &[0], &budget).expect("an answer");
        let written = evidence(&model, &query, None, &found, &[0], &budget);
        written.and_then(Evidence::prove).expect("accepted");
    }
}

#[test]
fn where_all_that_is_asked_for_is_infinite_nothing_else_is_computed() {
    let mut reader = DrnReader::default();
    reader.feed(paths(8, 150).as_bytes());
    let model = reader.finish().expect("a valid model");
    let budget = Budget::unlimited();
    for text in
        ["R{\"r\"}max=? [F \"goal\"]", "R{\"r\"}min=? [F \"goal\"]", "Tmax=? [F \"goal\"]", "Tmin=? [F \"goal\"]"]
    {
        let query = parse_query(text).expect("a query");
        for (method, asked) in
            [(Method::PolicyIteration, &[0][..]), (Method::PolicyIteration, &[0, 149]), (Method::Quotient, &[0])]
        {
            let found = answer(&model, &query, None, None, method, asked, &budget).expect("an answer");
            assert_eq!(found.value(0), Some(Extended::PlusInfinity), "{text}");
            let all = method == Method::Quotient || asked.len() > 1;
            // The last step but one of a path surely reaches the goal.
            assert_eq!(found.value(149).is_some(), all, "{text}");
            let written = evidence(&model, &query, None, &found, asked, &budget);
            written.and_then(Evidence::prove).unwrap_or_else(|unproved| panic!("{text}: {unproved}"));
        }
    }
}
