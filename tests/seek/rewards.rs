//! `reward` and `repair --reward`: what they rest on is proved, by the checker and by trying every policy. That there are no
//! other weights, and no smaller change, is tried in `tests/rewards`.

use lavaproof::mdp::Rational;
use lavaproof::problem::Problem;
use lavaproof::seek::{Content, Harm, HidingReward, Kept, Kind, Measure, Outcome, RewardRepair};

use super::exhaustive::{Class, by_support};
use super::oracle::exact::ratio;
use super::oracle::generate::{Random, seeds};
use super::oracle::transform::{changed, flat};
use super::{USUAL, check_facts, check_witness, found, problem_of};

fn with_features(seed: u64) -> Option<Problem> {
    let problem = by_support(&flat(&problem_of(seed)));
    (!problem.features.is_empty()).then_some(problem)
}

#[test]
fn weights_that_hide_harm() {
    let (seeds, many) = seeds(USUAL);
    let (mut yes, mut no, mut unknown) = (0, 0, 0);
    for seed in seeds {
        let Some(problem) = with_features(seed) else { continue };
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            let bounds = vec![(Rational::NEG_ONE, Rational::ONE); problem.features.len()];
            let finding = found(&problem, &Kind::Reward(HidingReward { harm, bounds }));
            check_facts(&problem, harm, &finding.facts, seed);
            check_witness(&class, &finding, seed);
            match finding.searched {
                Outcome::None => no += 1,
                Outcome::Unknown => unknown += 1,
                Outcome::Found => {
                    let Some(Content::Weights(weights)) = finding.entry("weights") else { panic!("no weights") };
                    assert!(weights.iter().any(|(_, weight)| !weight.is_zero()), "seed {seed}");
                    yes += 1;
                }
            }
        }
    }
    println!("{yes} found, {no} none, {unknown} unknown");
    assert!(!many || (yes > 20 && no > 20 && unknown * 5 < yes + no));
}

#[test]
fn changes_that_keep_the_task() {
    let (seeds, many) = seeds(USUAL);
    let (mut repaired, mut impossible, mut unknown) = (0, 0, 0);
    for seed in seeds {
        let Some(problem) = with_features(seed) else { continue };
        if Class::new(&problem, Harm::Bad).is_none() {
            continue;
        }
        let mut random = Random::new(seed);
        let kind = Kind::RewardRepair(RewardRepair {
            edits: (0..problem.features.len()).collect(),
            kept: random.pick(&[Kept::Training, Kept::Encountered, Kept::All]),
            margin: ratio(1, 10),
            largest: Rational::from(2),
            measure: random.pick(&[Measure::Sum, Measure::Count]),
        });
        let finding = found(&problem, &kind);
        match finding.searched {
            Outcome::None => impossible += 1,
            Outcome::Unknown => unknown += 1,
            Outcome::Found => {
                repaired += 1;
                let [fact] = finding.facts.as_slice() else { panic!("seed {seed}: one fact") };
                let reward = fact.specified.as_ref().expect("the changed reward");
                let after = changed(&problem, |parts| parts.specified = reward.to_vec());
                let kept = |problem: &Problem| {
                    let class = Class::new(problem, Harm::Bad).expect("defined");
                    let support = (0..problem.situations.len())
                        .filter(|&position| !fact.train.mass(problem.situations[position]).is_zero())
                        .collect();
                    let intended = changed(problem, |parts| parts.specified = parts.intended.clone());
                    let intended = Class::new(&intended, Harm::Bad).expect("defined");
                    let best: Vec<_> = intended.optimal_at(&support).iter().map(|best| best.intended.clone()).collect();
                    class
                        .optimal_at(&support)
                        .iter()
                        .all(|policy| support.iter().all(|&x| best.iter().all(|best| best[x] == policy.intended[x])))
                };
                assert!(kept(&after), "seed {seed}: {finding:?}");
                check_facts(&problem, Harm::Bad, &finding.facts, seed);
            }
        }
    }
    println!("{repaired} repaired, {impossible} impossible, {unknown} unknown");
    assert!(!many || (repaired > 20 && impossible > 5));
}
