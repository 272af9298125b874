//! From a verdict to a theorem: the certificate is made, and the checker asked.

use std::fmt::Display;
use std::sync::Arc;

use lavaproof_checker::{Model, Rejection, check};

use crate::certify::{Decided, Listings, Uncertified, certificate};
use crate::decide::Settled;
use crate::decide::verdict::{Evidence, Verdict};
use crate::decomposition::{self, Claim, Proof, Question};
use crate::search::Arena;

/// The verdict on a claim, if the checker accepts its certificate.
pub(super) fn certified<'q>(
    arena: &Arena<'_>,
    listings: &Listings,
    model: &Model,
    name: &str,
    holds: bool,
    claim: &'q Claim,
    settled: &'q [(Question, Settled)],
) -> decomposition::Verdict {
    let text =
        match certificate(arena, listings, model.digest(), name, holds, claim, |question| decided(question, settled)) {
            Ok(text) => text,
            Err(Uncertified::Exhausted(reason)) => return decomposition::Verdict::Unknown(reason.to_string()),
            Err(Uncertified::Beyond(reason)) => {
                return decomposition::Verdict::Unknown(format!("unknown (uncertified): {reason}"));
            }
        };
    match check(model, text.as_bytes()) {
        Ok(theorem) => {
            let proof = Proof { theorem: Arc::new(theorem), certificate: text.into() };
            if holds { decomposition::Verdict::Holds(proof) } else { decomposition::Verdict::Fails(proof) }
        }
        Err(Rejection::Rejected(reason)) => rejected(&reason),
        Err(Rejection::Unreadable(reason)) => rejected(&reason),
    }
}

fn rejected(reason: &dyn Display) -> decomposition::Verdict {
    decomposition::Verdict::Rejected(format!("our own evidence was rejected: {reason}"))
}

/// What was found about a question.
fn decided<'q>(question: &'q Question, settled: &'q [(Question, Settled)]) -> Decided<'q> {
    let known = settled.iter().find(|(asked, _)| asked == question).map(|(_, settled)| &settled.verdict);
    let (holds, evidence): (Option<bool>, Option<&Evidence>) = match known {
        Some(Verdict::Holds(evidence)) => (Some(true), evidence.as_ref()),
        Some(Verdict::Fails(evidence)) => (Some(false), evidence.as_ref()),
        Some(Verdict::Unknown(_)) | None => (None, None),
    };
    Decided {
        question,
        holds,
        distribution: evidence.and_then(|evidence| evidence.distribution.as_ref()),
        policy: evidence.and_then(|evidence| evidence.policy.as_ref()),
    }
}
