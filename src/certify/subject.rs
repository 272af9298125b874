//! Who a refutation is about: sets of policies, what their members satisfy, and how they are pinned.

use std::rc::Rc;

use crate::certify::constraint::{Actor, Constraint, Place, Places, Property, member};
use crate::certify::draft::{Draft, expected};
use crate::certify::listing::OptimalChoices;
use crate::certify::tables::Entries;
use crate::certify::{Absent, Uncertified};
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Mask, Policy, RandomizedPolicy, Rational, StateId, Value};
use crate::search::{Agreement, Outcome, Quantity, Requirement, agreement, find_policy, profiles};
use crate::solve::{Behaviour, reachable_under};

/// Cases that may be spent on finding a policy that loses nothing to what it does not see.
const ATTAINMENT_CASES: usize = 200;

/// Competitors that are listed where the best policy depends on the distribution.
const MOST_COMPETITORS: usize = 400;

/// A set of policies by its property at a distribution; `None` for the whole class.
pub(super) type Set = Option<Property>;

/// Whether a subject may be pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pinning {
    Allowed,
    Never,
}

pub(super) enum Pins {
    Free,
    Everywhere(RewardName),
    Visited(Mask),
}

/// The listed policy that is best at a distribution.
pub(super) fn competitor_at(
    draft: &mut Draft<'_>,
    reward: RewardName,
    at: &Distribution,
) -> Result<usize, Uncertified> {
    let policy = best_policy(draft, reward, at)?;
    Ok(draft.policy(&RandomizedPolicy::from(&policy)))
}

/// The best value of the class at a distribution.
pub(super) fn best_value(
    draft: &mut Draft<'_>,
    reward: RewardName,
    at: &Distribution,
) -> Result<Rational, Uncertified> {
    let policy = best_policy(draft, reward, at)?;
    let values = draft.arena.values(Quantity::Reward(reward), Behaviour::Deterministic(&policy))?;
    let entries: Entries = values.iter().map(|value| value.finite().cloned()).collect();
    expected(&entries, at).ok_or(Uncertified::Beyond(Absent::Form))
}

fn best_policy(draft: &mut Draft<'_>, reward: RewardName, at: &Distribution) -> Result<Policy, Uncertified> {
    if draft.arena.fully_observed {
        return Ok(draft.best_policy(reward)?);
    }
    match draft.class_optimum(reward, at)? {
        Some(optimum) => Ok(optimum.policy.clone()),
        None => Err(Uncertified::Beyond(Absent::Cases)),
    }
}

/// Constraints of being in a set: against competitors that are best somewhere.
pub(super) fn memberships(
    draft: &mut Draft<'_>,
    places: &Places,
    set: &Property,
    home: Place,
) -> Result<Vec<Constraint>, Uncertified> {
    let Property::Regret(reward, _) = set else { return Ok(vec![member(set, home, Actor::Subject)]) };
    let point = match home {
        Place::Fixed(index) => Some(places.fixed[index].clone()),
        Place::Variable => places.region.as_ref().and_then(|region| region.point.clone()),
    };
    if draft.arena.fully_observed || point.is_some() {
        let at = point.unwrap_or_else(|| draft.arena.problem.train.clone());
        let number = competitor_at(draft, *reward, &at)?;
        return Ok(vec![member(set, home, Actor::Fixed(number))]);
    }
    // The best policy depends on the distribution: every policy that no other one beats everywhere.
    let Some(profiles) = profiles(draft.arena, MOST_COMPETITORS)? else {
        return Err(Uncertified::Beyond(Absent::Cases));
    };
    let mut kept: Vec<(Vec<Value>, Policy)> = Vec::new();
    for (profile, policy) in profiles {
        let values = profile.values(*reward).to_vec();
        let below = |left: &[Value], right: &[Value]| left.iter().zip(right).all(|(left, right)| left <= right);
        if kept.iter().any(|(other, _)| below(&values, other)) {
            continue;
        }
        kept.retain(|(other, _)| !below(other, &values));
        kept.push((values, policy));
    }
    let mut constraints = Vec::new();
    for (_, policy) in kept {
        let number = draft.policy(&RandomizedPolicy::from(&policy));
        constraints.push(member(set, home, Actor::Fixed(number)));
    }
    Ok(constraints)
}

