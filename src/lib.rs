//! Formal verification of alignment claims on finite Markov decision processes.

pub mod budget;
pub mod smt;
