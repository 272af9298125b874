//! Proofs of questions, and the certificate that holds them (`proofs/FORMAT.md`, sections 1.7 and 2.2).

use crate::certify::constraint::Property;
use crate::certify::cover::cover;
use crate::certify::draft::Draft;
use crate::certify::explicit::masses;
use crate::certify::meets::{belongs, breaks, meets};
use crate::certify::question::{postfix, property, question_text, set};
use crate::certify::refute::{Set, Subject, best_value, no_break, no_meeting, no_meeting_at};
use crate::certify::region::Region;
use crate::certify::tempt::tempted;
use crate::certify::{Absent, Uncertified};
use crate::decomposition::{Atom, Claim, Demand, Family, FixedSet, LocalSet, Question, Scope};
use crate::mdp::{Distribution, RandomizedPolicy, Rational, StateId};
use crate::problem::PolicyClass;
use crate::search::{Agreement, Arena, DistributionSet, Outcome, Quantity, Requirement, Test, agreement, find_policy};
use crate::solve::Sense;

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
    digest: &str,
    name: &str,
    holds: bool,
    claim: &'q Claim,
    decided: impl Fn(&'q Question) -> Decided<'q>,
) -> Result<String, Uncertified> {
    let mut draft = Draft::new(arena, MOST_CASES);
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
fn is_never_empty(draft: &mut Draft<'_>, set: &Set) -> Result<bool, Uncertified> {
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
fn needed<T>(hint: Option<T>) -> Result<T, Uncertified> {
    hint.ok_or(Uncertified::Beyond(Absent::Form))
}

/// Proves something on each piece of a family: on all mixtures of the situations at once, if that works.
fn on_pieces(
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
fn place(draft: &Draft<'_>, family: Family, at: &Distribution) -> Result<String, Uncertified> {
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

struct Each<'q> {
    family: Family,
    policies: LocalSet,
    atoms: &'q [Atom],
}

impl Each<'_> {
    fn properties(&self, draft: &Draft<'_>) -> Result<Vec<Property>, Uncertified> {
        self.atoms.iter().map(|atom| property(draft.arena.problem, atom)).collect()
    }

    fn every_holds(&self, draft: &mut Draft<'_>) -> Result<String, Uncertified> {
        let set = set(draft.arena.problem, self.policies);
        let properties = self.properties(draft)?;
        on_pieces(draft, self.family, |draft, region| {
            let refuted = properties.iter().map(|property| no_break(draft, region, &Subject::Local(&set), property));
            Ok(refuted.collect::<Result<Vec<_>, _>>()?.join(" "))
        })
    }

    fn every_fails(&self, draft: &mut Draft<'_>, known: &Decided<'_>) -> Result<String, Uncertified> {
        let at = needed(known.distribution)?;
        let set = set(draft.arena.problem, self.policies);
        let number = match known.policy {
            Some(policy) => draft.policy(policy),
            None => {
                let policy = tempted(draft, &set, at)?;
                draft.policy(&policy)
            }
        };
        let member = belongs(draft, number, &Region::at(at.clone()), &set)?;
        let properties = self.properties(draft)?;
        let (index, broken) = first_broken(draft, number, properties.iter().map(|property| (property, at)))?;
        let place = place(draft, self.family, at)?;
        Ok(format!("{place} {number} {member} {index} {broken}"))
    }

    /// One policy that serves the whole family, or one for each part of it.
    fn some_holds(&self, draft: &mut Draft<'_>) -> Result<String, Uncertified> {
        let set = set(draft.arena.problem, self.policies);
        let properties = self.properties(draft)?;
        if self.is_agreed(draft, &set, &properties) && is_never_empty(draft, &set)? {
            return Ok(format!("by-every {}", self.every_holds(draft)?));
        }
        on_pieces(draft, self.family, |draft, region| {
            for policy in candidates(draft, region, &set, &properties)? {
                let number = draft.policy(&policy);
                match serves(draft, number, region, &set, &properties) {
                    Err(Uncertified::Beyond(_)) => {}
                    other => return other,
                }
            }
            cover(draft, region, &set, &properties)
        })
    }

    /// Whether rewards agree wherever episodes can go, so that every policy of the set has all properties.
    fn is_agreed(&self, draft: &Draft<'_>, set: &Set, properties: &[Property]) -> bool {
        let Some(Property::Regret(first, epsilon)) = set else { return false };
        let support = DistributionSet::new(draft.arena.problem, self.family).support();
        properties.iter().all(|property| match property {
            Property::Regret(second, slack) => match agreement(draft.arena, *first, *second, &support) {
                Agreement::Free => true,
                Agreement::Factor(factor) => &(epsilon / factor) <= slack,
                Agreement::None => false,
            },
            Property::Value(..) | Property::Reach(_) => false,
        })
    }

    fn some_fails(&self, draft: &mut Draft<'_>, known: &Decided<'_>) -> Result<String, Uncertified> {
        let at = needed(known.distribution)?;
        let set = set(draft.arena.problem, self.policies);
        let properties = self.properties(draft)?;
        let refuted = no_meeting_at(draft, at, &set, &properties)?;
        Ok(format!("{} {refuted}", place(draft, self.family, at)?))
    }
}

/// That one policy is in the set and has all properties everywhere in the region.
fn serves(
    draft: &mut Draft<'_>,
    number: usize,
    region: &Region,
    set: &Set,
    properties: &[Property],
) -> Result<String, Uncertified> {
    let mut texts = vec![format!("part {number}"), belongs(draft, number, region, set)?];
    for property in properties {
        texts.push(meets(draft, number, region, property)?);
    }
    Ok(texts.join(" "))
}

/// Policies that may be in a set and have some properties in a region.
fn candidates(
    draft: &mut Draft<'_>,
    region: &Region,
    set: &Set,
    properties: &[Property],
) -> Result<Vec<RandomizedPolicy>, Uncertified> {
    let arena = draft.arena;
    if !arena.fully_observed || arena.problem.learner.epsilon > Rational::ZERO {
        // Small classes are covered by listing.
        let Some(point) = &region.point else { return Ok(Vec::new()) };
        let requirements = set.iter().chain(properties).map(|property| requirement(draft, property, point));
        let requirements = requirements.collect::<Result<Vec<_>, _>>()?;
        return Ok(match find_policy(arena, &requirements, Some(MOST_CASES))? {
            Outcome::Found(policy) => vec![RandomizedPolicy::from(&policy)],
            _ => Vec::new(),
        });
    }
    let mask = match set {
        Some(Property::Regret(reward, slack)) if slack.is_zero() => arena.optimal_choices(*reward)?,
        _ => arena.everything(),
    };
    let mut found = Vec::new();
    for property in properties.iter().chain(set) {
        let (mask, policy) = match property {
            Property::Regret(reward, slack) if slack.is_zero() => {
                let own = arena.optimal_choices(*reward)?;
                (own, arena.optimise(*reward, Sense::Max, mask)?)
            }
            Property::Regret(reward, _) | Property::Value(reward, _) => {
                (mask, arena.optimise(*reward, Sense::Max, mask)?)
            }
            Property::Reach(_) => (mask, arena.extreme(Quantity::Reach, Sense::Min, mask)?),
        };
        found.push(RandomizedPolicy::from(&policy.policy));
        // Of the optimal policies of a property the one that does most for the set.
        if let Some(Property::Regret(reward, _) | Property::Value(reward, _)) = set {
            found.push(RandomizedPolicy::from(&arena.optimise(*reward, Sense::Max, mask)?.policy));
        }
    }
    Ok(found)
}

/// A property at one distribution as a requirement of a search.
fn requirement(
    draft: &mut Draft<'_>,
    property: &Property,
    at: &Distribution,
) -> Result<Requirement<'static>, Uncertified> {
    let points = |reward, bound| Requirement::Meets(Test::Points { reward, points: vec![(at.clone(), bound)] });
    Ok(match property {
        Property::Regret(reward, slack) => points(*reward, best_value(draft, *reward, at)? - slack),
        Property::Value(reward, bound) => points(*reward, bound.clone()),
        Property::Reach(bound) => {
            Requirement::Meets(Test::Reach { set: DistributionSet::at_point(at.clone()), at_most: bound.clone() })
        }
    })
}

/// The first of some properties that a policy breaks, each at its distribution.
fn first_broken<'p>(
    draft: &mut Draft<'_>,
    number: usize,
    properties: impl Iterator<Item = (&'p Property, &'p Distribution)>,
) -> Result<(usize, String), Uncertified> {
    for (index, (property, at)) in properties.enumerate() {
        match breaks(draft, number, property, at) {
            Ok(text) => return Ok((index, text)),
            Err(Uncertified::Beyond(_)) => {}
            Err(stop) => return Err(stop),
        }
    }
    Err(Uncertified::Beyond(Absent::Form))
}

