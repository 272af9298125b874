//! The constraints of a refutation (`proofs/FORMAT.md`, section 1.6).

use crate::certify::Uncertified;
use crate::certify::draft::{Draft, Precision, Side};
use crate::certify::explicit::masses;
use crate::certify::region::Region;
use crate::certify::tables::Entries;
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Rational, StateId};
use crate::search::{DistributionSet, Quantity, Test};

/// A property of a policy at a distribution, its numbers filled in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Property {
    /// Within so much of each policy of the class.
    Regret(RewardName, Rational),
    /// Worth at least so much.
    Value(RewardName, Rational),
    /// Reaching the catastrophe at most so probably.
    Reach(Rational),
}

impl Property {
    /// The property at each distribution of a set, as searches test it.
    pub(super) fn test(&self, set: DistributionSet) -> Test {
        match self {
            Self::Regret(reward, slack) => Test::Linear { reward: *reward, set, relative: true, at_least: -slack },
            Self::Value(reward, bound) => {
                Test::Linear { reward: *reward, set, relative: false, at_least: bound.clone() }
            }
            Self::Reach(bound) => Test::Reach { set, at_most: bound.clone() },
        }
    }
}

/// Whose value a term speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actor {
    Subject,
    Rival,
    /// A listed policy.
    Fixed(usize),
}

/// Where: the variable distribution, or a fixed one by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Variable,
    Fixed(usize),
}

/// `±J_quantity(actor; place)`.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) actor: Actor,
    pub(super) quantity: Quantity,
    pub(super) positive: bool,
    pub(super) place: Place,
}

/// `Σ terms ≥ bound`, or `>`.
pub(super) struct Constraint {
    /// As the certificate writes it.
    pub(super) text: String,
    pub(super) terms: Vec<Term>,
    pub(super) bound: Rational,
    pub(super) strict: bool,
}

/// The places of a refutation: at most one variable, and fixed distributions, each once.
pub(super) struct Places {
    /// The region of the variable, if there is one.
    pub(super) region: Option<Region>,
    pub(super) fixed: Vec<Distribution>,
}

impl Places {
    /// The place of a distribution. A region that is this point is its place.
    pub(super) fn of(&mut self, at: &Distribution) -> Place {
        if self.region.as_ref().is_some_and(|region| region.point.as_ref() == Some(at)) {
            return Place::Variable;
        }
        let known = self.fixed.iter().position(|fixed| fixed == at);
        Place::Fixed(known.unwrap_or_else(|| {
            self.fixed.push(at.clone());
            self.fixed.len() - 1
        }))
    }

    /// The states of positive mass there.
    pub(super) fn sources(&self, place: Place) -> Vec<StateId> {
        match place {
            Place::Variable => self.region.as_ref().map(Region::sources).unwrap_or_default(),
            Place::Fixed(index) => self.fixed[index].support().collect(),
        }
    }

    /// All places in the order of the certificate.
    pub(super) fn all(&self) -> Vec<Place> {
        let variable = self.region.iter().map(|_| Place::Variable);
        variable.chain((0..self.fixed.len()).map(Place::Fixed)).collect()
    }
}

fn term(actor: Actor, quantity: Quantity, positive: bool, place: Place) -> Term {
    Term { actor, quantity, positive, place }
}

/// `J_X(subject) − J_X(other) ≥ −slack`.
fn within(text: String, reward: RewardName, slack: &Rational, other: Actor, place: Place) -> Constraint {
    let quantity = Quantity::Reward(reward);
    let terms = vec![term(Actor::Subject, quantity, true, place), term(other, quantity, false, place)];
    Constraint { text, terms, bound: -slack, strict: false }
}

/// What a subject of a set with the property satisfies: against a competitor, for regret.
pub(super) fn member(property: &Property, home: Place, against: Actor) -> Constraint {
    match property {
        Property::Regret(reward, slack) => {
            let text = match against {
                Actor::Fixed(number) => format!("member policy {number}"),
                Actor::Subject | Actor::Rival => "member rival".into(),
            };
            within(text, *reward, slack, against, home)
        }
        Property::Value(reward, bound) => Constraint {
            text: "member value".into(),
            terms: vec![term(Actor::Subject, Quantity::Reward(*reward), true, home)],
            bound: bound.clone(),
            strict: false,
        },
        // No set of policies is about reaching.
        Property::Reach(bound) => Constraint {
            text: "member value".into(),
            terms: vec![term(Actor::Subject, Quantity::Reach, false, home)],
            bound: -bound,
            strict: false,
        },
    }
}

/// What an actor satisfies that breaks the property somewhere in the region.
pub(super) fn broken(property: &Property, actor: Actor) -> Constraint {
    let here = Place::Variable;
    let (terms, bound) = match property {
        Property::Regret(reward, slack) => {
            let quantity = Quantity::Reward(*reward);
            (vec![term(Actor::Rival, quantity, true, here), term(actor, quantity, false, here)], slack.clone())
        }
        Property::Value(reward, bound) => (vec![term(actor, Quantity::Reward(*reward), false, here)], -bound),
        Property::Reach(bound) => (vec![term(actor, Quantity::Reach, true, here)], bound.clone()),
    };
    Constraint { text: "break".into(), terms, bound, strict: true }
}

/// What a subject satisfies that meets demand `index` at one distribution.
pub(super) fn met(index: usize, property: &Property, at: &Distribution, place: Place, competitor: usize) -> Constraint {
    let head = format!("meet {index} {}", masses(at));
    match property {
        Property::Regret(reward, slack) => {
            within(format!("{head} policy {competitor}"), *reward, slack, Actor::Fixed(competitor), place)
        }
        Property::Value(reward, bound) => Constraint {
            text: format!("{head} bound"),
            terms: vec![term(Actor::Subject, Quantity::Reward(*reward), true, place)],
            bound: bound.clone(),
            strict: false,
        },
        Property::Reach(bound) => Constraint {
            text: format!("{head} bound"),
            terms: vec![term(Actor::Subject, Quantity::Reach, false, place)],
            bound: -bound,
            strict: false,
        },
    }
}

impl Term {
    /// The numbers to be added for this term, given a bound of the signed quantity for masks.
    pub(super) fn signed(&self, bound: &Entries) -> Entries {
        let negate = match self.actor {
            Actor::Fixed(_) => !self.positive,
            // Bounds of masks are signed already, except for reach probabilities.
            Actor::Subject | Actor::Rival => !self.positive && self.quantity == Quantity::Reach,
        };
        if !negate {
            return bound.clone();
        }
        bound.iter().map(|value| value.as_ref().map(|value| -value)).collect()
    }

    /// The bound of a listed policy that counts for this term.
    ///
    /// # Errors
    /// When there is none, or the budget is exhausted.
    pub(super) fn of_listed(
        &self,
        draft: &mut Draft<'_>,
        number: usize,
        precision: Precision,
    ) -> Result<Entries, Uncertified> {
        let side = if self.positive { Side::Upper } else { Side::Lower };
        draft.policy_values(number, self.quantity, side, precision)
    }
}
