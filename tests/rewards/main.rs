//! Searches over rewards: counterexamples and repairs, against trying every direction of weights or a grid of changes.

mod counterexamples;
mod grids;
#[path = "../oracle/mod.rs"]
mod oracle;
mod repairs;

use lavaproof::budget::Budget;
use lavaproof::problem::Problem;
use lavaproof::search::Arena;
use lavaproof::solve::Engine;

/// An arena without limits.
pub fn arena(problem: &Problem) -> Arena<'_> {
    Arena::new(problem, Budget::unlimited(), Engine::default())
}
