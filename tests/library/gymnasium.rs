//! Gymnasium's tables: exact optimal values, and what a policy trained in one of them does.

use std::process::Command;

use lavaproof::mdp::{Mask, Rational, Value};
use lavaproof::problem::Problem;
use lavaproof::solve::{Sense, reachable_under};

use crate::Which::{Intended, Specified};
use crate::{best, extreme, model, number, optimal, rational, reaching, state, value_of_given};

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
    let reached = reaching(&problem, "hole", state(&problem, "s0"), &optimal(&problem, Specified));
    assert_eq!(reached, ["3/17", "3/17"].map(number));
}

#[test]
fn the_cliff_is_passed_in_13_steps() {
    for file in ["gymnasium/cliff-walking.json", "gymnasium/cliff-walking-q-learning.json"] {
        assert_eq!(from_the_start(&model(file)), rational("-13"));
    }
}

/// Optimal from the start, and from every cell but the corner that training hardly saw: from there it never arrives.
#[test]
fn q_learning_left_a_policy_that_stays_in_a_corner() {
    let problem = model("gymnasium/cliff-walking-q-learning.json");
    let values = value_of_given(&problem, Intended);
    assert_eq!(values[state(&problem, "s36")], number("-13"));
    let best = best(&problem, Intended).values;
    let short: Vec<&str> =
        (0..problem.mdp.states()).filter(|&at| values[at] != best[at]).map(|at| problem.mdp.state_name(at)).collect();
    assert_eq!(short, ["s0"]);
    assert!(short.iter().all(|name| values[state(&problem, name)] == Value::MinusInfinity));
}

/// Taxi's passengers are delivered with 20 for the trip and -1 for each step before: between 3 and 15 from the 300 starts, 793/100 on average.
#[test]
fn taxi_has_exact_optimal_values() {
    let problem = model("gymnasium/taxi.json");
    let values = best(&problem, Specified).values;
    let starts: Vec<&Value> = problem.situations.iter().map(|&state| &values[state]).collect();
    let (least, most) = (starts.iter().min().expect("a start"), starts.iter().max().expect("a start"));
    assert_eq!((starts.len(), *least, *most), (300, &number("3"), &number("15")));
    let sum = starts.iter().fold(Rational::ZERO, |sum, value| sum + value.finite().expect("a delivery"));
    assert_eq!(sum / rational("300"), rational("793/100"));
}

/// Training meets 225 starts, and from these whatever it returns is optimal. From the 75 with a passenger at Blue it may be optimal, and may never stop.
#[test]
fn taxi_knows_all_passengers_but_those_at_blue() {
    let problem = model("gymnasium/taxi.json");
    let mdp = &problem.mdp;
    let optimal = optimal(&problem, Specified);
    let seen = reachable_under(mdp, &optimal, problem.train.support());
    let best = best(&problem, Intended).values;
    // Optimal policies that go everywhere training could have gone: from the starts of training there are no others.
    let mut trained = Mask::all(mdp);
    for choice in (0..mdp.choices()).filter(|&choice| seen.contains(mdp.state_of(choice)) && !optimal.allows(choice)) {
        trained.forbid(choice);
    }
    let [worst, kindest] = [Sense::Min, Sense::Max].map(|sense| extreme(&problem, Intended, sense, &trained).values);
    let waiting_at_blue = |name: &str| name[1..].parse::<usize>().expect("a number") / 4 % 5 == 3;
    let mut unseen = 0;
    for &start in &problem.situations {
        assert_eq!(kindest[start], best[start]);
        let blue = waiting_at_blue(mdp.state_name(start));
        assert_eq!(blue, problem.train.mass(start) == Rational::ZERO);
        assert_eq!(worst[start], if blue { Value::MinusInfinity } else { best[start].clone() });
        unseen += usize::from(blue);
    }
    assert_eq!(unseen, 75);
}

/// The exporter's own tests; with Gymnasium installed they compare the shipped tables with its environments.
#[test]
fn the_exporter_passes_its_tests() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/python");
    let output = Command::new("python3").args(["-m", "unittest"]).current_dir(folder).output().expect("Python 3");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("Ran 20 tests"), "{told}");
}
