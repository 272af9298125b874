//! Every verdict on many random small problems against the brute-force oracle.
//!
//! `LAVAPROOF_RANDOM_MODELS` sets how many problems, `LAVAPROOF_RANDOM_SEED` the first seed.

mod oracle;

use std::collections::BTreeMap;

use lavaproof::budget::Budget;
use lavaproof::decide::{Mesa, mesa_objectives};
use lavaproof::decomposition::{FixedSet, Half, Reading, RewardName, Scope, Status, Verdict};
use lavaproof::problem::{Criterion, Problem};
use lavaproof::solve::Engine;

use oracle::generate::{random_problem, seeds};
use oracle::transform::flat;
use oracle::{Expected, Key, expected, mesa, subject};

/// How many problems, where the environment does not say.
const USUAL: u64 = 600;

/// Where observations or slack in training make the question hard an honest `unknown` is right, and about mesa-objectives, of
/// which what is found has no certificate (see below for what is found).
fn may_be_unknown(problem: &Problem, (id, half, _): &Key) -> bool {
    let mesa = id == "mesa" && *half == Half::Inner;
    mesa || problem.observations.is_some() || !problem.learner.epsilon.is_zero()
}

#[test]
fn verdicts_are_those_of_the_oracle() {
    let (seeds, many) = seeds(USUAL);
    let mut known: BTreeMap<Key, BTreeMap<Status, usize>> = BTreeMap::new();
    let (mut compared, mut unknown) = (0, 0);
    for seed in seeds {
        let problem = random_problem(seed);
        let mut expected = expected(&problem);
        for answer in subject::examine(&problem).answers {
            let key = (answer.decomposition.clone(), answer.half, answer.reading);
            assert!(!matches!(answer.verdict, Verdict::Rejected(_)), "seed {seed}: {key:?}: {:?}", answer.reason());
            let wanted = expected.remove(&key);
            let Some(wanted) = wanted else { panic!("seed {seed}: the oracle has no answer for {key:?}") };
            let Expected::Exactly(status) = wanted else { continue };
            *known.entry(key.clone()).or_default().entry(status).or_default() += 1;
            if answer.status() == Status::Unknown && may_be_unknown(&problem, &key) {
                unknown += 1;
                continue;
            }
            assert_eq!(answer.status(), status, "seed {seed}: {key:?}, {:?}, of {problem:#?}", answer.reason());
            compared += 1;
        }
        assert!(expected.is_empty(), "seed {seed}: no answer for {:?}", expected.keys());
    }
    println!("{compared} verdicts compared, {unknown} unknown where that is allowed");
    assert!(unknown * 4 <= compared, "mostly unknown: {unknown} against {compared}");
    for (key, counts) in &known {
        println!("{key:?}: {counts:?}");
        for status in [Status::Holds, Status::Fails] {
            assert!(!many || !occurs(key, status) || counts.contains_key(&status), "{key:?}: {status} never occurred");
        }
    }
}

/// What the library finds about mesa-objectives, which is no verdict for want of a certificate.
#[test]
fn mesa_objectives_are_those_of_the_oracle() {
    let (seeds, many) = seeds(USUAL);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in seeds {
        let problem = flat(&random_problem(seed));
        if problem.features.is_empty() {
            continue;
        }
        let limited = problem.observations.is_some() || !problem.learner.epsilon.is_zero();
        // Total rewards with other weights may be undefined where a policy may go on for ever.
        let may_be_unknown = limited || problem.criterion == Criterion::Total;
        for (reading, wanted) in mesa::answers(&problem) {
            let (policies, scope) = match reading {
                Reading::Given => (FixedSet::Given, Scope::Every),
                Reading::Forall => (FixedSet::Optimal(RewardName::Specified), Scope::Every),
                Reading::Exists => (FixedSet::Optimal(RewardName::Specified), Scope::Some),
            };
            let Expected::Exactly(status) = wanted else { continue };
            let found = mesa_objectives(&problem, policies, scope, &Budget::unlimited(), Engine::default());
            let (word, found) = match found.expect("defined values") {
                Mesa::Holds => ("holds", Status::Holds),
                Mesa::Fails { .. } => ("fails", Status::Fails),
                Mesa::NotApplicable(_) => ("not applicable", Status::NotApplicable),
                Mesa::Unknown(_) if may_be_unknown => continue,
                Mesa::Unknown(reason) => panic!("seed {seed}: {reason}"),
            };
            assert_eq!(found, status, "seed {seed}: {reading} of {problem:#?}");
            *counts.entry(word).or_default() += 1;
        }
    }
    println!("{counts:?}");
    assert!(!many || counts.len() == 3 && counts.values().all(|&count| count > 10), "one-sided: {counts:?}");
}

/// Whether some problem has this answer: a comparison in which it never occurs says little about the key.
fn occurs((id, half, reading): &Key, status: Status) -> bool {
    match (id.as_str(), half) {
        // Policies that are optimal in training are optimal in training.
        ("hubinger-train", Half::Inner) if *reading != Reading::Given => status == Status::Holds,
        ("mesa", Half::Inner) => false,
        _ => true,
    }
}
