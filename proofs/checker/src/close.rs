//! Closing a case by multipliers and bounds (FORMAT.md, section 1.6). Soundness: `proofs/theory/refutations.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::backup::{Valuation, Weights};
use crate::bound::{Behaviour, Bound, Quantity, Side, inductive};
use crate::cases::{Cases, Who};
use crate::condition::{Broken, Condition};
use crate::constraint::{Actor, Constraint, Term};
use crate::lists::{Lists, Rejection, Rejects};
use crate::rational::Rational;
use crate::read::Reader;
use crate::refute::Refutation;
use crate::region::{Region, expectation};

/// What an actor's values are multiplied with at a place.
struct Share {
    specified: Rational,
    intended: Rational,
    reach: Rational,
    /// Whether a value of a reward is subtracted somewhere, so that it must not be −∞.
    subtracted: bool,
}

impl Share {
    fn of(&self, quantity: Quantity) -> &Rational {
        match quantity {
            Quantity::Specified => &self.specified,
            Quantity::Intended => &self.intended,
            Quantity::Reach => &self.reach,
        }
    }
}

/// A bound in the sum `G` of a place.
struct Summand<'a> {
    factor: Rational,
    values: Valuation<'a>,
}

/// `close …`: legal if the bounds of all that the multipliers add up show that the sum cannot be what the constraints ask for.
pub(crate) fn close(r: &mut Reader<'_>, refutation: &Refutation<'_>, cases: &Cases<'_>) -> Result<(), Rejection> {
    let lists = refutation.lists;
    let mut multipliers = Vec::new();
    for _ in &refutation.constraints {
        multipliers.push(r.number()?.exact());
        if multipliers.last().is_some_and(Rational::is_negative) {
            return Err(r.reject(lists.model, Condition::NegativeMultiplier));
        }
    }
    r.expect("d")?;
    let rows = refutation.setting.region.map_or(0, Region::rows);
    if r.count()? != rows {
        return Err(r.unreadable(format!("a dual bound has a multiplier for each of the {rows} rows")).into());
    }
    let mut dual = Vec::new();
    while dual.len() < rows {
        dual.push(r.number()?.exact());
    }
    let used: Vec<(&Constraint, &Rational)> =
        refutation.constraints.iter().zip(&multipliers).filter(|(_, multiplier)| !multiplier.is_zero()).collect();
    let finite = finite(refutation);
    let mut shares = shares(&used);
    let mut total = Vec::new();
    let pinned = cases.where_trained();
    for (number, place) in refutation.places.list.iter().enumerate() {
        let subject = pinned.as_deref().filter(|_| refutation.is_trained_on(number));
        let subject = subject.unwrap_or_else(|| cases.mask(Who::Subject));
        let stopping = (lists.model.is_total() && finite.contains(&(number, Actor::Subject)))
            .then(|| cases.without_endless(subject));
        let subject = stopping.as_deref().unwrap_or(subject);
        // The bounds of this place are read first: they are owned here while their values are summed.
        let own = (number, Actor::Subject)..(number.saturating_add(1), Actor::Subject);
        let here: Vec<(Actor, Share)> =
            shares.extract_if(own, |_, _| true).map(|((_, actor), share)| (actor, share)).collect();
        let mut bounds = Vec::new();
        for (actor, share) in &here {
            let stops = lists.model.is_total() && share.subtracted && !finite.contains(&(number, *actor));
            bounds.extend(read_bounds(r, lists, [subject, cases.mask(Who::Rival)], *actor, share, stops)?);
        }
        let largest = || -> Result<Rational, Broken> {
            let mut summands = Vec::new();
            for (factor, bound, reach) in &bounds {
                let values = Valuation::new(lists.model, &lists.vectors, bound, *reach);
                summands.push(Summand { factor: factor.clone(), values: values.ok_or(Condition::OutsideDomain)? });
            }
            for (actor, share) in &here {
                if let Actor::Listed(policy) = actor {
                    summands.extend(listed(lists, *policy, share)?);
                }
            }
            let value = |state| {
                let terms: Option<Vec<Rational>> =
                    summands.iter().map(|one| Some(one.factor.times(&one.values.value(state)?))).collect();
                Ok(Rational::sum(terms.ok_or(Broken::at(Condition::OutsideDomain, state))?))
            };
            match (place, refutation.setting.region) {
                (Some(point), _) => expectation(point, value),
                (None, Some(region)) => region.bound(value, &dual),
                (None, None) => Err(Condition::Dual.into()),
            }
        };
        total.push(largest().map_err(|broken| r.reject(lists.model, broken))?);
    }
    let least = Rational::sum(used.iter().map(|(constraint, multiplier)| multiplier.times(&constraint.bound)));
    let total = Rational::sum(total);
    let strict = used.iter().any(|(constraint, _)| constraint.strict);
    if total < least || (strict && total == least) { Ok(()) } else { Err(r.reject(lists.model, Condition::NotClosed)) }
}

