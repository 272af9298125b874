//! Searches of every kind on random small problems, against trying every policy by definition; every fact that an answer
//! rests on is asked again, and every witness evaluated again.
//!
//! `LAVAPROOF_RANDOM_MODELS` sets how many problems each kind gets, `LAVAPROOF_RANDOM_SEED` the first seed: a campaign is
//! `LAVAPROOF_RANDOM_MODELS=5000 cargo test --test seek -- --nocapture`. Half of them have five to seven states and thresholds
//! that policies meet exactly.

mod deployment;
mod exhaustive;
mod limits;
mod model;
#[path = "../oracle/mod.rs"]
mod oracle;
mod policy;
mod rewards;
mod shifts;
mod slack;
mod supports;

use exhaustive::Class;
use lavaproof::budget::Budget;
use lavaproof::decomposition::{Family, FixedSet, Question, RewardName, Status, Verdict};
use lavaproof::problem::Problem;
use lavaproof::seek::{Fact, Finding, Harm, Kind, seek};
use lavaproof::solve::Engine;
use oracle::family::deployment;
use oracle::generate::{random_problem, sharp_problem};

/// How many problems a kind, where the environment does not say.
const USUAL: u64 = 500;

/// A small problem for an odd seed, a larger one with thresholds that policies meet exactly for an even one.
fn problem_of(seed: u64) -> Problem {
    if seed.is_multiple_of(2) { sharp_problem(seed) } else { random_problem(seed) }
}

/// The finding of a search without limits.
fn found(problem: &Problem, kind: &Kind) -> Finding {
    let finding = seek(problem, kind, &Budget::unlimited(), Engine::default()).expect("defined values").finding;
    let said = finding.outcome == finding.searched;
    assert!(said || finding.uncertified, "{}", finding.answer);
    finding
}

/// Asks every fact again: of the checker, and where it is about trained policies in deployment by trying them all.
fn check_facts(problem: &Problem, harm: Harm, facts: &[Fact], seed: u64) {
    for fact in facts {
        let agrees = [fact.status, Status::Unknown].contains(&fact.verdict.status());
        assert!(agrees && !matches!(fact.verdict, Verdict::Rejected(_)), "seed {seed}: {fact:?}");
        let changed = fact.problem(problem).expect("a valid problem");
        let Question::OfPolicy {
            policies: FixedSet::Given | FixedSet::Optimal(RewardName::Specified), demands, ..
        } = &fact.question
        else {
            continue;
        };
        if demands.iter().all(|demand| demand.family == Family::Deploy && demand.atom == harm.atom())
            && let Some(class) = Class::new(&changed, harm)
        {
            let harmful = class.some_trained_harms(&deployment(&changed));
            assert_eq!(harmful, fact.status == Status::Fails, "seed {seed}: {fact:?}");
        }
    }
}

/// The witness does harm where it says.
fn check_witness(class: &Class<'_>, finding: &Finding, seed: u64) {
    if let Some(witness) = &finding.witness {
        let (policy, at) = (witness.policy.as_ref(), witness.distribution.as_ref());
        let (policy, at) = (policy.expect("a policy"), at.expect("a distribution"));
        assert!(class.harms_at(policy, at), "seed {seed}: {witness:?}");
    }
}
