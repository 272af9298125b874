//! From answers to theorems: each value becomes a certificate that the checker of `proofs/checker` accepts.
//!
//! `shape` writes the query as an explicit model, `claim` states what the value means there: what all policies keep to, and what one policy
//! attains. `draft` writes down the inductive bounds that prove it, with the numbers of `source` and the ranks of `walk`; `beyond` treats infinite values.

mod beyond;
mod claim;
mod draft;
mod shape;
mod source;
mod walk;

use lavaproof_checker::{Model, Rejection, Theorem, check};
use thiserror::Error;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{LabelledMdp, Rational, StateId};
use crate::query::meaning::Meaning;
use crate::query::proof::claim::claimed;
use crate::query::proof::shape::Shape;
use crate::query::proof::source::Source;
use crate::query::{Answer, Query, Refusal};

/// Why a value has no certificate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unproved {
    /// No policy attains it.
    #[error("uncertified: a value of -inf, which no policy attains, has no certificate")]
    Unattained,
    /// Costs and gains among policies that miss the goal.
    #[error(
        "uncertified: with rewards of both signs, policies that miss the goal have no bound of the form that certificates have"
    )]
    Endless,
    /// No state that anything would be said of.
    #[error("uncertified: the model has no initial state")]
    NoState,
    /// A policy that does not surely end.
    #[error("uncertified: no ranks were found")]
    Ranks,
    /// There is no time left.
    #[error("uncertified: {0}")]
    Exhausted(#[from] Exhausted),
    /// The query cannot be asked of the model.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The checker does not accept what was written: an error of this program.
    #[error("our own evidence was rejected: {0}")]
    Rejected(String),
}

/// A certificate and the explicit model that it is about, not yet checked.
#[derive(Debug)]
pub struct Evidence {
    model: String,
    /// Without the digest of the model.
    certificate: String,
}

/// A certificate that the checker has accepted.
#[derive(Debug)]
pub struct Certified {
    /// The explicit model.
    pub model: String,
    /// The certificate.
    pub certificate: String,
    /// What is proved.
    pub theorem: Theorem,
}

/// What a certificate begins with.
const HEAD: &str = "lavaproof-certificate 1\nmodel ";

/// Writes down why the values at some states are what an answer says.
///
/// # Errors
/// If this is beyond the rules of certificates, or there is no time left.
pub fn evidence(
    model: &LabelledMdp,
    query: &Query,
    discount: Option<&Rational>,
    answer: &Answer,
    states: &[StateId],
    budget: &Budget,
) -> Result<Evidence, Unproved> {
    let meaning = Meaning::of(model, query, discount)?;
    let shape = Shape::new(model, &meaning);
    let mut situations = states.to_vec();
    situations.sort_unstable();
    situations.dedup();
    if situations.is_empty() {
        return Err(Unproved::NoState);
    }
    let certificate = claimed(&shape, &Source::of(answer), query, &situations, budget)?;
    Ok(Evidence { model: shape.text(&situations), certificate })
}

impl Evidence {
    /// Asks the checker.
    ///
    /// # Errors
    /// If it does not accept the certificate.
    pub fn check(self) -> Result<Certified, Unproved> {
        let explicit = read(&self.model)?;
        let (theorem, certificate) = accepted(&explicit, self.certificate)?;
        Ok(Certified { model: self.model, certificate, theorem })
    }

    /// Asks the checker, and keeps the theorem alone: the text of the model is given back as soon as it has been read, since that
    /// of a large one takes as much memory as all else.
    ///
    /// # Errors
    /// If it does not accept the certificate.
    pub fn prove(self) -> Result<Theorem, Unproved> {
        let explicit = read(&self.model)?;
        drop(self.model);
        Ok(accepted(&explicit, self.certificate)?.0)
    }
}

fn read(model: &str) -> Result<Model, Unproved> {
    Model::read(model.as_bytes()).map_err(|reason| Unproved::Rejected(reason.to_string()))
}

/// What a certificate proves, and its text with the digest of the model.
fn accepted(model: &Model, mut certificate: String) -> Result<(Theorem, String), Unproved> {
    certificate.insert_str(HEAD.len(), model.digest());
    match check(model, certificate.as_bytes()) {
        Ok(theorem) => Ok((theorem, certificate)),
        Err(Rejection::Rejected(reason)) => Err(Unproved::Rejected(reason.to_string())),
        Err(Rejection::Unreadable(reason)) => Err(Unproved::Rejected(reason.to_string())),
    }
}