/// The weights `w_X` of every actor at every place.
fn shares(used: &[(&Constraint, &Rational)]) -> BTreeMap<(usize, Actor), Share> {
    let mut shares: BTreeMap<(usize, Actor), Share> = BTreeMap::new();
    for (constraint, multiplier) in used {
        for term in &constraint.terms {
            let share = shares.entry((term.place, term.actor)).or_insert_with(|| Share {
                specified: Rational::zero(),
                intended: Rational::zero(),
                reach: Rational::zero(),
                subtracted: false,
            });
            let weight = match term.quantity {
                Quantity::Specified => &mut share.specified,
                Quantity::Intended => &mut share.intended,
                Quantity::Reach => &mut share.reach,
            };
            *weight = if term.positive { weight.plus(multiplier) } else { weight.minus(multiplier) };
            share.subtracted |= !term.positive && term.quantity != Quantity::Reach;
        }
    }
    shares
}

/// The actors that surely stop at a place, by what the constraints say (*Finite actors*).
fn finite(refutation: &Refutation<'_>) -> BTreeSet<(usize, Actor)> {
    let mut finite = BTreeSet::new();
    if refutation.pinned {
        finite.insert((refutation.places.home, Actor::Subject));
    }
    loop {
        let before = finite.len();
        for constraint in &refutation.constraints {
            let rewards = || constraint.terms.iter().filter(|term| term.quantity != Quantity::Reach);
            for term in rewards().filter(|term| term.positive) {
                let known = |other: &Term| {
                    other == term
                        || finite.contains(&(other.place, other.actor))
                        || refutation
                            .starts(other.place)
                            .is_some_and(|starts| is_bounded(refutation.lists, other, &starts))
                };
                if constraint.strict || rewards().all(known) {
                    finite.insert((term.place, term.actor));
                }
            }
        }
        if finite.len() == before {
            return finite;
        }
    }
}

/// Whether a term is about a listed policy that has a lower bound at these states.
fn is_bounded(lists: &Lists<'_>, term: &Term, starts: &[usize]) -> bool {
    let Actor::Listed(number) = term.actor else { return false };
    let Ok(policy) = lists.policy(number) else { return false };
    let bound = policy.bound(term.quantity, Side::Lower);
    let values = bound.and_then(|bound| Valuation::new(lists.model, &lists.vectors, bound, false));
    values.is_some_and(|values| starts.iter().all(|state| values.has(*state)))
}

/// Reads and checks the bounds of the subject or the rival at a place: of the combined reward, then of reaching, those that
/// have a weight. With `stops` the reward bound needs a rank under which all policies of the mask surely stop.
fn read_bounds(
    r: &mut Reader<'_>,
    lists: &Lists<'_>,
    [subject, rival]: [&[bool]; 2],
    actor: Actor,
    share: &Share,
    stops: bool,
) -> Result<Vec<(Rational, Bound, bool)>, Rejection> {
    let behaviour = match actor {
        Actor::Subject => Behaviour::Mask(subject),
        Actor::Rival => Behaviour::Mask(rival),
        Actor::Listed(_) => return Ok(Vec::new()),
    };
    let model = lists.model;
    let mut bounds = Vec::new();
    if !share.specified.is_zero() || !share.intended.is_zero() {
        let bound = Bound::read(r, &lists.vectors)?;
        let weights = Weights { specified: share.specified.clone(), intended: share.intended.clone() };
        inductive(model, &lists.vectors, &bound, &behaviour, Some(&weights), Side::Upper, stops)
            .map_err(|broken| r.reject(model, broken))?;
        bounds.push((Rational::one(), bound, false));
    } else if stops {
        return Err(r.reject(model, Condition::NotFinite));
    }
    if !share.reach.is_zero() {
        let bound = Bound::read(r, &lists.vectors)?;
        let side = if share.reach.is_negative() { Side::Lower } else { Side::Upper };
        inductive(model, &lists.vectors, &bound, &behaviour, None, side, false)
            .map_err(|broken| r.reject(model, broken))?;
        bounds.push((share.reach.clone(), bound, true));
    }
    Ok(bounds)
}

/// The bounds that are listed for a policy: upper ones for positive weights, lower ones for negative.
fn listed<'a>(lists: &'a Lists<'_>, policy: usize, share: &Share) -> Result<Vec<Summand<'a>>, Broken> {
    let mut summands = Vec::new();
    for quantity in [Quantity::Specified, Quantity::Intended, Quantity::Reach] {
        let factor = share.of(quantity);
        if factor.is_zero() {
            continue;
        }
        let side = if factor.is_negative() { Side::Lower } else { Side::Upper };
        let bound = lists.policy(policy)?.bound(quantity, side).ok_or(Condition::BoundMissing)?;
        let values = Valuation::new(lists.model, &lists.vectors, bound, quantity == Quantity::Reach);
        summands.push(Summand { factor: factor.clone(), values: values.ok_or(Condition::OutsideDomain)? });
    }
    Ok(summands)
}
