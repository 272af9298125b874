//! Closing a case by multipliers: single constraints first, then combinations with a bound for each term, then all at once (`joint`).

use std::collections::HashMap;

use crate::certify::Uncertified;
use crate::certify::constraint::{Actor, Constraint, Place, Places, Term};
use crate::certify::draft::{Draft, PRECISIONS, Precision, expected};
use crate::certify::endless::beyond_endless;
use crate::certify::joint::{FEW_ROWS, jointly};
use crate::certify::region::dual_text;
use crate::certify::tables::Entries;
use crate::lp::Outcome;
use crate::mdp::{Mask, Rational, StateId};
use crate::search::Quantity;
use crate::solve::{able_to_reach, reachable_under};

/// A case: what the subject and the rival may still do.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) subject: Mask,
    pub(super) rival: Mask,
    /// States that the subject surely visits besides those of the training support.
    pub(super) visits: Vec<StateId>,
    /// What the subject does in states that it visits from the training support, if it is pinned there, and the places that
    /// have no mass elsewhere.
    pub(super) trained: Option<(Mask, Vec<Place>)>,
}

impl Case {
    pub(super) fn mask(&self, actor: Actor, place: Place) -> &Mask {
        match &self.trained {
            _ if actor == Actor::Rival => &self.rival,
            Some((mask, places)) if places.contains(&place) => mask,
            _ => &self.subject,
        }
    }
}

/// A constraint with bounds put in for its terms: what is added at the variable distribution, by state, and a number.
struct Relaxed {
    /// Bounds of the terms, in their order.
    bounds: Vec<Entries>,
    variable: HashMap<StateId, Rational>,
    fixed: Rational,
}

/// Tries to close a case. `None`: nothing closes it.
///
/// # Errors
/// When the budget is exhausted.
pub(super) fn close(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    case: &Case,
) -> Result<Option<String>, Uncertified> {
    for precision in PRECISIONS {
        if let Some(text) = close_at(draft, places, constraints, case, precision)? {
            return Ok(Some(text));
        }
    }
    jointly(draft, places, constraints, case, FEW_ROWS)
}

fn close_at(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    case: &Case,
    precision: Precision,
) -> Result<Option<String>, Uncertified> {
    if precision != Precision::Exact && !draft.encloses() {
        return Ok(None);
    }
    let mut relaxed: Vec<Option<Relaxed>> = Vec::with_capacity(constraints.len());
    for (index, constraint) in constraints.iter().enumerate() {
        let bounds = relax(draft, places, constraints, constraint, case, precision)?;
        if let Some(bounds) = &bounds
            && let Some(text) = alone(draft, places, constraints, case, index, bounds)
        {
            return Ok(Some(text));
        }
        relaxed.push(bounds);
    }
    combined(draft, places, constraints, case, &relaxed)
}

/// Closes a case by one constraint with these bounds, if they contradict it.
fn alone(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    case: &Case,
    index: usize,
    bounds: &Relaxed,
) -> Option<String> {
    let gain = |state: StateId| bounds.variable.get(&state).cloned().unwrap_or(Rational::ZERO);
    let variable = places.region.as_ref().and_then(|region| region.largest(&gain));
    let (value, dual) = variable.map_or((Rational::ZERO, Vec::new()), |dual| (dual.value, dual.multipliers));
    let (sum, constraint) = (value + &bounds.fixed, &constraints[index]);
    if sum > constraint.bound || (!constraint.strict && sum == constraint.bound) {
        return None;
    }
    let mut multipliers = vec![Rational::ZERO; constraints.len()];
    multipliers[index] = Rational::ONE;
    let mut all: Vec<Option<Relaxed>> = (0..constraints.len()).map(|_| None).collect();
    all[index] = bounds_of(bounds);
    Some(closing(draft, places, constraints, case, &all, &multipliers, &dual_text(&dual)))
}

/// Tries to close a case by the graph alone: too little has a way to the catastrophe.
pub(super) fn close_by_graph(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    case: &Case,
) -> Option<String> {
    let mdp = &draft.arena.problem.mdp;
    let catastrophe = &draft.arena.problem.catastrophe.as_ref()?.states;
    for (index, constraint) in constraints.iter().enumerate() {
        let [term] = constraint.terms.as_slice() else { continue };
        if term.quantity != Quantity::Reach || !term.positive || matches!(term.actor, Actor::Fixed(_)) {
            continue;
        }
        let (mask, sources) = (case.mask(term.actor, term.place), places.sources(term.place));
        let able = able_to_reach(mdp, mask, catastrophe);
        let share = |state: StateId| if able.contains(state) { Rational::ONE } else { Rational::ZERO };
        let mut bound: Entries = vec![None; mdp.states()];
        for state in reachable_under(mdp, mask, sources.iter().copied()).ones() {
            bound[state] = Some(share(state));
        }
        let mut relaxed = Relaxed { bounds: vec![bound], variable: HashMap::new(), fixed: Rational::ZERO };
        match term.place {
            Place::Variable => relaxed.variable.extend(sources.into_iter().map(|state| (state, share(state)))),
            Place::Fixed(at) => {
                relaxed.fixed = places.fixed[at].iter().fold(Rational::ZERO, |sum, (s, mass)| sum + share(s) * mass);
            }
        }
        if let Some(text) = alone(draft, places, constraints, case, index, &relaxed) {
            return Some(text);
        }
    }
    None
}

fn bounds_of(relaxed: &Relaxed) -> Option<Relaxed> {
    Some(Relaxed { bounds: relaxed.bounds.clone(), variable: HashMap::new(), fixed: Rational::ZERO })
}

