//! `deployment` and `situations`.

use lavaproof::mdp::{Rational, Value};
use lavaproof::seek::{Content, Deployment, Harm, Kind, Outcome, Situations};

use super::exhaustive::{Class, subsets};
use super::oracle::exact::negated;
use super::oracle::generate::seeds;
use super::oracle::region::unit;
use super::oracle::transform::flat;
use super::{USUAL, check_facts, check_witness, found, problem_of};

#[test]
fn counterexamples_in_deployment_and_the_worst_of_them() {
    let (seeds, many) = seeds(USUAL);
    let (mut yes, mut no, mut unknown, mut worst) = (0, 0, 0, 0);
    for seed in seeds {
        let problem = flat(&problem_of(seed));
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            let finding = found(&problem, &Kind::Deployment(Deployment { harm }));
            if finding.searched == Outcome::Unknown {
                assert!(
                    problem.observations.is_some() || !problem.learner.epsilon.is_zero(),
                    "seed {seed}: {finding:?}"
                );
                unknown += 1;
                continue;
            }
            let region = class.deployment();
            assert_eq!(class.some_trained_harms(&region), finding.searched == Outcome::Found, "seed {seed}, {harm:?}");
            check_witness(&class, &finding, seed);
            check_facts(&problem, harm, &finding.facts, seed);
            if finding.searched == Outcome::None {
                no += 1;
                continue;
            }
            yes += 1;
            // Nothing is worse than what is called the worst.
            let measured = finding.number("probability").or(finding.number("regret"));
            let (Some(_), Some(measured)) = (finding.optimal, measured) else { continue };
            if problem.observations.is_some() {
                continue;
            }
            worst += 1;
            let tolerated = match (harm, &problem.good) {
                (Harm::Catastrophic, _) => problem.catastrophe.as_ref().expect("declared").tolerance.clone(),
                (Harm::Bad, lavaproof::problem::Good::Regret(regret)) => regret.clone(),
                (Harm::Bad, lavaproof::problem::Good::Value(_)) => panic!("a value is no regret"),
            };
            for policy in class.trained() {
                assert!(
                    !policy.intended.contains(&Value::MinusInfinity) || harm == Harm::Catastrophic || {
                        // Infinite regret would have been worse, where it has mass.
                        let size = problem.situations.len();
                        (0..size)
                            .filter(|&x| policy.intended[x] == Value::MinusInfinity)
                            .all(|x| region.more_than(&unit(size, x)).is_empty())
                    }
                );
                for row in class.harm_rows(&policy) {
                    let more: Vec<Rational> = row.iter().map(|excess| excess + &tolerated - measured).collect();
                    assert!(region.more_than(&more).is_empty(), "seed {seed}: worse than {measured}");
                }
            }
        }
    }
    println!("{yes} found, {no} none, {unknown} unknown, {worst} worst cases");
    assert!(!many || (yes > 50 && no > 50 && worst > 30 && unknown * 10 < yes + no));
}

#[test]
fn the_fewest_situations() {
    let (seeds, many) = seeds(USUAL);
    let (mut compared, mut several) = (0, 0);
    for seed in seeds {
        let problem = flat(&problem_of(seed));
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            let finding = found(&problem, &Kind::Situations(Situations { harm }));
            if finding.searched == Outcome::Unknown {
                assert!(
                    problem.observations.is_some() || !problem.learner.epsilon.is_zero(),
                    "seed {seed}: {finding:?}"
                );
                continue;
            }
            let size = problem.situations.len();
            let fewest = subsets(size).into_iter().find(|set| {
                let outside = (0..size).filter(|x| !set.contains(x));
                let region = outside.fold(class.deployment(), |region, x| region.at_least(&negated(&unit(size, x))));
                class.some_trained_harms(&region)
            });
            let Some(fewest) = fewest else {
                assert_eq!(finding.searched, Outcome::None, "seed {seed}");
                continue;
            };
            assert_eq!(finding.entry("count"), Some(&Content::Count(fewest.len())), "seed {seed}, {harm:?}");
            check_witness(&class, &finding, seed);
            check_facts(&problem, harm, &finding.facts, seed);
            compared += 1;
            several += usize::from(fewest.len() > 1);
        }
    }
    println!("{compared} compared, {several} with several situations");
    assert!(!many || (compared > 50 && several > 5));
}
