//! Checks certificates of alignment claims on finite Markov decision processes.
//!
//! The rules are those of `proofs/FORMAT.md`; why they are sound is in `proofs/theory/`. Nothing here knows how a verdict was
//! found: there is integer arithmetic, and no solver. A [`Theorem`] is made by [`check`] alone.

mod alike;
mod backup;
mod bound;
mod cases;
mod claim;
mod close;
mod condition;
mod constraint;
#[cfg(test)]
mod example;
mod explicit;
mod lists;
mod model;
mod number;
mod optimal;
mod policy;
mod proof;
mod question;
mod rational;
mod read;
mod refute;
mod region;
mod sha256;
mod sources;
mod statement;
mod vector;

pub use claim::{Claim, Status};
pub use condition::{Condition, Rejected};
pub use lists::Rejection;
pub use model::Model;
pub use question::Reading;
pub use read::Unreadable;

use lists::{Lists, Rejects};
use read::Reader;

/// A claim that was proved about a model. There is no other way to get one than [`check`].
#[derive(Debug)]
pub struct Theorem {
    claim: Claim,
    statement: String,
}

impl Theorem {
    /// What was claimed, as `decomposition.part`.
    #[must_use]
    pub fn claim(&self) -> &str {
        &self.claim.name
    }

    /// The reading of the claim.
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.claim.reading
    }

    /// How it comes out.
    #[must_use]
    pub fn status(&self) -> Status {
        self.claim.status
    }

    /// The digest of the model that it is about.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.claim.digest
    }

    /// The claim and the model in words.
    #[must_use]
    pub fn statement(&self) -> &str {
        &self.statement
    }
}

impl Claim {
    /// Reads what a certificate claims, and proves nothing.
    ///
    /// # Errors
    /// If the head of the certificate is not what FORMAT.md, section 2.2, describes.
    pub fn read(certificate: &[u8]) -> Result<Self, Rejection> {
        Self::parse(&mut Reader::new(certificate)?, None)
    }
}

/// Checks a certificate against a model.
///
/// # Errors
/// If the certificate cannot be read, or a condition of FORMAT.md does not hold: which one, and where.
pub fn check(model: &Model, certificate: &[u8]) -> Result<Theorem, Rejection> {
    let mut reader = Reader::new(certificate)?;
    let r = &mut reader;
    let claim = Claim::parse(r, Some(model))?;
    claim.is_about(model).map_err(|broken| r.reject(model, broken))?;
    let lists = Lists::read(r, model)?;
    r.expect("proofs")?;
    for (question, answer) in &claim.questions {
        if let Some(status) = answer {
            proof::prove(r, &lists, question, *status)?;
        }
    }
    r.end()?;
    let statement = claim.statement(model);
    Ok(Theorem { claim, statement })
}
