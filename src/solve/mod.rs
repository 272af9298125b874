//! Exact optimal control of one MDP: graph analysis, policy evaluation, optimisation, masked solves.
//!
//! Three criteria are one problem here. A discounted or total reward and the probability of reaching a
//! target are all *stopping problems*: some states have a fixed value, the others are open, and every
//! policy considered stops (or is discounted) from the open ones. [`optimise`] brings each objective to
//! that form by graph analysis and hands it to an engine. A finite horizon is unrolled before
//! ([`crate::problem::unroll`]).

mod admissible;
mod brute;
mod chain;
mod dense;
mod dixon;
mod elimination;
mod enclosure;
mod engine;
mod float;
mod graph;
mod improve;
mod integer_system;
mod length;
mod lp_proposal;
mod meter;
mod modular;
mod objective;
mod optimal;
mod shortest_path;
mod sparse;
mod stopping;

pub use admissible::admissibility_defects;
pub use chain::{Behaviour, evaluate, evaluate_from};
pub use enclosure::{Enclosure, alike_states, enclose, enclosed_optimal_choices};
pub use engine::Engine;
pub use graph::{
    EndComponent, able_to_reach, almost_surely_absorbed, can_keep_to, end_components, reachable_under, surely_reaching,
};
pub use length::values_are_short;
pub use meter::exact_time;
pub use objective::{Objective, Sense};
pub use optimal::{Solution, optimal_choices, optimise};
pub use shortest_path::{
    DiscountedBounds, InductiveBounds, Measure, Optimum, ReachedOptimum, ShortOptimum, discounted_bounds,
    inductive_bounds, optimum, quotient_optimum, reached_optimum, short_optimum,
};
