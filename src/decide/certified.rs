//! From a verdict to a theorem: the certificate is made, and the checker asked.

use std::sync::Arc;

use lavaproof_checker::{Model, Rejection, Status, check};

use crate::certify::{Decided, Listings, Uncertified, certificate};
use crate::decide::Settled;
use crate::decide::verdict::{Evidence, Verdict, rejection};
use crate::decomposition::{self, Claim, Open, Proof, Question};
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
            Err(Uncertified::Exhausted(reason)) => return decomposition::Verdict::Unknown(reason.to_string().into()),
            Err(Uncertified::Beyond(reason)) => {
                return decomposition::Verdict::Unknown(Open::uncertified(reason));
            }
        };
    judged(model, text)
}

/// What the checker makes of a certificate.
fn judged(model: &Model, text: String) -> decomposition::Verdict {
    match check(model, text.as_bytes()) {
        Ok(theorem) => {
            let status = theorem.status();
            let proof = Proof { theorem: Arc::new(theorem), certificate: text.into(), about: None };
            match status {
                Status::Holds => decomposition::Verdict::Holds(proof),
                Status::Fails => decomposition::Verdict::Fails(proof),
            }
        }
        Err(Rejection::Rejected(reason)) => decomposition::Verdict::Rejected(rejection(&reason)),
        Err(Rejection::Unreadable(reason)) => decomposition::Verdict::Rejected(rejection(&reason)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "lavaproof-model 1 criterion discounted 1/2 states 1 state end 0 observations full class stationary \
                         situations 1 0 train 1 0 1 deploy point 1 0 1 catastrophe none good regret 0 epsilon 0 given none end";

    fn certificate(model: &Model) -> String {
        format!(
            "lavaproof-certificate 1\nmodel {}\nclaim wentworth.outer forall holds\nquestions 1\n\
             each deploy every optimal specified 1 good holds\ncombine 1 0\nvectors 1\nrational 1 0\npolicies 0\noptimal 0\n\
             proofs\npieces refutation free constraints 1 break close 1 d 0 0 0 - 0 0 -\nend\n",
            model.digest()
        )
    }

    #[test]
    fn faulty_evidence_is_no_verdict() {
        let model = Model::read(MODEL.as_bytes()).expect("a model");
        let sound = certificate(&model);
        assert!(matches!(judged(&model, sound.clone()), decomposition::Verdict::Holds(_)));
        for (from, to, reason) in [
            ("rational 1 0", "rational 1 -1", "the upper bound is not inductive (line 12, state 0 `end`)"),
            ("close 1", "close 0", "the bounds do not close the case (line 12)"),
            ("rational 1 0", "rational 1", "line 9: expected a number, found `policies`"),
        ] {
            let faulty = sound.replace(from, to);
            assert_ne!(faulty, sound);
            let verdict = judged(&model, faulty);
            assert_eq!(verdict.reason(), Some(&*format!("our own evidence was rejected: {reason}")));
            assert!(matches!(verdict, decomposition::Verdict::Rejected(_)) && verdict.lacks_certificate());
        }
    }

    #[test]
    fn the_theorem_says_what_holds() {
        let model = Model::read(MODEL.as_bytes()).expect("a model");
        let other = certificate(&model).replace("forall holds", "forall fails");
        assert!(matches!(judged(&model, other), decomposition::Verdict::Rejected(_)));
    }
}
