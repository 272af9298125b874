//! That a listed policy has, or lacks, a property (`proofs/FORMAT.md`, section 1.7).

use crate::certify::constraint::Property;
use crate::certify::draft::{Draft, PRECISIONS, Side, expected};
use crate::certify::refute::{Subject, no_break};
use crate::certify::region::Region;
use crate::certify::subject::{Set, competitor_at};
use crate::certify::{Absent, Uncertified};
use crate::mdp::Distribution;
use crate::search::Quantity;

/// That the policy has the property everywhere in the region.
///
/// # Errors
/// When no proof of this form is found, or the budget is exhausted.
pub(super) fn meets(
    draft: &mut Draft<'_>,
    number: usize,
    region: &Region,
    property: &Property,
) -> Result<String, Uncertified> {
    if let Property::Regret(reward, _) = property {
        let sources = region.sources();
        if draft.keeps_to(number, draft.arena.optimal_choices(*reward)?, &sources) {
            let choices = draft.optimal(*reward)?;
            if draft.keeps_to(number, &choices.certain, &sources)
                && let Some(rank) = draft.stops(number, &sources)
            {
                return Ok(format!("pins {rank}"));
            }
        }
    }
    Ok(format!("refute {}", no_break(draft, region, &Subject::Listed(number), property)?))
}

/// That the policy is in the set everywhere in the region; nothing is to be shown for the whole class.
///
/// # Errors
/// As [`meets`].
pub(super) fn belongs(draft: &mut Draft<'_>, number: usize, region: &Region, set: &Set) -> Result<String, Uncertified> {
    match set {
        None => Ok("nothing".into()),
        Some(property) => meets(draft, number, region, property),
    }
}

/// That the policy breaks the property at a distribution.
///
/// # Errors
/// When its values have no bound, or the budget is exhausted.
pub(super) fn breaks(
    draft: &mut Draft<'_>,
    number: usize,
    property: &Property,
    at: &Distribution,
) -> Result<String, Uncertified> {
    let (quantity, side) = match property {
        Property::Regret(reward, _) | Property::Value(reward, _) => (Quantity::Reward(*reward), Side::Upper),
        Property::Reach(_) => (Quantity::Reach, Side::Lower),
    };
    let competitor = match property {
        Property::Regret(reward, _) => Some(competitor_at(draft, *reward, at)?),
        Property::Value(..) | Property::Reach(_) => None,
    };
    for precision in PRECISIONS {
        let own = expected(&draft.policy_values(number, quantity, side, precision)?, at);
        let other = match competitor {
            Some(other) => expected(&draft.policy_values(other, quantity, Side::Lower, precision)?, at),
            None => None,
        };
        let broken = match (property, own, other) {
            (Property::Regret(_, slack), Some(own), Some(other)) => other - own > *slack,
            (Property::Value(_, bound), Some(own), _) => own < *bound,
            (Property::Reach(bound), Some(own), _) => own > *bound,
            _ => false,
        };
        if broken {
            return Ok(competitor.map_or_else(|| "bound".into(), |number| format!("policy {number}")));
        }
    }
    Err(Uncertified::Beyond(Absent::Form))
}
