//! Searches for policies and distributions, every answer exact.

mod agreement;
mod arena;
mod branch;
mod class_optimum;
mod constrained;
mod distributions;
mod expectation;
mod flow;
mod lemmas;
mod memo;
mod portfolio;
mod profiles;
mod region;
mod requirement;
pub mod rewards;
mod test;

pub use agreement::{Agreement, agreement};
pub use arena::Arena;
pub use branch::{CaseSearch, Outcome, disagreement, find_policy, propagate_pins, surely_visited};
pub use class_optimum::{ClassOptimum, class_optimum};
pub use constrained::{ConstrainedOptimum, constrained_optimum};
pub use distributions::{DistributionSet, Functional};
pub use expectation::expectation;
pub use flow::{FlowOutcome, FlowSearch, FlowUnavailable};
pub use lemmas::{Fact, Lemma, LemmaSearch};
pub use memo::Quantity;
pub use portfolio::{SearchOutcome, UNCONFIRMED, search_policy};
pub use profiles::{Profile, profile_of, profiles};
pub use region::{Condition, Face};
pub use requirement::Requirement;
pub use test::{Extreme, Test};
