//! Values by enumeration of all deterministic policies, each evaluated by elimination over the rationals. Shares the
//! model types with the library, and no solver.

use lavaproof::mdp::{Extended, Policy, Rational};
use lavaproof::solve::Sense;

use crate::random::Model;

#[derive(Debug, Clone)]
pub enum Sought {
    Probability,
    RewardTo,
    Steps,
    Discounted(Rational),
}

type Chain = Vec<Vec<(usize, Rational)>>;

fn chain(model: &Model, policy: &Policy) -> Chain {
    let row = |state: usize| match policy.choice(state) {
        Some(choice) if !model.mdp.is_absorbing(state) => {
            model.mdp.row(choice).map(|(target, probability)| (target, probability.clone())).collect()
        }
        _ => vec![(state, Rational::ONE)],
    };
    (0..model.mdp.states()).map(row).collect()
}

fn reward(model: &Model, sought: &Sought, policy: &Policy, state: usize) -> Rational {
    match (sought, policy.choice(state)) {
        (Sought::Steps, _) => Rational::ONE,
        (Sought::Probability, _) | (_, None) => Rational::ZERO,
        (_, Some(choice)) => model.rewards[choice].clone(),
    }
}

/// Which states reach one that satisfies `target`, through states that satisfy `through`.
fn reaching(chain: &Chain, target: impl Fn(usize) -> bool, through: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut reached: Vec<bool> = (0..chain.len()).map(&target).collect();
    for _ in 0..chain.len() {
        for state in 0..chain.len() {
            reached[state] |= through(state) && chain[state].iter().any(|&(next, _)| reached[next]);
        }
    }
    reached
}

/// Solves `x = b + discount · A x` on the states that are `open`, `x = given` elsewhere.
fn solved(chain: &Chain, open: &[bool], given: &[Rational], gain: &[Rational], discount: &Rational) -> Vec<Rational> {
    let count = chain.len();
    let mut matrix: Vec<Vec<Rational>> = Vec::new();
    for state in 0..count {
        let mut row = vec![Rational::ZERO; count + 1];
        row[state] = Rational::ONE;
        if open[state] {
            for (next, probability) in &chain[state] {
                row[*next] -= probability * discount;
            }
            row[count] = gain[state].clone();
        } else {
            row[count] = given[state].clone();
        }
        matrix.push(row);
    }
    for column in 0..count {
        let pivot = (column..count).find(|&row| !matrix[row][column].is_zero()).expect("a regular system");
        matrix.swap(column, pivot);
        let scale = matrix[column][column].clone();
        for entry in &mut matrix[column] {
            *entry = &*entry / &scale;
        }
        let pivot_row = matrix[column].clone();
        for (index, row) in matrix.iter_mut().enumerate() {
            let factor = row[column].clone();
            if index != column && !factor.is_zero() {
                for (entry, other) in row.iter_mut().zip(&pivot_row) {
                    *entry -= &factor * other;
                }
            }
        }
    }
    matrix.into_iter().map(|mut row| row.pop().expect("a right-hand side")).collect()
}

/// The value of one policy at each state.
pub fn value_of(model: &Model, sought: &Sought, policy: &Policy) -> Vec<Extended> {
    let count = model.mdp.states();
    let chain = chain(model, policy);
    let gain: Vec<Rational> = (0..count).map(|state| reward(model, sought, policy, state)).collect();
    let goal = |state: usize| model.goal.contains(state);
    match sought {
        Sought::Discounted(discount) => {
            let values = solved(&chain, &vec![true; count], &gain, &gain, discount);
            values.into_iter().map(Extended::Finite).collect()
        }
        Sought::Probability => {
            let possible = reaching(&chain, goal, |state| model.stay.contains(state));
            let open: Vec<bool> = (0..count).map(|state| possible[state] && !goal(state)).collect();
            let given: Vec<Rational> =
                (0..count).map(|state| if goal(state) { Rational::ONE } else { Rational::ZERO }).collect();
            let none = vec![Rational::ZERO; count];
            solved(&chain, &open, &given, &none, &Rational::ONE).into_iter().map(Extended::Finite).collect()
        }
        Sought::RewardTo | Sought::Steps => {
            let possible = reaching(&chain, goal, |_| true);
            let missing = reaching(&chain, |state| !possible[state], |state| !goal(state));
            let open: Vec<bool> = (0..count).map(|state| !missing[state] && !goal(state)).collect();
            let none = vec![Rational::ZERO; count];
            let values = solved(&chain, &open, &none, &gain, &Rational::ONE);
            values
                .into_iter()
                .zip(missing)
                .map(|(value, missing)| if missing { Extended::PlusInfinity } else { Extended::Finite(value) })
                .collect()
        }
    }
}

