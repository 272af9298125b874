//! The decompositions: a small formula language, the built-in definitions written in it, and answers.
//!
//! This layer says what is asked. It imports neither a linear-programming nor an SMT backend.

mod answer;
mod definition;
mod formula;
mod parse;
mod question;

pub use answer::{Answer, Bounds, Examined, Half, Open, Path, Proof, Reading, Status, Step, Verdict, Witness};
pub use definition::{Definition, built_in_definitions};
pub use formula::{At, Atom, Family, Formula, PolicySet, Quantifier, RewardName};
pub use parse::{FormulaError, parse_formula};
pub use question::{Claim, Demand, FixedSet, LocalSet, Question, Scope, Undecidable, questions};
