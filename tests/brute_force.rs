//! Every verdict on many random small problems against the brute-force oracle.
//!
//! `LAVAPROOF_RANDOM_MODELS` sets how many problems, `LAVAPROOF_RANDOM_SEED` the first seed.

mod oracle;

use std::collections::BTreeMap;

use lavaproof::decomposition::{Half, Reading, Status, Verdict};
use lavaproof::problem::Problem;

use oracle::generate::{random_problem, seeds};
use oracle::{Expected, Key, expected, subject};

/// How many problems, where the environment does not say.
const USUAL: u64 = 600;

/// Where observations or slack in training make the question hard an honest `unknown` is right.
fn may_be_unknown(problem: &Problem) -> bool {
    problem.observations.is_some() || !problem.learner.epsilon.is_zero()
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
            if answer.status() == Status::Unknown && may_be_unknown(&problem) {
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

/// Whether some problem has this answer: a comparison in which it never occurs says little about the key.
fn occurs((id, half, reading): &Key, status: Status) -> bool {
    match (id.as_str(), half) {
        // Policies that are optimal in training are optimal in training.
        ("hubinger-train", Half::Inner) if *reading != Reading::Given => status == Status::Holds,
        // The oracle says of mesa-objectives only where they are not applicable.
        ("mesa", Half::Inner) => false,
        _ => true,
    }
}
