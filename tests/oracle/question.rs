//! Any question that a certificate can be about (`proofs/FORMAT.md`, section 1.1), decided by enumeration.

use lavaproof::mdp::Rational;
use lavaproof::problem::PolicyClass;

use super::decide::{Oracle, Piece, Property};
use super::exact::negated;
use super::family::Family;
use super::outcome::Outcome;
use super::region::{Region, Row};

/// A set of policies: those with a property (at each distribution in turn, or at the training distribution), all, or the given one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Set {
    /// Those of the class with this property.
    With(Property),
    /// The class.
    Class,
    /// The given policy alone.
    Given,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// At each distribution of the family, every or some policy of the set has the properties there.
    Each { family: Family, every: bool, set: Set, properties: Vec<Property> },
    /// Every or some policy of the set, which training fixes, has each property at each distribution of its family.
    Policy { every: bool, set: Set, demands: Vec<(Family, Property)> },
}

impl Oracle<'_> {
    /// The answer; `None` where deterministic policies do not settle it.
    pub fn answer(&self, question: &Question) -> Option<bool> {
        let deterministic = self.problem.policy_class() == PolicyClass::Deterministic;
        // With partial observation the best of a randomising class is not known here.
        if !deterministic && self.problem.observations.is_some() {
            return None;
        }
        let (every, set, several) = match question {
            Question::Each { every, set, properties, .. } => (*every, set, properties.len() > 1),
            Question::Policy { every, set, demands } => (*every, set, demands.len() > 1),
        };
        // Optimal policies without slack are those of a mask; of a mask deterministic ones are the worst, and the best for one demand.
        let is_mask = match set {
            Set::With(Property::Regret(_, slack)) => slack.is_zero(),
            Set::With(_) => false,
            Set::Class | Set::Given => true,
        };
        let complete = deterministic || *set == Set::Given || is_mask && (every || !several);
        let found = match question {
            Question::Each { family, every: true, set, properties } => self.refuted(*family, set, properties),
            Question::Each { family, every: false, set, properties } => self.met(*family, set, properties),
            Question::Policy { every, set, demands } => {
                let keeps =
                    |policy: &&Outcome| demands.iter().all(|(family, property)| self.has(policy, *family, property));
                match set {
                    Set::Given => return Some(self.given.iter().all(|given| keeps(&given))),
                    set => self.members(set).any(|policy| keeps(&policy) != *every),
                }
            }
        };
        // What is found shows it: a counterexample for `every`, an example for `some`.
        match (found, complete) {
            (true, _) => Some(!every),
            (false, true) => Some(every),
            (false, false) => None,
        }
    }

    fn members(&self, set: &Set) -> impl Iterator<Item = &Outcome> {
        self.class.iter().filter(move |policy| match set {
            Set::With(property) => self.has(policy, Family::Training, property),
            Set::Class | Set::Given => true,
        })
    }

    /// Whether a policy has the property at every distribution of the family.
    fn has(&self, policy: &Outcome, family: Family, property: &Property) -> bool {
        self.pieces[&family].iter().all(|piece| !lacks(policy, property, piece, &piece.region))
    }

    /// Whether some policy of the set lacks a property at some distribution.
    fn refuted(&self, family: Family, set: &Set, properties: &[Property]) -> bool {
        self.pieces[&family].iter().any(|piece| {
            self.class.iter().any(|policy| {
                let Some(rows) = rows_of_set(policy, set, piece) else { return false };
                let region = rows.iter().fold(piece.region.clone(), |region, row| region.at_least(row));
                !region.is_empty() && properties.iter().any(|property| lacks(policy, property, piece, &region))
            })
        })
    }

    /// Whether at every distribution some policy is in the set and has the properties.
    fn met(&self, family: Family, set: &Set, properties: &[Property]) -> bool {
        self.pieces[&family].iter().all(|piece| {
            let cell = |policy: &Outcome| {
                let mut rows = rows_of_set(policy, set, piece)?;
                for property in properties {
                    rows.extend(Self::property_rows(policy, property, piece)?);
                }
                Some(rows)
            };
            let cells: Vec<Vec<Row>> = self.class.iter().filter_map(cell).collect();
            !piece.region.escapes(&cells)
        })
    }
}

fn rows_of_set(policy: &Outcome, set: &Set, piece: &Piece) -> Option<Vec<Row>> {
    match set {
        Set::With(property) => Oracle::property_rows(policy, property, piece),
        Set::Class | Set::Given => Some(Vec::new()),
    }
}

fn lacks(policy: &Outcome, property: &Property, piece: &Piece, region: &Region) -> bool {
    match Oracle::property_rows(policy, property, piece) {
        None => !region.is_empty(),
        Some(rows) => rows.iter().any(|row: &Vec<Rational>| !region.more_than(&negated(row)).is_empty()),
    }
}
