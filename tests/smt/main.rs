//! The solver layer through its public face, against answers that are known.
#![cfg(feature = "z3")]

mod brute_force;
mod limits;
mod numbers;
mod random;

use lavaproof::budget::Budget;
use lavaproof::smt::{Answer, Formula, Model, Solver};

/// A new solver; the build has one.
fn solver() -> Box<dyn Solver> {
    lavaproof::smt::solver().expect("built with z3")
}

/// The model of `formulas`, which have one.
fn model(solver: &mut dyn Solver, formulas: impl IntoIterator<Item = Formula>) -> Model {
    for formula in formulas {
        solver.assert(formula);
    }
    match solver.check(&Budget::unlimited()) {
        Answer::Sat(model) => model,
        other => panic!("expected a model, got {other:?}"),
    }
}
