//! Limits are kept, running out is no verdict, and the solver is of use afterwards.

use std::thread;
use std::time::{Duration, Instant};

use lavaproof::budget::Budget;
use lavaproof::smt::{Answer, BoolVar, Formula, Solver, UnknownReason};

use super::solver;

/// `pigeons` in `holes`, each in one, no two in the same: beyond resolution in any sensible time
/// for eleven in ten, since it knows no counting.
fn pigeonhole(solver: &mut dyn Solver, pigeons: usize, holes: usize) {
    let sits: Vec<Vec<BoolVar>> = (0..pigeons).map(|_| (0..holes).map(|_| solver.bool_var()).collect()).collect();
    for (number, pigeon) in sits.iter().enumerate() {
        solver.assert(Formula::clause(pigeon.iter().copied()));
        for other in &sits[..number] {
            for (here, there) in pigeon.iter().zip(other) {
                solver.assert(Formula::not_all([*here, *there]));
            }
        }
    }
}

/// Far more than any limit below, far less than the problem takes.
const SOON: Duration = Duration::from_secs(10);

#[test]
fn small_pigeonholes_are_decided() {
    for (pigeons, holes) in [(4, 4), (5, 4)] {
        let mut solver = solver();
        pigeonhole(&mut *solver, pigeons, holes);
        let answer = solver.check(&Budget::unlimited());
        assert_eq!(answer == Answer::Unsat, pigeons > holes, "{pigeons} in {holes}");
    }
}

#[test]
fn a_hard_problem_ends_at_its_time_limit() {
    for incremental in [false, true] {
        let mut solver = solver();
        if incremental {
            solver.push();
        }
        pigeonhole(&mut *solver, 13, 12);
        let start = Instant::now();
        let answer = solver.check(&Budget::with_timeout(Duration::from_millis(200)));
        assert_eq!(answer, Answer::Unknown(UnknownReason::Timeout));
        assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
    }
}

#[test]
fn a_hard_problem_ends_when_interrupted_and_the_solver_lives_on() {
    let mut solver = solver();
    solver.push();
    pigeonhole(&mut *solver, 13, 12);
    let budget = Budget::unlimited();
    let stop = budget.clone();
    let start = Instant::now();
    let interrupter = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        stop.stop();
    });
    let answer = solver.check(&budget);
    assert_eq!(answer, Answer::Unknown(UnknownReason::Interrupted));
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
    interrupter.join().expect("the interrupter does not panic");

    solver.pop();
    let x = solver.bool_var();
    solver.assert(x.into());
    assert!(matches!(solver.check(&Budget::unlimited()), Answer::Sat(_)));
    assert_eq!(solver.check_assuming(&[!x], &Budget::unlimited()), Answer::Unsat);
}

#[test]
fn an_exhausted_budget_answers_before_asking() {
    let mut solver = solver();
    let answer = solver.check(&Budget::with_timeout(Duration::ZERO));
    assert_eq!(answer, Answer::Unknown(UnknownReason::Timeout));
    let budget = Budget::unlimited();
    budget.stop();
    let answer = solver.check(&budget);
    assert_eq!(answer, Answer::Unknown(UnknownReason::Interrupted));
}

#[test]
#[should_panic(expected = "pop without a push")]
fn a_pop_without_a_push_is_a_mistake() {
    solver().pop();
}
