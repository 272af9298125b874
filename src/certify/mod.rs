//! From verdicts to certificates: a verdict becomes a text that the checker of `proofs/checker` accepts, and only then a
//! theorem.
//!
//! The checker's rules are in `proofs/FORMAT.md`. This module looks for a proof in their terms; what the solvers and searches
//! found is its hint. Where it finds none the verdict is not certified.

mod candidates;
mod close;
mod constraint;
mod cover;
mod draft;
mod each;
mod endless;
mod explicit;
mod joint;
mod lemmas;
mod listing;
mod meets;
mod optimal;
mod proof;
mod question;
mod rank;
mod ranking;
mod refute;
mod region;
mod split;
mod subject;
mod tables;
mod tempt;
mod trained;
mod values;

pub use explicit::explicit_model;
pub use listing::Listings;
pub use proof::{Decided, certificate};

use thiserror::Error;

use crate::budget::Exhausted;

/// What a proof would have needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Absent {
    /// A bound for policies that may go on for ever.
    #[error("policies that may never stop have no bound of the form that certificates have")]
    Endless,
    /// More cases than are allowed.
    #[error("the proof by cases is too long")]
    Cases,
    /// No rule fits.
    #[error("no proof of the form that certificates have was found")]
    Form,
    /// A property that certificates do not speak of.
    #[error("mesa-objectives have no certificates")]
    Mesa,
}

/// Why there is no certificate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Uncertified {
    /// Time ran out, or someone asked to stop.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// Beyond the rules, or beyond what is tried.
    #[error("uncertified: {0}")]
    Beyond(Absent),
}