fn trained_every_holds(draft: &mut Draft<'_>, trained: &Set, demands: &[Demand]) -> Result<String, Uncertified> {
    let mut texts = Vec::new();
    for demand in demands {
        let property = property(draft.arena.problem, &demand.atom)?;
        texts.push(on_pieces(draft, demand.family, |draft, region| {
            no_break(draft, region, &Subject::Trained(trained), &property)
        })?);
    }
    Ok(texts.join(" "))
}

fn trained_every_fails(
    draft: &mut Draft<'_>,
    trained: &Set,
    demands: &[Demand],
    known: &Decided<'_>,
) -> Result<String, Uncertified> {
    let number = draft.policy(needed(known.policy)?);
    let train = Region::at(draft.arena.problem.train.clone());
    let member = belongs(draft, number, &train, trained)?;
    let (index, at, broken) = broken_demand(draft, number, demands, needed(known.distribution)?)?;
    Ok(format!("{number} {member} {index} {at} {broken}"))
}

/// The first demand that a policy breaks at a distribution of its family.
fn broken_demand(
    draft: &mut Draft<'_>,
    number: usize,
    demands: &[Demand],
    at: &Distribution,
) -> Result<(usize, String, String), Uncertified> {
    for (index, demand) in demands.iter().enumerate() {
        if !DistributionSet::new(draft.arena.problem, demand.family).contains(at) {
            continue;
        }
        let property = property(draft.arena.problem, &demand.atom)?;
        if let Ok((_, broken)) = first_broken(draft, number, [(&property, at)].into_iter()) {
            return Ok((index, place(draft, demand.family, at)?, broken));
        }
        draft.arena.budget.check()?;
    }
    Err(Uncertified::Beyond(Absent::Form))
}