/// Rewards that agree wherever episodes go leave nothing of the combined constraints.
pub(super) fn agreeing(
    draft: &mut Draft<'_>,
    places: &Places,
    set: &Set,
    home: Place,
    property: &Property,
) -> Result<Option<String>, Uncertified> {
    let (Some(Property::Regret(first, epsilon)), Property::Regret(second, slack)) = (set, property) else {
        return Ok(None);
    };
    if home != Place::Variable {
        return Ok(None);
    }
    let Some(region) = &places.region else { return Ok(None) };
    let sources = region.sources();
    let (multiplier, weight) = match agreement(draft.arena, *first, *second, &sources) {
        Agreement::Free => (Rational::ZERO, Rational::ONE),
        Agreement::Factor(factor) if &(epsilon / &factor) <= slack => (Rational::ONE, factor),
        Agreement::Factor(_) | Agreement::None => return Ok(None),
    };
    let everything = draft.arena.everything().clone();
    let reached = reachable_under(&draft.arena.problem.mdp, &everything, sources.iter().copied());
    let mut zeros: Entries = vec![None; reached.len()];
    for state in reached.ones() {
        zeros[state] = Some(Rational::ZERO);
    }
    let region = region.clone();
    let Some(dual) = region.largest(&|_| Rational::ZERO) else { return Ok(None) };
    let dual = crate::certify::region::dual_text(&dual.multipliers);
    let mut text = format!("refutation free constraints 2 member rival break close {multiplier} {weight} {dual}");
    // Weights that cancel altogether need no bound.
    if first != second || multiplier != weight {
        let reference = draft.reference(&zeros, &everything, false);
        text.push_str(&format!(" {reference} {reference}"));
    }
    Ok(Some(text))
}

/// How a subject of a set is pinned, and how the certificate says it.
pub(super) fn pinned(
    draft: &mut Draft<'_>,
    places: &Places,
    set: &Set,
    home: Place,
    local: bool,
    pinning: Pinning,
) -> Result<(Pins, String), Uncertified> {
    let free = Ok((Pins::Free, "free".to_owned()));
    if pinning == Pinning::Never {
        return free;
    }
    let Some(Property::Regret(reward, slack)) = set else { return free };
    if !slack.is_zero() {
        return free;
    }
    let sources = places.sources(home);
    let Some((choices, pin)) = pin(draft, *reward, &sources)? else { return free };
    Ok(if local {
        (Pins::Everywhere(*reward), format!("everywhere {pin}"))
    } else {
        (Pins::Visited(choices.possible.clone()), format!("visited {pin}"))
    })
}

/// The choices that a policy with regret 0 keeps to from some states, and how the certificate says so; nothing if it does not.
pub(super) fn pin(
    draft: &mut Draft<'_>,
    reward: RewardName,
    sources: &[StateId],
) -> Result<Option<(Rc<OptimalChoices>, String)>, Uncertified> {
    let choices = draft.optimal(reward)?;
    let attaining = if draft.arena.fully_observed {
        "-".to_owned()
    } else {
        let pin = Requirement::Pinned { support: sources.to_vec(), choices: &choices.certain };
        let Outcome::Found(policy) = find_policy(draft.arena, &[pin], Some(ATTAINMENT_CASES))? else { return Ok(None) };
        let number = draft.policy(&RandomizedPolicy::from(&policy));
        let Some(rank) = draft.stops(number, sources) else { return Ok(None) };
        format!("{number} {rank}")
    };
    Ok(Some((choices, format!("{} {attaining}", reward.word()))))
}
