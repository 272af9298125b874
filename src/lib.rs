//! Formal verification of alignment claims on finite Markov decision processes.

pub mod budget;
pub mod certify;
pub mod cli;
pub mod decide;
pub mod decomposition;
pub mod format;
pub mod lp;
pub mod mdp;
pub mod problem;
pub mod query;
pub mod report;
pub mod rewards;
pub mod search;
pub mod smt;
pub mod solve;
