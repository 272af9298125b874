//! Proofs of questions, and the certificate that holds them (`proofs/FORMAT.md`, sections 1.7 and 2.2).

use crate::certify::constraint::Property;
use crate::certify::draft::Draft;
use crate::certify::each::Each;
use crate::certify::explicit::masses;
use crate::certify::question::{postfix, question_text, set};
use crate::certify::region::Region;
use crate::certify::subject::Set;
use crate::certify::trained::{
    given, trained_every_fails, trained_every_holds, trained_some_fails, trained_some_holds,
};
use crate::certify::{Absent, Listings, Uncertified};
use crate::decomposition::{Claim, Family, FixedSet, LocalSet, Question, Scope};
use crate::mdp::{Distribution, RandomizedPolicy, Rational, StateId};
use crate::problem::PolicyClass;
use crate::search::Arena;

/// Cases that a certificate may have.
const MOST_CASES: usize = 3_000;

/// A question with its verdict and what was found on the way to it.
pub struct Decided<'q> {
    /// The question.
    pub question: &'q Question,
    /// Whether it holds; `None` if that is open.
    pub holds: Option<bool>,
    /// Where it fails.
    pub distribution: Option<&'q Distribution>,
    /// The policy that shows it.
    pub policy: Option<&'q RandomizedPolicy>,
}

/// The certificate of a claim that holds or fails, in a model with this digest.
///
/// # Errors
/// When no proof is found in the terms of the checker, or the budget is exhausted.
pub fn certificate<'q>(
    arena: &Arena<'_>,
    listings: &Listings,
    digest: &str,
    name: &str,
    holds: bool,
    claim: &'q Claim,
    decided: impl Fn(&'q Question) -> Decided<'q>,
) -> Result<String, Uncertified> {
    let mut draft = Draft::new(arena, listings, MOST_CASES);
    let (questions, words) = postfix(claim);
    let mut lines = vec!["lavaproof-certificate 1".to_owned(), format!("model {digest}")];
    lines.push(format!("claim {name} {}", status(Some(holds))));
    lines.push(format!("questions {}", questions.len()));
    let mut proofs = Vec::new();
    for question in questions {
        let known = decided(question);
        lines.push(format!("{} {}", question_text(question)?, status(known.holds)));
        if let Some(holds) = known.holds {
            proofs.push(prove(&mut draft, &known, holds)?);
        }
    }
    lines.push(format!("combine {} {}", words.len(), words.join(" ")));
    lines.extend(draft.tables());
    lines.push("proofs".to_owned());
    lines.extend(proofs);
    lines.push("end\n".into());
    Ok(lines.join("\n"))
}

fn status(holds: Option<bool>) -> &'static str {
    match holds {
        Some(true) => "holds",
        Some(false) => "fails",
        None => "open",
    }
}

fn prove(draft: &mut Draft<'_>, known: &Decided<'_>, holds: bool) -> Result<String, Uncertified> {
    match known.question {
        Question::AtEach { family, policies, scope, atoms } => {
            let each = Each { family: *family, policies: *policies, atoms };
            match (scope, holds) {
                (Scope::Every, true) => each.every_holds(draft),
                (Scope::Every, false) => each.every_fails(draft, known),
                (Scope::Some, true) => each.some_holds(draft),
                (Scope::Some, false) => each.some_fails(draft, known),
            }
        }
        Question::OfPolicy { policies, scope, demands } => {
            let trained = match policies {
                FixedSet::Given => return given(draft, demands, holds, known.distribution),
                FixedSet::Optimal(reward) => LocalSet::Optimal(*reward),
                FixedSet::Good => LocalSet::Good,
                FixedSet::Policies => LocalSet::Policies,
            };
            let trained = set(draft.arena.problem, trained);
            match (scope, holds) {
                (Scope::Every, true) => trained_every_holds(draft, &trained, demands),
                (Scope::Every, false) => trained_every_fails(draft, &trained, demands, known),
                (Scope::Some, true) => trained_some_holds(draft, &trained, demands, known),
                (Scope::Some, false) => trained_some_fails(draft, &trained, demands),
            }
        }
    }
}

/// Whether some policy of the class is in the set at each distribution.
pub(super) fn is_never_empty(draft: &mut Draft<'_>, set: &Set) -> Result<bool, Uncertified> {
    let finite = draft.arena.class == PolicyClass::Deterministic;
    Ok(match set {
        None => true,
        Some(Property::Value(..) | Property::Reach(_)) => false,
        Some(Property::Regret(reward, _)) if draft.is_total() && !finite => {
            // An upper bound of the total reward shows that it is attained.
            draft.optimal(*reward)?;
            draft.arena.fully_observed
        }
        Some(Property::Regret(..)) => finite || draft.arena.fully_observed,
    })
}

/// The hint that a proof cannot do without.
pub(super) fn needed<T>(hint: Option<T>) -> Result<T, Uncertified> {
    hint.ok_or(Uncertified::Beyond(Absent::Form))
}

/// Proves something on each piece of a family: on all mixtures of the situations at once, if that works.
pub(super) fn on_pieces(
    draft: &mut Draft<'_>,
    family: Family,
    mut prove: impl FnMut(&mut Draft<'_>, &Region) -> Result<String, Uncertified>,
) -> Result<String, Uncertified> {
    let problem = draft.arena.problem;
    if family == Family::Situations {
        let mut texts = vec!["mixed".to_owned()];
        let mut complete = true;
        for region in Region::pieces(problem, family, true) {
            match prove(draft, &region) {
                Ok(text) => texts.push(text),
                Err(Uncertified::Beyond(_)) => complete = false,
                Err(stop) => return Err(stop),
            }
        }
        if complete {
            return Ok(texts.join(" "));
        }
    }
    let mut texts = vec!["pieces".to_owned()];
    for region in Region::pieces(problem, family, false) {
        texts.push(prove(draft, &region)?);
    }
    Ok(texts.join(" "))
}

/// A distribution of a family as the certificate names it.
pub(super) fn place(draft: &Draft<'_>, family: Family, at: &Distribution) -> Result<String, Uncertified> {
    if family != Family::Encountered {
        return Ok(format!("at {}", masses(at)));
    }
    let train = &draft.arena.problem.train;
    let two = Rational::from(2);
    let mut states: Vec<StateId> = at.support().chain(train.support()).collect();
    states.sort_unstable();
    states.dedup();
    let half = states.into_iter().map(|state| (state, at.mass(state) * &two - train.mass(state))).collect();
    Ok(format!("at {}", masses(&needed(Distribution::new(half).ok())?)))
}
