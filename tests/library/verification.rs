//! Value alignment verification: the rewards that agree with a gridworld's on what is optimal.

use lavaproof::budget::Budget;
use lavaproof::mdp::{Distribution, Mask, Policy, Rational};
use lavaproof::problem::Problem;
use lavaproof::rewards::{AlignedCone, Episodes, deterministic_policies};
use lavaproof::solve::{Sense, optimal_choices};

use crate::Which::Intended;
use crate::{discount, model, optimal, optimum_of, rational};

const FILE: &str = "value-alignment-verification/two-terrains.toml";

fn features(problem: &Problem) -> Vec<Vec<Rational>> {
    let named =
        |name: &str| problem.features.iter().find(|feature| feature.name == name).expect("a terrain").values.clone();
    vec![named("white"), named("gray")]
}

fn reward(features: &[Vec<Rational>], weights: &[Rational]) -> Vec<Rational> {
    let choices = features[0].len();
    (0..choices)
        .map(|choice| features.iter().zip(weights).fold(Rational::ZERO, |sum, (f, w)| sum + &f[choice] * w))
        .collect()
}

/// Weights such that the intended reward is their sum of features.
fn meant() -> Vec<Rational> {
    ["-1", "-3"].map(rational).to_vec()
}

fn cones(problem: &Problem) -> Vec<AlignedCone> {
    let (discount, start) = (discount(problem), Distribution::point(0));
    let episodes = Episodes::new(&problem.mdp, &discount, &start).expect("a discount");
    let optimal = optimal(problem, Intended);
    let policies = deterministic_policies_of(problem, &optimal);
    let cone = |policy: Policy| {
        AlignedCone::of(&episodes, &features(problem), &policy, &meant(), &Budget::unlimited()).expect("no limit")
    };
    policies.into_iter().map(|policy| cone(policy).expect("an optimal policy")).collect()
}

fn deterministic_policies_of(problem: &Problem, mask: &Mask) -> Vec<Policy> {
    let allowed = |policy: &Policy| (0..problem.mdp.states()).filter_map(|s| policy.choice(s)).all(|c| mask.allows(c));
    deterministic_policies(&problem.mdp).filter(allowed).collect()
}

#[test]
fn the_intended_reward_is_that_of_the_features() {
    let problem = model(FILE);
    assert_eq!(reward(&features(&problem), &meant()), problem.intended);
    assert!(cones(&problem).iter().any(|cone| cone.contains(&meant())));
}

/// Membership in a cone against the definition: every choice that is optimal for the weights is optimal for the true ones.
#[test]
fn the_cones_are_the_aligned_weights() {
    let problem = model(FILE);
    let cones = cones(&problem);
    let truly = optimal(&problem, Intended);
    let (mut inside, mut outside) = (0, 0);
    for white in -4..=4 {
        for gray in -8..=4 {
            let weights = [white, gray].map(Rational::from).to_vec();
            let reward = reward(&features(&problem), &weights);
            let solution = optimum_of(&problem, &reward, Sense::Max, &Mask::all(&problem.mdp));
            let chosen = optimal_choices(&problem.mdp, &reward, &discount(&problem), &solution);
            let aligned = (0..problem.mdp.choices()).all(|choice| !chosen.allows(choice) || truly.allows(choice));
            assert_eq!(cones.iter().any(|cone| cone.contains(&weights)), aligned, "{white} {gray}");
            *if aligned { &mut inside } else { &mut outside } += 1;
        }
    }
    assert!(inside > 0 && outside > 0);
}

/// The paper's point: a handful of half-spaces test a reward; the others follow from them.
#[test]
fn a_shortest_test_is_the_same_cone() {
    let problem = model(FILE);
    for cone in cones(&problem) {
        let short = cone.without_redundant_rows();
        let rows = |cone: &AlignedCone| cone.strict().len() + cone.weak().len();
        assert!(rows(&short) <= 2 && rows(&short) < rows(&cone), "a cone in the plane has two sides");
        for white in -6..=6 {
            for gray in -6..=6 {
                let weights = [white, gray].map(Rational::from);
                assert_eq!(cone.contains(&weights), short.contains(&weights));
            }
        }
    }
}
