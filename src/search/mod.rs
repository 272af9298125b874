//! Searches for policies and distributions, every answer exact.

mod agreement;
mod arena;
mod branch;
mod class_optimum;
mod distributions;
mod flow;
mod memo;
mod portfolio;
mod profiles;
mod region;
mod requirement;
mod test;

pub use agreement::{Agreement, agreement};
pub use arena::Arena;
pub use branch::{CaseSearch, Outcome, disagreement, find_policy, propagate_pins, surely_visited};
pub use class_optimum::{ClassOptimum, class_optimum};
pub use distributions::{DistributionSet, Functional, expectation};
pub use flow::{FlowOutcome, FlowSearch, FlowUnavailable};
pub use memo::Quantity;
pub use portfolio::{SearchOutcome, search_policy};
pub use profiles::{Profile, profile_of, profiles};
pub use region::{Condition, Face};
pub use requirement::Requirement;
pub use test::{Extreme, Test};
