//! Weights for which training looks right and deployment is catastrophic, against every direction of weights.

use std::collections::BTreeMap;

use lavaproof::decomposition::{Family, Half, Reading, Status};
use lavaproof::mdp::Rational;
use lavaproof::problem::Problem;
use lavaproof::search::rewards::{RewardClass, RewardOutcome, WeightRegion, reward_counterexample};
use lavaproof::search::{DistributionSet, Test};

use super::arena;
use super::oracle::generate::{random_problem, seeds};
use super::oracle::transform::{changed, flat};
use super::oracle::{Expected, decide::Oracle, definitions::claim, mesa};

/// How many problems, where the environment does not say.
const USUAL: u64 = 500;

/// Whether the oracle says that these weights are a counterexample.
fn is_counterexample(problem: &Problem, weights: &[Rational]) -> bool {
    let weighted = |choice: usize| {
        let share = |(feature, weight): (&lavaproof::problem::Feature, &Rational)| weight * &feature.values[choice];
        problem.features.iter().zip(weights).map(share).fold(Rational::ZERO, |sum, share| sum + share)
    };
    let specified: Vec<Rational> = (0..problem.mdp.choices()).map(weighted).collect();
    let problem = changed(problem, |parts| parts.specified = specified);
    let oracle = Oracle::new(&problem);
    let is = |id: &str, half, status| {
        oracle.answers(claim(id, half)).contains(&(Reading::Forall, Expected::Exactly(status)))
    };
    is("hubinger-train", Half::Outer, Status::Holds) && is("shah-catastrophe", Half::Inner, Status::Fails)
}

#[test]
fn a_counterexample_is_found_where_some_direction_is_one() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (seeds, many) = seeds(USUAL);
    for seed in seeds {
        let problem = changed(&flat(&random_problem(seed)), |parts| {
            parts.observations = None;
            parts.learner.epsilon = Rational::ZERO;
            parts.learner.given = None;
        });
        if problem.features.is_empty() || problem.catastrophe.is_none() {
            continue;
        }
        let arena = arena(&problem);
        let Some(class) = RewardClass::declared(&arena) else { continue };
        let tolerance = problem.catastrophe.as_ref().map(|catastrophe| catastrophe.tolerance.clone());
        let set = DistributionSet::new(&problem, Family::Deploy);
        let test = Test::Reach { set, at_most: tolerance.expect("declared") };
        let mut region = WeightRegion::all(problem.features.len());
        if seed % 2 == 0 {
            region.lower[0] = Rational::ZERO;
        }
        let directions = mesa::directions_of(&problem).expect("every policy stops");
        let inside = |weights: &&Vec<Rational>| seed % 2 == 1 || weights[0] >= Rational::ZERO;
        let expected = directions.iter().filter(inside).any(|weights| is_counterexample(&problem, weights));
        let outcome = reward_counterexample(&class, &region, &test);
        let context = || format!("seed {seed}: {outcome:?}, expected {expected} of {problem:#?}");
        *counts
            .entry(match &outcome {
                RewardOutcome::Found { weights, .. } => {
                    assert!(
                        expected && region.contains(weights) && is_counterexample(&problem, weights),
                        "{}",
                        context()
                    );
                    "found"
                }
                RewardOutcome::None(_) => {
                    assert!(!expected, "{}", context());
                    "none"
                }
                RewardOutcome::Unknown(_) | RewardOutcome::Open { .. } => panic!("{}", context()),
            })
            .or_default() += 1;
    }
    println!("{counts:?}");
    assert!(!many || counts.values().all(|count| *count > 5) && counts.len() == 2, "one-sided: {counts:?}");
}
