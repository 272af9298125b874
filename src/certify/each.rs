//! Proofs of questions about each distribution of a family.

use crate::certify::Uncertified;
use crate::certify::candidates::{candidates, first_broken, serves};
use crate::certify::constraint::Property;
use crate::certify::cover::cover;
use crate::certify::draft::Draft;
use crate::certify::meets::belongs;
use crate::certify::proof::{Decided, is_never_empty, needed, on_pieces, place};
use crate::certify::question::{property, set};
use crate::certify::refute::{Subject, no_break, no_meeting_at};
use crate::certify::region::Region;
use crate::certify::subject::Set;
use crate::certify::tempt::tempted;
use crate::decomposition::{Atom, Family, LocalSet};
use crate::search::{Agreement, DistributionSet, agreement};

pub(super) struct Each<'q> {
    pub(super) family: Family,
    pub(super) policies: LocalSet,
    pub(super) atoms: &'q [Atom],
}

impl Each<'_> {
    fn properties(&self, draft: &Draft<'_>) -> Result<Vec<Property>, Uncertified> {
        self.atoms.iter().map(|atom| property(draft.arena.problem, atom)).collect()
    }

    pub(super) fn every_holds(&self, draft: &mut Draft<'_>) -> Result<String, Uncertified> {
        let set = set(draft.arena.problem, self.policies);
        let properties = self.properties(draft)?;
        on_pieces(draft, self.family, |draft, region| {
            let refuted = properties.iter().map(|property| no_break(draft, region, &Subject::Local(&set), property));
            Ok(refuted.collect::<Result<Vec<_>, _>>()?.join(" "))
        })
    }

    pub(super) fn every_fails(&self, draft: &mut Draft<'_>, known: &Decided<'_>) -> Result<String, Uncertified> {
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
    pub(super) fn some_holds(&self, draft: &mut Draft<'_>) -> Result<String, Uncertified> {
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

    pub(super) fn some_fails(&self, draft: &mut Draft<'_>, known: &Decided<'_>) -> Result<String, Uncertified> {
        let at = needed(known.distribution)?;
        let set = set(draft.arena.problem, self.policies);
        let properties = self.properties(draft)?;
        let refuted = no_meeting_at(draft, at, &set, &properties)?;
        Ok(format!("{} {refuted}", place(draft, self.family, at)?))
    }
}
