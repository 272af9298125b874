//! `radius`: no harm up to it, harm on every larger ball.

use lavaproof::mdp::Rational;
use lavaproof::problem::{DeploymentSet, Problem};
use lavaproof::seek::{Distance, Harm, Kind, Outcome, Radius};

use super::exhaustive::Class;
use super::oracle::exact::ratio;
use super::oracle::family::{deployment, masses};
use super::oracle::generate::seeds;
use super::oracle::region::Region;
use super::oracle::transform::{changed, flat};
use super::{USUAL, check_facts, check_witness, found, problem_of};

/// The ball of a size around training.
fn ball(problem: &Problem, distance: Distance, size: &Rational) -> Region {
    let (center, over) = (problem.train.clone(), problem.situations.clone());
    deployment(&changed(problem, |parts| {
        parts.deploy = match distance {
            Distance::TotalVariation => DeploymentSet::TotalVariation { center, radius: size.clone(), over },
            Distance::LikelihoodRatio => DeploymentSet::LikelihoodRatio { center, bound: size.clone(), over },
        };
    }))
}

#[test]
fn the_largest_harmless_shift() {
    let (seeds, many) = seeds(USUAL);
    let (mut inner, mut all, mut at_once, mut unknown) = (0, 0, 0, 0);
    for seed in seeds {
        let problem = flat(&problem_of(seed));
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            for distance in [Distance::TotalVariation, Distance::LikelihoodRatio] {
                let finding = found(&problem, &Kind::Radius(Radius { harm, distance }));
                if finding.searched == Outcome::Unknown {
                    assert!(
                        problem.observations.is_some() || !problem.learner.epsilon.is_zero(),
                        "seed {seed}: {finding:?}"
                    );
                    unknown += 1;
                    continue;
                }
                check_witness(&class, &finding, seed);
                check_facts(&problem, harm, &finding.facts, seed);
                if finding.searched == Outcome::None {
                    assert!(class.some_trained_harms(&Region::point(&masses(&problem, &problem.train))));
                    at_once += 1;
                    continue;
                }
                let size = finding.number("radius").or(finding.number("ratio")).expect("a size").clone();
                assert!(!class.some_trained_harms(&ball(&problem, distance, &size)), "seed {seed}: {finding:?}");
                if finding.number("beyond").is_none() {
                    let least = problem.train.iter().map(|(_, mass)| mass.clone()).min().expect("mass");
                    let largest = match distance {
                        Distance::TotalVariation => Rational::ONE,
                        Distance::LikelihoodRatio => Rational::ONE / least,
                    };
                    assert_eq!(size, largest, "seed {seed}");
                    all += 1;
                    continue;
                }
                let a_little_more = &size + ratio(1, 1_000_000_000);
                assert!(
                    class.some_trained_harms(&ball(&problem, distance, &a_little_more)),
                    "seed {seed}: {finding:?}"
                );
                inner += usize::from(!size.is_zero() && size != Rational::ONE);
            }
        }
    }
    println!("{inner} properly inside, {all} under every shift, {at_once} at once, {unknown} unknown");
    assert!(!many || (inner > 20 && all > 50 && at_once > 50));
}
