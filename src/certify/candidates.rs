//! Policies that may serve a region, and what they break.

use crate::certify::constraint::Property;
use crate::certify::draft::Draft;
use crate::certify::meets::{belongs, breaks, meets};
use crate::certify::region::Region;
use crate::certify::subject::{Set, best_value};
use crate::certify::{Absent, Uncertified};
use crate::mdp::{Distribution, RandomizedPolicy, Rational};
use crate::search::{DistributionSet, Outcome, Quantity, Requirement, Test, find_policy};
use crate::solve::Sense;

/// Cases that may be spent on finding a policy for one distribution.
const MOST_SOUGHT: usize = 3_000;

/// That one policy is in the set and has all properties everywhere in the region.
pub(super) fn serves(
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
pub(super) fn candidates(
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
        return Ok(match find_policy(arena, &requirements, Some(MOST_SOUGHT))? {
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
pub(super) fn first_broken<'p>(
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
