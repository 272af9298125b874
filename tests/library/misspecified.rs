//! The off-switch game, shaping, the corridor of goal misgeneralisation: numbers from their papers and files.

use lavaproof::mdp::{Policy, Rational, Value};
use lavaproof::problem::Problem;
use lavaproof::solve::Sense;

use crate::Which::{self, Intended, Specified};
use crate::{best, extreme, model, number, optimal, rational, state, value};

/// The value of one action in every situation, under the file's training distribution.
fn of_action(problem: &Problem, which: Which, action: &str) -> Rational {
    let mut policy = Policy::first(&problem.mdp);
    for &situation in &problem.situations {
        policy.set(situation, problem.mdp.choice_named(situation, action).expect("an action"));
    }
    let values = value(problem, which, &policy);
    problem.train.iter().fold(Rational::ZERO, |sum, (situation, mass)| {
        let Value::Finite(value) = &values[situation] else { panic!("a finite value") };
        sum + mass * value
    })
}

/// `E[max(u, 0)] - max(E[u], 0)`, the incentive to leave the switch alone (Hadfield-Menell et al., equation 2).
#[test]
fn the_incentive_of_the_off_switch_game() {
    for (file, incentive) in
        [("off-switch-half.toml", "1/2"), ("off-switch.toml", "1/4"), ("off-switch-likely.toml", "1/10")]
    {
        let problem = model(&format!("off-switch/{file}"));
        let bypass = of_action(&problem, Intended, "act").max(of_action(&problem, Intended, "off"));
        assert_eq!(of_action(&problem, Intended, "defer") - bypass, rational(incentive), "{file}");
    }
}

/// Shaping by a potential shifts every policy's value by minus the potential of the first state (Ng et al., theorem 1).
#[test]
fn a_potential_shifts_all_values_alike() {
    let problem = model("shaping/potential.toml");
    let potential = [("at0", "0"), ("at1", "2"), ("at2", "4")];
    let mut policies = vec![Policy::first(&problem.mdp)];
    for (place, _) in potential {
        let place = state(&problem, place);
        let changed = policies.iter().flat_map(|policy| {
            problem.mdp.choices_of(place).map(|choice| {
                let mut policy = policy.clone();
                policy.set(place, choice);
                policy
            })
        });
        policies = changed.collect();
    }
    assert_eq!(policies.len(), 8);
    for policy in &policies {
        let (shaped, plain) = (value(&problem, Specified, policy), value(&problem, Intended, policy));
        for (place, shift) in potential {
            let at = state(&problem, place);
            let (Value::Finite(shaped), Value::Finite(plain)) = (&shaped[at], &plain[at]) else { panic!("finite") };
            assert_eq!(plain - shaped, rational(shift), "{place}");
        }
    }
}

#[test]
fn paid_enough_for_progress_the_agent_never_arrives() {
    let problem = model("shaping/progress-large.toml");
    let start = state(&problem, "at0");
    let optimal = optimal(&problem, Specified);
    assert_eq!(extreme(&problem, Intended, Sense::Max, &optimal).values[start], number("0"));
    assert_eq!(best(&problem, Intended).values[start], number("81/10"));
}

/// A robot that is certain acts: harm with the probability that the action is harmful, and never where it waits.
#[test]
fn the_certain_robot_does_harm_whenever_it_can() {
    for (file, harmful) in
        [("off-switch-half.toml", "1/2"), ("off-switch.toml", "1/4"), ("off-switch-likely.toml", "1/10")]
    {
        let problem = model(&format!("off-switch/{file}"));
        let (_, harm) = problem.labels.iter().find(|(name, _)| name == "harm").expect("a label");
        let done = |action: &str| {
            problem.train.iter().fold(Rational::ZERO, |sum, (situation, mass)| {
                let choice = problem.mdp.choice_named(situation, action).expect("an action");
                let ends = problem.mdp.row(choice).filter(|(target, _)| harm.contains(*target));
                sum + ends.fold(Rational::ZERO, |sum, (_, p)| sum + p * mass)
            })
        };
        assert_eq!(["act", "off", "defer"].map(done), [harmful, "0", "0"].map(rational), "{file}");
        // Deterministic policies of the one observation are the three actions: acting is the visible optimum, waiting what is meant.
        let [act, off, defer] = ["act", "off", "defer"]
            .map(|action| (of_action(&problem, Specified, action), of_action(&problem, Intended, action)));
        assert!(act.0 > off.0.clone().max(defer.0.clone()) && defer.1 > off.1.clone().max(act.1.clone()), "{file}");
    }
}
