//! The decompositions: a small formula language, the built-in definitions written in it, and answers.
//!
//! This layer says what is asked. It imports neither a linear-programming nor an SMT backend.

mod answer;

pub use answer::{Answer, Examined, Half, Path, Reading, Status, Step, Witness};
