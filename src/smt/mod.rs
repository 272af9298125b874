//! Satisfiability of Boolean structure over exact linear real arithmetic.
//!
//! A search states what it looks for with [`Formula`]s over [`BoolVar`]s and [`RealVar`]s, and
//! asks a [`Solver`]. The layer knows nothing of decision processes, and its vocabulary compiles
//! without any backend; [`solver`] hands out the backend that was built in.
//!
//! - Numbers are exact in both directions, however long.
//! - An answer has three values. [`Answer::Unknown`] says why, and is never taken for a no.
//! - A [`Model`] satisfies what was asserted: it is evaluated on every assertion before it is
//!   handed out. [`Answer::Unsat`] is the backend's word, and not a proof.
//!
#![cfg_attr(feature = "z3", doc = "```")]
#![cfg_attr(not(feature = "z3"), doc = "```no_run")]
//! use lavaproof::budget::Budget;
//! use lavaproof::smt::{Answer, Formula, LinExpr};
//!
//! let mut solver = lavaproof::smt::solver()?;
//! let (x, y) = (LinExpr::from(solver.real_var()), LinExpr::from(solver.real_var()));
//! let cheap = solver.bool_var();
//! solver.assert(Formula::implied(cheap, (x.clone() + y.clone()).le(1)));
//! solver.assert(x.ge(1).into());
//! solver.assert(y.gt(0).into());
//!
//! let Answer::Sat(model) = solver.check(&Budget::unlimited()) else { panic!() };
//! assert!(!model.is_true(cheap));
//! # Ok::<(), lavaproof::smt::SmtUnavailable>(())
//! ```

mod answer;
mod formula;
mod linear;
#[cfg(any(feature = "z3", test))]
mod numeral;
#[cfg(any(feature = "z3", test))]
mod watchdog;
#[cfg(feature = "z3")]
mod z3_backend;

use crate::budget::Budget;

pub use crate::mdp::Rational;
pub use answer::{Answer, Model, UnknownReason};
pub use formula::{BoolVar, Formula, Literal};
pub use linear::{LinConstraint, LinExpr, RealVar, Relation};

/// A set of assertions that can grow, be taken back to an earlier state, and be asked about.
///
/// A variable belongs to the solver that made it, and survives [`Solver::pop`].
pub trait Solver {
    /// A new Boolean variable.
    fn bool_var(&mut self) -> BoolVar;

    /// A new real variable, not bounded by anything.
    fn real_var(&mut self) -> RealVar;

    /// Demands that `formula` holds, until the [`Solver::push`] before it is popped.
    fn assert(&mut self, formula: Formula);

    /// Marks the present assertions, for [`Solver::pop`] to return to.
    fn push(&mut self);

    /// Drops every assertion since the last mark, and the mark.
    ///
    /// # Panics
    /// Without a mark.
    fn pop(&mut self);

    /// Whether the assertions can hold together with every one of `assumptions`, which are
    /// forgotten afterwards.
    fn check_assuming(&mut self, assumptions: &[Literal], budget: &Budget) -> Answer;

    /// Whether the assertions can hold together.
    fn check(&mut self, budget: &Budget) -> Answer {
        self.check_assuming(&[], budget)
    }
}

/// Why there is no solver to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmtUnavailable {
    /// This build has no backend.
    #[error("built without z3; rebuild with the `z3` feature")]
    NotBuiltIn,
    /// The library found at run time has an interface older than the one built against.
    #[error("libz3 is version {found}, and {oldest} or newer is needed; run `make setup`")]
    TooOld {
        /// What the library says of itself.
        found: String,
        /// The oldest version that will do.
        oldest: &'static str,
    },
}

/// A solver without assertions, of the backend that this build has.
///
/// # Errors
/// If this build has none, or the library behind it will not do.
pub fn solver() -> Result<Box<dyn Solver>, SmtUnavailable> {
    #[cfg(feature = "z3")]
    return Ok(Box::new(z3_backend::Z3Solver::new()?));
    #[cfg(not(feature = "z3"))]
    return Err(SmtUnavailable::NotBuiltIn);
}

#[cfg(all(test, not(feature = "z3")))]
mod tests {
    #[test]
    fn a_build_without_a_backend_says_so() {
        let sentence = super::solver().err().map(|error| error.to_string());
        assert_eq!(sentence.as_deref(), Some("built without z3; rebuild with the `z3` feature"));
    }
}
