//! Gymnasium's tables: exact optimal values, and what a policy trained in one of them does.

use std::process::Command;

use lavaproof::budget::Budget;
use lavaproof::mdp::{Rational, Value};
use lavaproof::problem::Problem;
use lavaproof::solve::{Behaviour, Engine, Objective, Sense, evaluate, optimise};

use crate::Which::{Intended, Specified};
use crate::{best, model, number, optimal, rational, state};

fn from_the_start(problem: &Problem) -> Rational {
    let values = best(problem, Specified).values;
    problem.train.iter().fold(Rational::ZERO, |sum, (state, mass)| {
        let Value::Finite(value) = &values[state] else { panic!("a finite value") };
        sum + mass * value
    })
}

/// The discounted optimum, about 0.542; and however the optimal policy breaks ties, it falls into a hole with probability 3/17 (the
/// well-known success rate of 82 %).
#[test]
fn frozen_lake_is_crossed_with_probability_14_in_17() {
    let problem = model("gymnasium/frozen-lake.json");
    assert_eq!(from_the_start(&problem), rational("868292016472811700/1601938145778704383"));
    let (_, holes) = problem.labels.iter().find(|(name, _)| name == "hole").expect("a label");
    let optimal = optimal(&problem, Specified);
    for sense in [Sense::Min, Sense::Max] {
        let objective = Objective::Reach { target: holes };
        let reached = optimise(&problem.mdp, objective, sense, &optimal, Engine::default(), &Budget::unlimited());
        assert_eq!(reached.expect("no limit").values[state(&problem, "s0")], number("3/17"));
    }
}

#[test]
fn the_cliff_is_passed_in_13_steps() {
    for file in ["gymnasium/cliff-walking.json", "gymnasium/cliff-walking-q-learning.json"] {
        assert_eq!(from_the_start(&model(file)), rational("-13"));
    }
}

/// Optimal from the start, and wherever training was often; from the corner that it hardly saw it never arrives.
#[test]
fn q_learning_left_a_policy_that_loops_in_a_corner() {
    let problem = model("gymnasium/cliff-walking-q-learning.json");
    let given = problem.learner.given.as_ref().expect("the trained policy");
    let objective = Objective::Reward { reward: &problem.intended, discount: &Rational::ONE };
    let values =
        evaluate(&problem.mdp, Behaviour::Randomized(given), objective, &Budget::unlimited()).expect("no limit");
    assert_eq!(values[state(&problem, "s36")], number("-13"));
    let best = best(&problem, Intended).values;
    let short: Vec<&str> =
        (0..problem.mdp.states()).filter(|&at| values[at] != best[at]).map(|at| problem.mdp.state_name(at)).collect();
    assert_eq!(short, ["s0", "s1"]);
    assert!(short.iter().all(|name| values[state(&problem, name)] == Value::MinusInfinity));
}

/// Taxi's passengers are delivered with 20 for the trip and -1 for each step before: between 3 and 15 from the 300 starts.
#[test]
fn taxi_has_exact_optimal_values() {
    let problem = model("../python/examples/taxi.json");
    assert_eq!(problem.train.iter().len(), 300);
    let values = best(&problem, Specified).values;
    let starts: Vec<&Value> = problem.train.iter().map(|(state, _)| &values[state]).collect();
    let (least, most) = (starts.iter().min().expect("a start"), starts.iter().max().expect("a start"));
    assert_eq!((*least, *most), (&number("3"), &number("15")));
    assert_eq!(from_the_start(&problem), rational("793/100"));
}

/// The exporter's own tests; with Gymnasium installed they compare the shipped tables with its environments.
#[test]
fn the_exporter_passes_its_tests() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/python");
    let output = Command::new("python3").args(["-m", "unittest"]).current_dir(folder).output().expect("Python 3");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("Ran 14 tests"), "{told}");
}
