//! Mesa-objectives: one of them shows that an inner half fails.

use lavaproof::budget::Budget;
use lavaproof::decide::examine;
use lavaproof::decomposition::{Definition, Half, Reading, Status, parse_formula};
use lavaproof::solve::Engine;

use crate::model;

/// How an inner half comes out for a shipped model.
fn inner(name: &str, formula: &str) -> Vec<(Reading, Status)> {
    let parts = vec![(Half::Inner, parse_formula(formula).expect("a formula"))];
    let definition = Definition { id: "asked".to_owned(), summary: String::new(), source: String::new(), parts };
    let examined = examine(&model(name), &[definition], &Budget::unlimited(), Engine::default()).expect("values");
    for answer in &examined.answers {
        // The theorem is about a model that is kept with it.
        assert!(answer.proof().is_none_or(|proof| proof.about.is_some()));
    }
    examined.answers.iter().map(|answer| (answer.reading, answer.status())).collect()
}

#[test]
fn one_objective_shows_a_failure_of_trained_policies_alone() {
    let trained = "each p in trained: mesa(p)";
    let failures = [(Reading::Forall, Status::Fails), (Reading::Exists, Status::Fails)];
    assert_eq!(inner("ce8-pseudo-aligned.toml", trained), failures);
    // Some weights leave the total reward undefined; what is meant is an objective all the same.
    assert_eq!(inner("inverse-reward-design/lavaland.toml", trained), failures);
    // Of other policies than trained ones nothing was found.
    let others = inner("ce8-pseudo-aligned.toml", "some p in policies: mesa(p)");
    assert!(!others.is_empty() && others.iter().all(|(_, status)| *status == Status::Unknown));
}
