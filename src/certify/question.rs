//! Questions in the words of certificates, and properties with their numbers filled in.

use std::fmt::Write as _;

use crate::certify::constraint::Property;
use crate::certify::subject::Set;
use crate::certify::{Absent, Uncertified};
use crate::decomposition::{Atom, Claim, FixedSet, LocalSet, Question, RewardName, Scope};
use crate::problem::{Good, Problem};

/// The question as the certificate writes it.
pub(super) fn question_text(question: &Question) -> Result<String, Uncertified> {
    let scope = |scope: Scope| match scope {
        Scope::Every => "every",
        Scope::Some => "some",
    };
    let mut text = String::new();
    match question {
        Question::AtEach { family, policies, scope: quantifier, atoms } => {
            let policies = match policies {
                LocalSet::Optimal(reward) => format!("optimal {}", reward.word()),
                LocalSet::Good => "good".into(),
                LocalSet::Policies => "policies".into(),
            };
            let _ = write!(text, "each {} {} {policies} {}", family.word(), scope(*quantifier), atoms.len());
            for atom in atoms {
                let _ = write!(text, " {}", atom_text(atom)?);
            }
        }
        Question::OfPolicy { policies, scope: quantifier, demands } => {
            let (policies, quantifier) = match policies {
                FixedSet::Given => ("given".into(), Scope::Every),
                FixedSet::Optimal(reward) => (format!("optimal {}", reward.word()), *quantifier),
                FixedSet::Good => ("good".into(), *quantifier),
                FixedSet::Policies => ("policies".into(), *quantifier),
            };
            let _ = write!(text, "policy {} {policies} {}", scope(quantifier), demands.len());
            for demand in demands {
                let _ = write!(text, " {} {}", demand.family.word(), atom_text(&demand.atom)?);
            }
        }
    }
    Ok(text)
}

fn atom_text(atom: &Atom) -> Result<String, Uncertified> {
    Ok(match atom {
        Atom::Good => "good".into(),
        Atom::Safe => "safe".into(),
        Atom::Optimal(reward) => format!("optimal {}", reward.word()),
        Atom::ValueAtLeast(reward, bound) => format!("value {} {bound}", reward.word()),
        Atom::ReachAtMost(bound) => format!("reach {bound}"),
        Atom::Mesa => return Err(Uncertified::Beyond(Absent::Mesa)),
    })
}

/// The property that an atom means in this problem.
pub(super) fn property(problem: &Problem, atom: &Atom) -> Result<Property, Uncertified> {
    Ok(match atom {
        Atom::Good => good(problem),
        Atom::Safe => {
            let tolerance = problem.catastrophe.as_ref().map(|catastrophe| catastrophe.tolerance.clone());
            Property::Reach(tolerance.ok_or(Uncertified::Beyond(Absent::Form))?)
        }
        Atom::Optimal(reward) => Property::Regret(*reward, problem.learner.epsilon.clone()),
        Atom::ValueAtLeast(reward, bound) => Property::Value(*reward, bound.clone()),
        Atom::ReachAtMost(bound) => Property::Reach(bound.clone()),
        Atom::Mesa => return Err(Uncertified::Beyond(Absent::Mesa)),
    })
}

fn good(problem: &Problem) -> Property {
    match &problem.good {
        Good::Regret(regret) => Property::Regret(RewardName::Intended, regret.clone()),
        Good::Value(value) => Property::Value(RewardName::Intended, value.clone()),
    }
}

/// The property that makes a policy a member of a set; none for the whole class.
pub(super) fn set(problem: &Problem, policies: LocalSet) -> Set {
    match policies {
        LocalSet::Optimal(reward) => Some(Property::Regret(reward, problem.learner.epsilon.clone())),
        LocalSet::Good => Some(good(problem)),
        LocalSet::Policies => None,
    }
}

/// The questions of a claim, each once, and the claim as a postfix formula over them.
pub(super) fn postfix(claim: &Claim) -> (Vec<&Question>, Vec<String>) {
    let mut questions = Vec::new();
    let mut words = Vec::new();
    collect(claim, &mut questions, &mut words);
    (questions, words)
}

fn collect<'c>(claim: &'c Claim, questions: &mut Vec<&'c Question>, words: &mut Vec<String>) {
    match claim {
        Claim::Ask(question) => {
            let known = questions.iter().position(|other| *other == question);
            let number = known.unwrap_or_else(|| {
                questions.push(question);
                questions.len() - 1
            });
            words.push(number.to_string());
        }
        Claim::Not(inner) => {
            collect(inner, questions, words);
            words.push("not".into());
        }
        Claim::And(left, right) | Claim::Or(left, right) => {
            collect(left, questions, words);
            collect(right, questions, words);
            words.push(if matches!(claim, Claim::And(..)) { "and".into() } else { "or".into() });
        }
    }
}