fn trained_some_holds(
    draft: &mut Draft<'_>,
    trained: &Set,
    demands: &[Demand],
    known: &Decided<'_>,
) -> Result<String, Uncertified> {
    let number = match known.policy {
        Some(policy) => draft.policy(policy),
        // Whatever is left to be asked holds for every member.
        None if is_never_empty(draft, trained)? => {
            return Ok(format!("by-every {}", trained_every_holds(draft, trained, demands)?));
        }
        None => {
            let train = Region::at(draft.arena.problem.train.clone());
            let own = demands.iter().filter(|demand| demand.family == Family::Train);
            let properties =
                own.map(|demand| property(draft.arena.problem, &demand.atom)).collect::<Result<Vec<_>, _>>()?;
            let policies = candidates(draft, &train, trained, &properties)?;
            draft.policy(needed(policies.first())?)
        }
    };
    let train = Region::at(draft.arena.problem.train.clone());
    let member = belongs(draft, number, &train, trained)?;
    Ok(format!("{number} {member} {}", all_met(draft, number, demands)?))
}

fn all_met(draft: &mut Draft<'_>, number: usize, demands: &[Demand]) -> Result<String, Uncertified> {
    let mut texts = Vec::new();
    for demand in demands {
        let property = property(draft.arena.problem, &demand.atom)?;
        texts.push(on_pieces(draft, demand.family, |draft, region| meets(draft, number, region, &property))?);
    }
    Ok(texts.join(" "))
}

fn trained_some_fails(draft: &mut Draft<'_>, trained: &Set, demands: &[Demand]) -> Result<String, Uncertified> {
    let mut placed = Vec::new();
    for demand in demands {
        let property = property(draft.arena.problem, &demand.atom)?;
        let family = DistributionSet::new(draft.arena.problem, demand.family);
        placed.push((family, property));
    }
    no_meeting(draft, trained, &placed)
}

fn given(
    draft: &mut Draft<'_>,
    demands: &[Demand],
    holds: bool,
    at: Option<&Distribution>,
) -> Result<String, Uncertified> {
    let number = needed(draft.given())?;
    if holds {
        return all_met(draft, number, demands);
    }
    let (index, at, broken) = broken_demand(draft, number, demands, needed(at)?)?;
    Ok(format!("{index} {at} {broken}"))
}