/// Bounds for every term of a constraint; `None` if one has none.
fn relax(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    constraint: &Constraint,
    case: &Case,
    precision: Precision,
) -> Result<Option<Relaxed>, Uncertified> {
    let mut relaxed = Relaxed { bounds: Vec::new(), variable: HashMap::new(), fixed: Rational::ZERO };
    for term in &constraint.terms {
        let sources = places.sources(term.place);
        let bound = match term.actor {
            Actor::Fixed(number) => term.of_listed(draft, number, precision),
            actor => draft.bound(term.quantity, term.positive, case.mask(actor, term.place), &sources, precision),
        };
        let bound = match bound {
            Ok(bound) => bound,
            Err(Uncertified::Beyond(_)) => match beyond_endless(draft, places, constraints, term, case)? {
                Some(bound) => bound,
                None => return Ok(None),
            },
            Err(stop) => return Err(stop),
        };
        let signed = term.signed(&bound);
        match term.place {
            Place::Variable => {
                for state in sources {
                    let Some(value) = &signed[state] else { return Ok(None) };
                    *relaxed.variable.entry(state).or_insert(Rational::ZERO) += value;
                }
            }
            Place::Fixed(index) => match expected(&signed, &places.fixed[index]) {
                Some(value) => relaxed.fixed += value,
                None => return Ok(None),
            },
        }
        relaxed.bounds.push(bound);
    }
    Ok(Some(relaxed))
}

/// Several constraints at once, by a linear program for the multipliers.
fn combined(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    case: &Case,
    relaxed: &[Option<Relaxed>],
) -> Result<Option<String>, Uncertified> {
    let Some(region) = &places.region else { return Ok(None) };
    if region.point.is_some() || constraints.len() < 2 {
        return Ok(None);
    }
    draft.arena.budget.check()?;
    let usable: Vec<usize> = (0..constraints.len()).filter(|&index| relaxed[index].is_some()).collect();
    let mut weights = Vec::new();
    let mut constants = Vec::new();
    let mut strict = Vec::new();
    for &index in &usable {
        let Some(bounds) = &relaxed[index] else { continue };
        let gain = |state: StateId| bounds.variable.get(&state).cloned().unwrap_or(Rational::ZERO);
        let (own, constant) = region.functional(&gain);
        weights.push(own);
        constants.push(constant + &bounds.fixed - &constraints[index].bound);
        strict.push(constraints[index].strict);
    }
    for all in [false, true] {
        if !all && !strict.contains(&true) {
            continue;
        }
        let Outcome::Optimal { value, point } = region.dual_program(&weights, &constants, &strict, all).solve() else {
            continue;
        };
        if value > Rational::ZERO || (!all && value.is_zero()) {
            let mut multipliers = vec![Rational::ZERO; constraints.len()];
            for (&index, multiplier) in usable.iter().zip(&point) {
                multipliers[index] = multiplier.clone();
            }
            let dual = dual_text(&region.region_multipliers(&point[usable.len()..]));
            return Ok(Some(closing(draft, places, constraints, case, relaxed, &multipliers, &dual)));
        }
    }
    Ok(None)
}

/// The text of a closed case: multipliers, dual, and the bounds that the multipliers call for.
fn closing(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    case: &Case,
    relaxed: &[Option<Relaxed>],
    multipliers: &[Rational],
    dual: &str,
) -> String {
    let mut words: Vec<String> = vec!["close".into()];
    words.extend(multipliers.iter().map(ToString::to_string));
    words.push(dual.to_owned());
    for place in places.all() {
        for actor in [Actor::Subject, Actor::Rival] {
            for reach in [false, true] {
                let about = |term: &Term| {
                    term.place == place && term.actor == actor && (term.quantity == Quantity::Reach) == reach
                };
                if let Some((sum, weight)) = weighted(constraints, relaxed, multipliers, &about) {
                    // A single reach bound is scaled by the checker.
                    let from_below = reach && weight < Rational::ZERO;
                    words.push(draft.reference(&sum, case.mask(actor, place), from_below));
                }
            }
        }
    }
    words.join(" ")
}

/// The sum of the bounds of some terms, weighted for rewards, unless all weights cancel; and the total signed weight.
fn weighted(
    constraints: &[Constraint],
    relaxed: &[Option<Relaxed>],
    multipliers: &[Rational],
    about: &dyn Fn(&Term) -> bool,
) -> Option<(Entries, Rational)> {
    let mut sum: Option<Entries> = None;
    let mut weights: HashMap<u8, Rational> = HashMap::new();
    for ((constraint, relaxed), multiplier) in constraints.iter().zip(relaxed).zip(multipliers) {
        let Some(relaxed) = relaxed else { continue };
        if multiplier.is_zero() {
            continue;
        }
        for (term, bound) in constraint.terms.iter().zip(&relaxed.bounds).filter(|(term, _)| about(term)) {
            let kind = match term.quantity {
                Quantity::Reward(crate::decomposition::RewardName::Specified) => 0,
                Quantity::Reward(crate::decomposition::RewardName::Intended) => 1,
                Quantity::Reach => 2,
            };
            let weight = weights.entry(kind).or_insert(Rational::ZERO);
            if term.positive {
                *weight += multiplier;
            } else {
                *weight -= multiplier;
            }
            let scale = if kind == 2 { Rational::ONE } else { multiplier.clone() };
            let scaled = bound.iter().map(|value| value.as_ref().map(|value| value * &scale));
            sum = Some(match sum {
                // Reach terms of one actor at one place are about the same bound.
                Some(earlier) if kind == 2 => earlier,
                None => scaled.collect(),
                Some(earlier) => earlier.into_iter().zip(scaled).map(|(left, right)| Some(left? + right?)).collect(),
            });
        }
    }
    if weights.values().all(Rational::is_zero) {
        return None;
    }
    let total = weights.remove(&2).unwrap_or(Rational::ZERO);
    Some((sum?, total))
}