/// Every deterministic policy.
fn policies(model: &Model) -> Vec<Policy> {
    let mut all = vec![Vec::new()];
    for state in 0..model.mdp.states() {
        let choices: Vec<Option<usize>> = model.mdp.choices_of(state).map(Some).collect();
        let choices = if choices.is_empty() { vec![None] } else { choices };
        all = all
            .into_iter()
            .flat_map(|policy| choices.iter().map(move |&choice| [policy.clone(), vec![choice]].concat()))
            .collect();
    }
    all.into_iter().map(Policy::new).collect()
}

/// The optimum at each state.
pub fn optimum(model: &Model, sought: &Sought, sense: Sense) -> Vec<Extended> {
    let policies = policies(model);
    let mut best: Option<Vec<Extended>> = None;
    for policy in &policies {
        let values = value_of(model, sought, policy);
        let sofar = best.get_or_insert_with(|| values.clone());
        for (sofar, value) in sofar.iter_mut().zip(values) {
            if sense.prefers(&value, sofar) {
                *sofar = value;
            }
        }
    }
    let mut best = best.expect("a policy");
    if sense == Sense::Min && matches!(sought, Sought::RewardTo) {
        for state in unbounded(model, sought, &policies, &best) {
            best[state] = Extended::MinusInfinity;
        }
    }
    best
}

/// From where a cycle of negative mean reward can be repeated at will before the goal is reached surely.
fn unbounded(model: &Model, sought: &Sought, policies: &[Policy], best: &[Extended]) -> Vec<usize> {
    let count = model.mdp.states();
    let finite = |state: usize| best[state] != Extended::PlusInfinity;
    let keeps = |choice: usize| model.mdp.successors(choice).all(finite);
    let mut bad = vec![false; count];
    for policy in policies {
        let chain = chain(model, policy);
        for start in 0..count {
            let seen: Vec<usize> =
                (0..count).filter(|&state| reaching(&chain, |other| other == state, |_| true)[start]).collect();
            let closed = seen.iter().all(|&state| reaching(&chain, |other| other == start, |_| true)[state]);
            let usable = seen
                .iter()
                .all(|&state| finite(state) && !model.goal.contains(state) && policy.choice(state).is_some_and(keeps));
            if !closed || !usable {
                continue;
            }
            // The reward of one round trip from `start` has the sign of the mean.
            let mut given = vec![Rational::ZERO; count];
            let open: Vec<bool> = (0..count).map(|state| seen.contains(&state) && state != start).collect();
            let gain: Vec<Rational> = (0..count).map(|state| reward(model, sought, policy, state)).collect();
            let trips = solved(&chain, &open, &given, &gain, &Rational::ONE);
            given[start] = chain[start].iter().fold(gain[start].clone(), |sum, (next, p)| sum + p * &trips[*next]);
            if given[start] < Rational::ZERO {
                bad[start] = true;
            }
        }
    }
    for _ in 0..count {
        for state in 0..count {
            if !model.goal.contains(state) && finite(state) {
                bad[state] |= model
                    .mdp
                    .choices_of(state)
                    .any(|choice| keeps(choice) && model.mdp.successors(choice).any(|next| bad[next]));
            }
        }
    }
    (0..count).filter(|&state| bad[state]).collect()
}
