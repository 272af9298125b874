//! The constraints of a refutation, and the places that they speak of (FORMAT.md, section 1.6).

use std::collections::BTreeMap;

use crate::bound::Quantity;
use crate::condition::{Broken, Condition};
use crate::lists::{Lists, Rejection, Rejects};
use crate::model::Distribution;
use crate::question::Test;
use crate::rational::Rational;
use crate::read::Reader;
use crate::refute::Setting;
use crate::region::{Region, belongs};

/// A policy in a constraint. The order is the one in which bounds are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Actor {
    Subject,
    Rival,
    /// A competitor, or the subject of a refutation about a fixed policy.
    Listed(usize),
}

/// `±J_X(actor; place)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) actor: Actor,
    pub(crate) quantity: Quantity,
    pub(crate) place: usize,
    pub(crate) positive: bool,
}

/// `Σ terms ≥ bound`, or `>`.
pub(crate) struct Constraint {
    pub(crate) terms: Vec<Term>,
    pub(crate) bound: Rational,
    pub(crate) strict: bool,
    pub(crate) is_break: bool,
}

impl Constraint {
    /// `meet` with `reach 0`: what a deterministic policy keeps if it takes choices of the randomised one only.
    pub(crate) fn is_never(&self) -> bool {
        let reach = |term: &Term| term.quantity == Quantity::Reach && !term.positive;
        !self.is_break && self.bound.is_zero() && self.terms.iter().all(reach)
    }
}

/// Where values are taken: the variable of the region, and fixed distributions, each once.
pub(crate) struct Places {
    /// `None` for the variable.
    pub(crate) list: Vec<Option<Distribution>>,
    numbers: BTreeMap<Distribution, usize>,
    /// `ν`, if the refutation has one; a fixed place if its region is a point.
    pub(crate) variable: Option<usize>,
    /// Where membership in the subject's set is meant.
    pub(crate) home: usize,
}

impl Places {
    pub(crate) fn new(setting: &Setting<'_>, train: &Distribution) -> Self {
        let mut places = Self { list: Vec::new(), numbers: BTreeMap::new(), variable: None, home: 0 };
        match setting.region {
            None => {}
            Some(Region::Point(point)) => places.variable = Some(places.at(point.clone())),
            Some(Region::Rows(_)) => {
                places.list.push(None);
                places.variable = Some(0);
            }
        }
        if !setting.each {
            places.home = places.at(train.clone());
        }
        places
    }

    /// The number of a fixed distribution.
    fn at(&mut self, point: Distribution) -> usize {
        let next = self.list.len();
        let place = *self.numbers.entry(point.clone()).or_insert(next);
        if place == next {
            self.list.push(Some(point));
        }
        place
    }

    /// `CONSTRAINT`: legal if the table of section 1.6 has it for this refutation.
    pub(crate) fn read(
        &mut self,
        r: &mut Reader<'_>,
        lists: &Lists<'_>,
        setting: &Setting<'_>,
    ) -> Result<Constraint, Rejection> {
        let kind = r.one_of(&[("member", 0), ("break", 1), ("meet", 2)])?;
        let found = match kind {
            0 => {
                let how = r.one_of(&[("policy", 0), ("rival", 1), ("value", 2)])?;
                let other = match how {
                    0 => Some(Actor::Listed(lists.read_competitor(r)?)),
                    1 => Some(Actor::Rival),
                    _ => None,
                };
                let test = setting.member.as_ref().filter(|_| setting.fixed.is_none());
                match (test, other) {
                    (Some(Test::Regret(..)), Some(_)) | (Some(Test::Value(..)), None) => {}
                    _ => return Err(r.reject(lists.model, Condition::ConstraintNotAllowed)),
                }
                test.and_then(|test| met(test, Actor::Subject, other, self.home))
            }
            1 => {
                let subject = setting.fixed.map_or(Actor::Subject, Actor::Listed);
                let place = self.variable;
                setting.target.as_ref().and_then(|test| Some(broken(test, subject, place?)))
            }
            _ => {
                let demand = setting.demands.get(r.index(setting.demands.len(), "demand")?);
                let point = crate::explicit::distribution(r, lists.model.states())?;
                let other = if r.one_of(&[("policy", true), ("bound", false)])? {
                    Some(Actor::Listed(lists.read_competitor(r)?))
                } else {
                    None
                };
                let (family, test) = demand.ok_or_else(|| r.unreadable("no such demand"))?;
                self.in_demand(lists, setting, *family, &point).map_err(|broken| r.reject(lists.model, broken))?;
                let place = self.at(point);
                met(test, Actor::Subject, other, place)
            }
        };
        found.ok_or_else(|| r.reject(lists.model, Condition::ConstraintNotAllowed))
    }

    /// In questions `each` the distribution of the demand is the one at which the refutation is; in questions `policy` any of
    /// its family.
    fn in_demand(
        &self,
        lists: &Lists<'_>,
        setting: &Setting<'_>,
        family: crate::region::Family,
        point: &Distribution,
    ) -> Result<(), Broken> {
        match setting.region {
            Some(Region::Point(here)) if setting.each && here == point => Ok(()),
            _ if setting.each => Err(Condition::NotInFamily.into()),
            _ => belongs(lists.model, family, point),
        }
    }
}

/// That a test is met at a place; for a regret, in comparison with another policy.
fn met(test: &Test, subject: Actor, other: Option<Actor>, place: usize) -> Option<Constraint> {
    let term = |actor, quantity, positive| Term { actor, quantity, place, positive };
    let (terms, bound) = match (test, other) {
        (Test::Regret(reward, slack), Some(other)) => {
            let quantity = reward.quantity();
            (vec![term(subject, quantity, true), term(other, quantity, false)], slack.negated())
        }
        (Test::Value(reward, least), None) => (vec![term(subject, reward.quantity(), true)], least.clone()),
        (Test::Most(reward, most), None) => (vec![term(subject, reward.quantity(), false)], most.negated()),
        (Test::Reach(most), None) => (vec![term(subject, Quantity::Reach, false)], most.negated()),
        (Test::Arrive(least), None) => (vec![term(subject, Quantity::Reach, true)], least.clone()),
        _ => return None,
    };
    Some(Constraint { terms, bound, strict: false, is_break: false })
}

/// That a test is broken at a place.
fn broken(test: &Test, subject: Actor, place: usize) -> Constraint {
    let term = |actor, quantity, positive| Term { actor, quantity, place, positive };
    let (terms, bound) = match test {
        Test::Regret(reward, slack) => {
            let quantity = reward.quantity();
            (vec![term(Actor::Rival, quantity, true), term(subject, quantity, false)], slack.clone())
        }
        Test::Value(reward, least) => (vec![term(subject, reward.quantity(), false)], least.negated()),
        Test::Most(reward, most) => (vec![term(subject, reward.quantity(), true)], most.clone()),
        Test::Reach(most) => (vec![term(subject, Quantity::Reach, true)], most.clone()),
        Test::Arrive(least) => (vec![term(subject, Quantity::Reach, false)], least.negated()),
    };
    Constraint { terms, bound, strict: true, is_break: true }
}
