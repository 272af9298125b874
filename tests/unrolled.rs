//! Finite horizons: unrolling the time against a direct recursion over the steps that are left.

mod oracle;

use lavaproof::mdp::{Policy, RandomizedPolicy, Rational, StateId, Value};
use lavaproof::problem::{Criterion, Problem, Unrolled, unroll};

use oracle::generate::random_problem;
use oracle::outcome::{Outcome, outcome, outcomes};

/// How the values of a state's choices become the value of the state.
type Combine<'a> = &'a dyn Fn(StateId, Vec<(usize, Rational)>) -> Rational;

/// Sum of rewards over the steps that are left, the choices combined at every step.
fn value(problem: &Problem, reward: &[Rational], combine: Combine<'_>, state: StateId, left: usize) -> Rational {
    let mdp = &problem.mdp;
    if left == 0 || mdp.is_absorbing(state) {
        return Rational::ZERO;
    }
    let of_choice = |choice: usize| {
        mdp.row(choice).fold(reward[choice].clone(), |sum, (target, probability)| {
            sum + probability * value(problem, reward, combine, target, left - 1)
        })
    };
    combine(state, mdp.choices_of(state).map(|choice| (choice, of_choice(choice))).collect())
}

/// Probability of meeting the catastrophe now or in the steps that are left.
fn reach(problem: &Problem, combine: Combine<'_>, state: StateId, left: usize) -> Rational {
    let mdp = &problem.mdp;
    let Some(catastrophe) = &problem.catastrophe else { return Rational::ZERO };
    if catastrophe.states.contains(state) {
        return Rational::ONE;
    }
    if left == 0 || mdp.is_absorbing(state) {
        return Rational::ZERO;
    }
    let of_choice = |choice: usize| {
        mdp.row(choice).fold(Rational::ZERO, |sum, (target, probability)| {
            sum + probability * reach(problem, combine, target, left - 1)
        })
    };
    combine(state, mdp.choices_of(state).map(|choice| (choice, of_choice(choice))).collect())
}

/// Value of each situation, all three quantities, by the direct recursion.
fn direct(problem: &Problem, combine: Combine<'_>, horizon: usize) -> Outcome {
    let values = |reward: &[Rational]| {
        let at = |&state: &StateId| Value::Finite(value(problem, reward, combine, state, horizon));
        problem.situations.iter().map(at).collect()
    };
    Outcome {
        specified: values(&problem.specified),
        intended: values(&problem.intended),
        reach: problem.situations.iter().map(|&state| reach(problem, combine, state, horizon)).collect(),
    }
}

fn following(policy: &RandomizedPolicy, state: StateId, values: &[(usize, Rational)]) -> Rational {
    let of_choice = |choice| values.iter().find(|(known, _)| *known == choice).map(|(_, value)| value);
    let weighted = |(choice, weight): &(usize, Rational)| weight * of_choice(*choice).expect("a choice of the state");
    policy.row(state).iter().map(weighted).fold(Rational::ZERO, |sum, value| sum + value)
}

/// Copies look alike exactly when their times are equal and their originals look alike.
fn look_alike_at_the_same_time(problem: &Problem, unrolled: &Problem, origin: &[(StateId, usize)]) {
    let Some(original) = &problem.observations else { return assert!(unrolled.observations.is_none()) };
    let seen = unrolled.observations.as_ref().expect("what was observed still is");
    for (copy, &(state, time)) in origin.iter().enumerate() {
        for (other, &(other_state, other_time)) in origin.iter().enumerate() {
            let alike = time == other_time && original.of(state) == original.of(other_state);
            assert_eq!(seen.of(copy) == seen.of(other), alike, "{state}@{time} and {other_state}@{other_time}");
        }
    }
}

#[test]
fn policies_that_may_watch_the_clock_do_what_the_recursion_says() {
    let mut checked = 0;
    for seed in 1..=600 {
        let problem = random_problem(seed);
        let Criterion::Horizon(horizon) = problem.criterion else { continue };
        let Unrolled { problem: unrolled, origin } = unroll(&problem).expect("a finite horizon");
        assert_eq!(unrolled.criterion, Criterion::Total);
        look_alike_at_the_same_time(&problem, &unrolled, &origin);
        if problem.observations.is_none() {
            let all = outcomes(&unrolled);
            let best = direct(&problem, &|_, values| extreme(values, true), horizon);
            let worst = direct(&problem, &|_, values| extreme(values, false), horizon);
            for x in 0..problem.situations.len() {
                let of = |value: fn(&Outcome, usize) -> Value| {
                    let values = || all.iter().map(|policy| value(policy, x));
                    (values().max(), values().min())
                };
                let direct = |value: fn(&Outcome, usize) -> Value| (Some(value(&best, x)), Some(value(&worst, x)));
                let readers: [fn(&Outcome, usize) -> Value; 3] = [
                    |policy, x| policy.specified[x].clone(),
                    |policy, x| policy.intended[x].clone(),
                    |policy, x| Value::Finite(policy.reach[x].clone()),
                ];
                for reader in readers {
                    assert_eq!(of(reader), direct(reader), "seed {seed}, situation {x}");
                }
            }
            checked += 1;
        }
        let first = RandomizedPolicy::from(&Policy::first(&problem.mdp));
        let stationary = problem.learner.given.clone().unwrap_or(first);
        let repeated = match &unrolled.learner.given {
            Some(given) => given.clone(),
            None => RandomizedPolicy::from(&Policy::first(&unrolled.mdp)),
        };
        assert_eq!(
            outcome(&unrolled, &repeated, &unrolled.situations),
            direct(&problem, &|state, values| following(&stationary, state, &values), horizon),
            "seed {seed}: the given policy, or the first choices"
        );
    }
    assert!(checked > 0, "no problem with a horizon");
}

fn extreme(values: Vec<(usize, Rational)>, largest: bool) -> Rational {
    let values = values.into_iter().map(|(_, value)| value);
    if largest { values.max() } else { values.min() }.expect("a choice")
}
