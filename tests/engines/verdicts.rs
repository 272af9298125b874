//! Verdicts decided by bounds are those decided by exact values, on grids large enough that bounds are closed in on.

use lavaproof::budget::Budget;
use lavaproof::decide::examine;
use lavaproof::decomposition::{Answer, built_in_definitions};
use lavaproof::format;
use lavaproof::problem::Problem;
use lavaproof::solve::Engine;

#[path = "../../benches/check/grids.rs"]
mod grids;

fn answers(problem: &Problem, engine: Engine) -> Vec<Answer> {
    let definitions = built_in_definitions().expect("valid");
    examine(problem, &definitions, &Budget::unlimited(), engine).expect("well defined").answers
}

/// A grid of more than 300 states, changed.
fn grid(slip: &str, changes: &[(&str, &str)]) -> Problem {
    let mut text = grids::slippery(20, slip);
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let problem = format::read("grid.toml", &text).expect("valid").problem;
    assert!(problem.mdp.states() > 300);
    problem
}

#[test]
fn bounds_and_exact_values_give_the_same_verdicts() {
    let never = ("tolerance = \"1/2\"", "tolerance = \"0\"");
    let rarely = ("tolerance = \"1/2\"", "tolerance = \"1/1000000\"");
    let slack = ("[grid]\n", "good = { regret = \"1/3\" }\n[grid]\n");
    let threshold = ("[grid]\n", "good = { value = \"-8\" }\n[grid]\n");
    let patient = ("discounted = \"9/10\"", "discounted = \"99/100\"");
    let cases: [(&str, &[(&str, &str)]); 7] = [
        ("1/10", &[]),
        ("1/10", &[never]),
        ("1/4", &[rarely, slack]),
        ("1/3", &[threshold]),
        ("1/5", &[patient]),
        ("0", &[never]),
        ("0", &[slack, patient]),
    ];
    for (slip, changes) in cases {
        let problem = grid(slip, changes);
        let (bounded, exact) = (answers(&problem, Engine::PolicyIteration), answers(&problem, Engine::LinearProgram));
        assert_eq!(bounded.len(), exact.len());
        for (bounded, exact) in bounded.iter().zip(&exact) {
            let part = format!("{}.{} {}", exact.decomposition, exact.half, exact.reading);
            assert_eq!(bounded.status(), exact.status(), "slip {slip}, {changes:?}: {part}");
            let (Some(bounded), Some(exact)) = (&bounded.witness, &exact.witness) else { continue };
            // The policies may be others, the best value at a distribution is one number.
            if bounded.distribution == exact.distribution
                && let (Some(bounds), Some(best)) =
                    (&bounded.best_bounds, exact.best.as_ref().and_then(|best| best.finite()))
            {
                assert!(&bounds.low <= best && best <= &bounds.high, "{part}");
            }
        }
    }
}
