//! Queries about labelled MDPs, as in the model checkers PRISM and Storm: what they say, how they are written, and
//! their answers.
//!
//! ```
//! use lavaproof::query::parse_query;
//! let query = parse_query(r#"Pmax=? [ "safe" U "goal" ]"#)?;
//! assert_eq!(query.to_string(), r#"Pmax=? ["safe" U "goal"]"#);
//! # Ok::<(), lavaproof::query::QueryError>(())
//! ```

mod answer;
mod meaning;
mod parse;
mod proof;
mod syntax;

pub use answer::{Answer, Method, Refusal, Verdict, answer};
pub use parse::{QueryError, parse_query};
pub use proof::{Certified, Evidence, Unproved, evidence};
pub use syntax::{Asked, Name, Path, Quantity, Query, Relation, StateFormula};
