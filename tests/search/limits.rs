//! Limits are kept, and running out is no verdict.

use std::thread;
use std::time::{Duration, Instant};

use lavaproof::budget::{Budget, Exhausted};
use lavaproof::search::{Arena, CaseSearch, Outcome, SearchOutcome, search_policy};
use lavaproof::solve::Engine;

use super::satisfiability::{Formula, optimal, trained_and_unsafe};

/// Far more than any limit below, far less than the problem takes.
const SOON: Duration = Duration::from_secs(15);

fn hard() -> Formula {
    Formula::random(7, 400, 1700)
}

#[test]
fn a_hard_question_ends_at_its_time_limit() {
    let problem = hard().problem();
    let unlimited = super::arena(&problem);
    let requirements = trained_and_unsafe(&unlimited, optimal(&unlimited));
    let start = Instant::now();
    let arena = Arena::new(&problem, Budget::with_timeout(Duration::from_millis(200)), Engine::default());
    let outcome = search_policy(&arena, &requirements);
    assert!(matches!(outcome, Err(Exhausted::Timeout) | Ok(SearchOutcome::Uncertified)), "{outcome:?}");
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
}

#[test]
fn a_hard_question_ends_when_interrupted() {
    let problem = hard().problem();
    let unlimited = super::arena(&problem);
    let requirements = trained_and_unsafe(&unlimited, optimal(&unlimited));
    // Early while cases are looked at, late while the solver is at work.
    for wait in [200, 3000] {
        let budget = Budget::unlimited();
        let arena = Arena::new(&problem, budget.clone(), Engine::default());
        let start = Instant::now();
        let interrupter = thread::spawn(move || {
            thread::sleep(Duration::from_millis(wait));
            budget.stop();
        });
        let outcome = search_policy(&arena, &requirements);
        assert!(matches!(outcome, Err(Exhausted::Interrupted)), "{outcome:?}");
        assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
        interrupter.join().expect("the interrupter does not panic");
    }
}

#[test]
fn cases_go_on_where_they_stopped() {
    for seed in 0..6 {
        let problem = Formula::random(seed, 6, 27).problem();
        let arena = super::arena(&problem);
        let requirements = trained_and_unsafe(&arena, optimal(&arena));
        let mut whole = CaseSearch::new(&arena, &requirements);
        let expected = whole.advance(None, &arena.budget).expect("no limit");
        let mut parts = CaseSearch::new(&arena, &requirements);
        let outcome = loop {
            match parts.advance(Some(1), &arena.budget).expect("no limit") {
                Outcome::NodeLimit => {}
                outcome => break outcome,
            }
        };
        assert_eq!(matches!(outcome, Outcome::Found(_)), matches!(expected, Outcome::Found(_)));
        assert_eq!(parts.nodes(), whole.nodes());
    }
}
