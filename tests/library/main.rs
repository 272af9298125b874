//! The shipped models against the numbers that their sources publish, each computed from the model file.

mod boards;
mod data;
mod foe;
mod gridworlds;
mod gymnasium;
mod hacking;
mod lavaland;
mod misgeneralised;
mod misspecified;
mod objectives;
mod power;
mod process_data;
mod tampering;
mod verification;

use lavaproof::budget::Budget;
use lavaproof::format;
use lavaproof::mdp::{Mask, Policy, Rational, StateId, Value};
use lavaproof::problem::{Criterion, Problem};
use lavaproof::solve::{Behaviour, Engine, Objective, Sense, Solution, evaluate, optimal_choices, optimise};

/// One of a problem's two rewards.
#[derive(Debug, Clone, Copy)]
enum Which {
    Specified,
    Intended,
}

/// The problem of a shipped model.
fn model(name: &str) -> Problem {
    let path = format!("{}/models/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("a shipped model");
    format::read(&path, &text).expect("a valid model").problem
}

fn rational(text: &str) -> Rational {
    lavaproof::mdp::parse_rational(text).expect("a rational")
}

fn number(text: &str) -> Value {
    Value::Finite(rational(text))
}

fn state(problem: &Problem, name: &str) -> StateId {
    problem.mdp.state_named(name).expect("a state of the model")
}

fn reward(problem: &Problem, which: Which) -> &[Rational] {
    match which {
        Which::Specified => &problem.specified,
        Which::Intended => &problem.intended,
    }
}

fn discount(problem: &Problem) -> Rational {
    match &problem.criterion {
        Criterion::Discounted(discount) => discount.clone(),
        Criterion::Total => Rational::ONE,
        Criterion::Horizon(_) => panic!("no shipped model of these tests has a horizon"),
    }
}

/// The extreme values of a reward over the policies of a mask.
fn extreme(problem: &Problem, which: Which, sense: Sense, mask: &Mask) -> Solution {
    optimum_of(problem, reward(problem, which), sense, mask)
}

fn optimum_of(problem: &Problem, reward: &[Rational], sense: Sense, mask: &Mask) -> Solution {
    let objective = Objective::Reward { reward, discount: &discount(problem) };
    optimise(&problem.mdp, objective, sense, mask, Engine::default(), &Budget::unlimited()).expect("no limit")
}

fn best(problem: &Problem, which: Which) -> Solution {
    extreme(problem, which, Sense::Max, &Mask::all(&problem.mdp))
}

/// The choices that are optimal for a reward.
fn optimal(problem: &Problem, which: Which) -> Mask {
    optimal_choices(&problem.mdp, reward(problem, which), &discount(problem), &best(problem, which))
}

/// The value of a policy under a reward, at every state.
fn value(problem: &Problem, which: Which, policy: &Policy) -> Vec<Value> {
    let objective = Objective::Reward { reward: reward(problem, which), discount: &discount(problem) };
    evaluate(&problem.mdp, Behaviour::Deterministic(policy), objective, &Budget::unlimited()).expect("no limit")
}

/// The value of the given policy under a reward, at every state.
fn value_of_given(problem: &Problem, which: Which) -> Vec<Value> {
    let given = problem.learner.given.as_ref().expect("a given policy");
    let objective = Objective::Reward { reward: reward(problem, which), discount: &discount(problem) };
    evaluate(&problem.mdp, Behaviour::Randomized(given), objective, &Budget::unlimited()).expect("no limit")
}

/// At a state: the best value under the specified reward, and the least and the largest under the intended one of policies that attain it.
fn visible_and_hidden(problem: &Problem, state: StateId) -> [Value; 3] {
    let optimal = optimal(problem, Which::Specified);
    let visible = best(problem, Which::Specified).values[state].clone();
    let hidden = |sense| extreme(problem, Which::Intended, sense, &optimal).values[state].clone();
    [visible, hidden(Sense::Min), hidden(Sense::Max)]
}

/// The least and the largest probability of ever reaching a label, from a state, over the policies of a mask.
fn reaching(problem: &Problem, label: &str, state: StateId, mask: &Mask) -> [Value; 2] {
    let (_, target) = problem.labels.iter().find(|(name, _)| name == label).expect("a label of the model");
    [Sense::Min, Sense::Max].map(|sense| {
        let objective = Objective::Reach { target };
        let solution = optimise(&problem.mdp, objective, sense, mask, Engine::default(), &Budget::unlimited());
        solution.expect("no limit").values[state].clone()
    })
}

/// Everything but the choices that may lead into a label.
fn avoiding(problem: &Problem, label: &str) -> Mask {
    let (_, states) = problem.labels.iter().find(|(name, _)| name == label).expect("a label of the model");
    let mut mask = Mask::all(&problem.mdp);
    for choice in 0..problem.mdp.choices() {
        if problem.mdp.successors(choice).any(|target| states.contains(target)) {
            mask.forbid(choice);
        }
    }
    mask
}
