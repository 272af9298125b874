//! Least changes of rewards, against a grid of changes and every way to go on after a choice.

use std::collections::BTreeMap;

use lavaproof::mdp::{RandomizedPolicy, Rational, StateId, Value};
use lavaproof::problem::{Problem, reachable_from};
use lavaproof::search::rewards::{Measure, RepairOutcome, RepairRequest, repair_reward};

use super::arena;
use super::oracle::exact::ratio;
use super::oracle::generate::{Random, random_problem, seeds};
use super::oracle::outcome::{outcome, policies};
use super::oracle::transform::{changed, flat};

/// How many problems, where the environment does not say.
const USUAL: u64 = 500;

/// What every deterministic policy is worth, intended and for a reward, in the states that can be reached.
struct Worth {
    states: Vec<StateId>,
    intended: Vec<Vec<Rational>>,
    rewarded: Vec<Vec<Rational>>,
}

impl Worth {
    fn new(problem: &Problem, reward: &[Rational]) -> Self {
        let states: Vec<StateId> = reachable_from(&problem.mdp, &problem.situations).ones().collect();
        let problem = changed(problem, |parts| parts.specified = reward.to_vec());
        let finite = |values: Vec<Value>| values.iter().map(|value| value.finite().expect("stops").clone()).collect();
        let outcomes: Vec<_> = policies(&problem)
            .iter()
            .map(|policy| outcome(&problem, &RandomizedPolicy::from(policy), &states))
            .collect();
        Self {
            states,
            intended: outcomes.iter().map(|outcome| finite(outcome.intended.clone())).collect(),
            rewarded: outcomes.iter().map(|outcome| finite(outcome.specified.clone())).collect(),
        }
    }
}

/// Whether a reward keeps the task with the margin: wherever a policy goes that is best for the intended reward, a
/// choice that is not best falls short by the margin however things go on.
fn keeps(problem: &Problem, reward: &[Rational], sources: &[StateId], margin: &Rational) -> bool {
    let worth = Worth::new(problem, reward);
    let at = |state: StateId| worth.states.iter().position(|&known| known == state).expect("reached");
    let best = |state: StateId| worth.intended.iter().map(|values| &values[at(state)]).max().expect("a policy").clone();
    let discount = match &problem.criterion {
        lavaproof::problem::Criterion::Discounted(discount) => discount.clone(),
        _ => Rational::ONE,
    };
    let after = |choice: usize, first: &[Rational], value: &dyn Fn(StateId) -> Rational| {
        problem.mdp.row(choice).fold(first[choice].clone(), |sum, (next, share)| sum + &discount * share * value(next))
    };
    let is_wanted =
        |choice: usize| after(choice, &problem.intended, &|state| best(state)) == best(problem.mdp.state_of(choice));
    let all = policies(problem);
    let reference = (0..all.len())
        .find(|&index| worth.states.iter().enumerate().all(|(at, &state)| worth.intended[index][at] == best(state)))
        .expect("a best policy");
    let mut visited = sources.to_vec();
    let mut next = 0;
    while next < visited.len() {
        for choice in problem.mdp.choices_of(visited[next]).filter(|&choice| is_wanted(choice)) {
            for successor in problem.mdp.successors(choice) {
                if !visited.contains(&successor) {
                    visited.push(successor);
                }
            }
        }
        next += 1;
    }
    visited.iter().all(|&state| {
        problem.mdp.choices_of(state).filter(|&choice| !is_wanted(choice)).all(|choice| {
            worth.rewarded.iter().all(|values| {
                let other = after(choice, reward, &|state| values[at(state)].clone());
                &worth.rewarded[reference][at(state)] - other >= *margin
            })
        })
    })
}

fn edited(problem: &Problem, changes: &[Rational]) -> Vec<Rational> {
    (0..problem.mdp.choices())
        .map(|choice| {
            problem.features.iter().zip(changes).fold(problem.specified[choice].clone(), |sum, (feature, change)| {
                sum + change * &feature.values[choice]
            })
        })
        .collect()
}

fn sum(changes: &[Rational]) -> Rational {
    changes
        .iter()
        .fold(Rational::ZERO, |sum, change| sum + if change < &Rational::ZERO { -change } else { change.clone() })
}

fn count(changes: &[Rational]) -> usize {
    changes.iter().filter(|change| !change.is_zero()).count()
}

#[test]
fn no_change_of_a_grid_is_smaller() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (seeds, many) = seeds(USUAL);
    for seed in seeds {
        let problem = changed(&flat(&random_problem(seed)), |parts| {
            parts.observations = None;
            parts.learner.epsilon = Rational::ZERO;
            parts.learner.given = None;
        });
        if problem.features.is_empty() {
            continue;
        }
        let mut random = Random::new(seed ^ 0xed17);
        let request = RepairRequest {
            edits: (0..problem.features.len()).collect(),
            sources: if random.once_in(2) { problem.train.support().collect() } else { problem.situations.clone() },
            margin: random.pick(&[ratio(1, 10), ratio(1, 2)]),
            largest: Rational::from(2),
            measure: random.pick(&[Measure::Sum, Measure::Count]),
        };
        let arena = arena(&problem);
        let outcome = repair_reward(&arena, &request).expect("no limit");
        let context = || format!("seed {seed}: {outcome:?} for {request:?} of {problem:#?}");
        let steps: Vec<Rational> = (-4..5).map(|step| ratio(step, 2)).collect();
        let grid: Vec<Vec<Rational>> = match problem.features.len() {
            1 => steps.iter().map(|step| vec![step.clone()]).collect(),
            _ => steps.iter().flat_map(|one| steps.iter().map(move |other| vec![one.clone(), other.clone()])).collect(),
        };
        let keeps =
            |changes: &[Rational]| keeps(&problem, &edited(&problem, changes), &request.sources, &request.margin);
        let kind = match &outcome {
            RepairOutcome::Open { .. } => panic!("{}", context()),
            RepairOutcome::Unknown(_) => "unknown",
            RepairOutcome::Impossible { .. } => {
                assert!(!grid.iter().any(|changes| keeps(changes)), "{}", context());
                "impossible"
            }
            RepairOutcome::Repaired { changes, .. } => {
                assert!(keeps(changes), "{}", context());
                let smaller = |other: &&Vec<Rational>| match request.measure {
                    Measure::Sum => sum(other) < sum(changes),
                    Measure::Count => (count(other), sum(other)) < (count(changes), sum(changes)),
                };
                assert!(!grid.iter().filter(smaller).any(|changes| keeps(changes)), "{}", context());
                if count(changes) == 0 { "nothing to do" } else { "repaired" }
            }
        };
        *counts.entry(kind).or_default() += 1;
    }
    println!("{counts:?}");
    assert!(!many || counts.len() == 4, "not everything occurred: {counts:?}");
}
