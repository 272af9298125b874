//! Proofs of questions about policies that training fixes.

use crate::certify::candidates::{candidates, first_broken};
use crate::certify::draft::Draft;
use crate::certify::meets::{belongs, meets};
use crate::certify::proof::{Decided, is_never_empty, needed, on_pieces, place};
use crate::certify::question::property;
use crate::certify::refute::{Subject, no_break, no_meeting};
use crate::certify::region::Region;
use crate::certify::subject::Set;
use crate::certify::{Absent, Uncertified};
use crate::decomposition::{Demand, Family};
use crate::mdp::Distribution;
use crate::search::DistributionSet;

pub(super) fn trained_every_holds(
    draft: &mut Draft<'_>,
    trained: &Set,
    demands: &[Demand],
) -> Result<String, Uncertified> {
    let mut texts = Vec::new();
    for demand in demands {
        let property = property(draft.arena.problem, &demand.atom)?;
        texts.push(on_pieces(draft, demand.family, |draft, region| {
            no_break(draft, region, &Subject::Trained(trained), &property)
        })?);
    }
    Ok(texts.join(" "))
}

pub(super) fn trained_every_fails(
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

pub(super) fn trained_some_holds(
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

pub(super) fn trained_some_fails(
    draft: &mut Draft<'_>,
    trained: &Set,
    demands: &[Demand],
) -> Result<String, Uncertified> {
    let mut placed = Vec::new();
    for demand in demands {
        let property = property(draft.arena.problem, &demand.atom)?;
        let family = DistributionSet::new(draft.arena.problem, demand.family);
        placed.push((family, property));
    }
    no_meeting(draft, trained, &placed)
}

pub(super) fn given(
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
