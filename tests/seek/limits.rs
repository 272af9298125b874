//! What a search says when it may not finish, and what it refuses.

use lavaproof::budget::Budget;
use lavaproof::mdp::Rational;
use lavaproof::seek::{
    Content, Coverage, CriticalEpsilon, Deployment, Distance, Harm, HidingReward, Kept, Kind, Measure, ObservedPolicy,
    Outcome, Radius, RewardRepair, Samples, Situations, Training, seek, seek_watched,
};
use lavaproof::solve::Engine;

use super::exhaustive::{Class, by_support};
use super::oracle::generate::random_problem;
use super::oracle::transform::flat;
use super::problem_of;

/// One search of each kind.
fn kinds(harm: Harm, features: usize) -> Vec<Kind> {
    let bounds = vec![(Rational::NEG_ONE, Rational::ONE); features];
    let edits = (0..features).collect();
    let (margin, largest) = (Rational::ONE, Rational::from(9));
    vec![
        Kind::Policy(ObservedPolicy { harm }),
        Kind::Reward(HidingReward { harm, bounds }),
        Kind::RewardRepair(RewardRepair { edits, kept: Kept::All, margin, largest, measure: Measure::Sum }),
        Kind::Deployment(Deployment { harm }),
        Kind::Situations(Situations { harm }),
        Kind::Training(Training { harm, at_least: 1, weight: Rational::ZERO }),
        Kind::CriticalEpsilon(CriticalEpsilon { harm }),
        Kind::Samples(Samples { harm, draws: 2 }),
        Kind::Coverage(Coverage { harm, costs: Vec::new() }),
        Kind::Radius(Radius { harm, distance: Distance::TotalVariation }),
        Kind::Radius(Radius { harm, distance: Distance::LikelihoodRatio }),
    ]
}

#[test]
fn a_search_that_was_stopped_before_it_began_is_unknown() {
    for seed in 1..40 {
        let problem = random_problem(seed);
        for kind in kinds(Harm::Bad, problem.features.len()) {
            let budget = Budget::unlimited();
            budget.stop();
            let finding = seek(&problem, &kind, &budget, Engine::default()).expect("defined values").finding;
            assert_eq!(finding.outcome, Outcome::Unknown, "seed {seed}: {}", kind.name());
            assert_eq!((finding.optimal, &finding.witness), (None, &None), "seed {seed}: {}", kind.name());
        }
    }
}

/// Stopped as soon as it knows something, a search says what it knows; and what it says is right.
#[test]
fn what_is_known_when_a_search_is_stopped_is_right() {
    let mut stopped = std::collections::BTreeMap::new();
    for seed in 1..400 {
        let problem = by_support(&flat(&problem_of(seed)));
        if Class::new(&problem, Harm::Bad).is_none() {
            continue;
        }
        for kind in kinds(Harm::Bad, problem.features.len()) {
            let full = seek(&problem, &kind, &Budget::unlimited(), Engine::default()).expect("defined values").finding;
            let budget = Budget::unlimited();
            let stop = |_: &[lavaproof::seek::Entry]| budget.stop();
            let early =
                seek_watched(&problem, &kind, &budget, Engine::default(), &stop).expect("defined values").finding;
            if early.searched != Outcome::Unknown || early.entries.is_empty() || full.searched != Outcome::Found {
                continue;
            }
            let context = || format!("seed {seed}: {}: {early:?}, {full:?}", kind.name());
            for name in ["probability", "regret", "value"] {
                let (Kind::Deployment(_), Some(worst)) = (&kind, full.number(name)) else { continue };
                assert!(early.number("at most").is_none_or(|bound| bound >= worst), "{}", context());
                assert!(early.number("at least").is_none_or(|bound| bound <= worst), "{}", context());
                *stopped.entry(kind.name()).or_insert(0) += 1;
            }
            for name in ["cost", "radius", "ratio"] {
                let Some(exact) = full.number(name) else { continue };
                assert!(early.number("at least").is_none_or(|bound| bound <= exact), "{}", context());
                assert!(early.number("at most").is_none_or(|bound| bound >= exact), "{}", context());
                *stopped.entry(kind.name()).or_insert(0) += 1;
            }
            if let (Some(Content::Curve(least)), Some(Content::Curve(exact))) =
                (early.entry("curve at least"), full.entry("curve"))
            {
                assert_eq!(least.len(), exact.len());
                assert!(least.iter().zip(exact).all(|(least, exact)| least.1 <= exact.1), "{}", context());
                *stopped.entry(kind.name()).or_insert(0) += 1;
            }
            if let (Some(Content::Count(least)), Some(Content::Count(exact))) =
                (early.entry("no support smaller than"), full.entry("situations"))
            {
                assert!(least <= exact, "{}", context());
                *stopped.entry(kind.name()).or_insert(0) += 1;
            }
        }
    }
    for kind in ["repair --coverage", "radius", "samples", "training"] {
        assert!(stopped.get(kind) > Some(&5), "{stopped:?}");
    }
}

#[test]
fn horizons_are_searched_with_the_time() {
    let horizons = (1..400).map(random_problem).filter(|problem| {
        matches!(problem.criterion, lavaproof::problem::Criterion::Horizon(_)) && problem.observations.is_none()
    });
    let mut searched = 0;
    for problem in horizons.take(20) {
        for kind in kinds(Harm::Bad, problem.features.len()) {
            let answer = seek(&problem, &kind, &Budget::unlimited(), Engine::default()).expect("defined values");
            assert_eq!(answer.origin.as_ref().map(Vec::len), Some(answer.problem.mdp.states()));
            searched += 1;
        }
    }
    assert!(searched > 80);
}
