//! Formal verification of alignment claims on finite Markov decision processes.

pub mod decomposition;
pub mod format;
pub mod mdp;
pub mod problem;
pub mod report;
