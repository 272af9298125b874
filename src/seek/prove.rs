//! From what a search says to what is proved: each fact is decided anew, as the question that it is, and the checker has to
//! accept its certificate.

use crate::budget::Budget;
use crate::decide::{Undecided, rejection, settle};
use crate::decomposition::{Status, Verdict};
use crate::problem::Problem;
use crate::seek::{Fact, Finding};
use crate::solve::Engine;

/// The finding with its facts proved, as far as they can be. What rests on a fact without a proof is not said: the optimum, or
/// the whole answer. A counterexample stands by its witness, which is evaluated exactly.
pub(super) fn prove(problem: &Problem, mut finding: Finding, budget: &Budget, engine: Engine) -> Finding {
    for fact in &mut finding.facts {
        fact.verdict = asked(problem, fact, budget, engine);
    }
    let rejected = finding.rejected().next().map(reason_of);
    if let Some(reason) = rejected {
        return finding.uncertified(&reason);
    }
    let unproved: Vec<&Fact> = finding.facts.iter().filter(|fact| fact.verdict.status() != fact.status).collect();
    if let (Some(optimal), false) = (&mut finding.optimal, unproved.is_empty()) {
        optimal.certified = false;
    }
    let shown = |fact: &Fact| fact.status == Status::Fails && finding.witness.is_some();
    let missing = unproved.into_iter().find(|fact| !fact.of_the_optimum && !shown(fact)).map(reason_of);
    match missing {
        Some(reason) => finding.uncertified(&reason),
        None => finding,
    }
}

fn reason_of(fact: &Fact) -> String {
    format!("{}: {}", fact.role, fact.verdict.reason().unwrap_or_default())
}

fn asked(problem: &Problem, fact: &Fact, budget: &Budget, engine: Engine) -> Verdict {
    let changed = match fact.problem(problem) {
        Ok(changed) => changed,
        Err(defects) => {
            let defects: Vec<String> = defects.iter().map(ToString::to_string).collect();
            return Verdict::Rejected(rejection(&defects.join(", ")));
        }
    };
    match settle(&changed, fact.role, &fact.question, budget, engine) {
        Err(Undecided::Rejected(reason)) => Verdict::Rejected(reason),
        Err(Undecided::Beyond(reason)) => Verdict::Unknown(reason),
        Err(undecided) => Verdict::Unknown(undecided.to_string().into()),
        Ok(settlement) => match settlement.verdict {
            proved @ (Verdict::Holds(_) | Verdict::Fails(_)) if proved.status() != fact.status => {
                Verdict::Rejected(rejection(&"a search and a proof disagree"))
            }
            other => other,
        },
    }
}
