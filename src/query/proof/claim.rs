//! What a value means in terms of policies (`proofs/FORMAT.md`, section 1.7): what none exceeds, and what one attains.

use std::fmt::Write as _;

use dashu_int::UBig;

use crate::budget::Budget;
use crate::mdp::{Rational, StateId, StateSet, token};
use crate::query::meaning::What;
use crate::query::proof::Unproved;
use crate::query::proof::beyond::{endless_costs, missed};
use crate::query::proof::draft::{Beyond, Bounding, Draft, Place, reference};
use crate::query::proof::shape::Shape;
use crate::query::proof::source::{Side, Source};
use crate::query::proof::walk::{Options, reached};
use crate::query::{Asked, Query};
use crate::solve::{Measure, Optimum, Sense, optimum};

/// The certificate that the values at some situations are what the source says, without the digest of the model.
///
/// # Errors
/// If this is beyond the rules of certificates, or there is no time left.
pub(super) fn claimed(
    shape: &Shape<'_>,
    source: &Source<'_>,
    query: &Query,
    situations: &[StateId],
    budget: &Budget,
) -> Result<String, Unproved> {
    let mut draft = Draft::new(shape);
    let (finite, infinite): (Vec<StateId>, Vec<StateId>) =
        situations.iter().partition(|&&state| source.is_finite(state));
    if infinite.iter().any(|&state| source.is_unattained(state)) {
        return Err(Unproved::Unattained);
    }
    if !finite.is_empty() {
        finite_values(&mut draft, source, &finite, budget)?;
    }
    match (infinite.is_empty(), shape.meaning.sense) {
        (true, _) => {}
        (false, Sense::Max) => some_policy_misses(&mut draft, source, &infinite)?,
        (false, Sense::Min) => every_policy_misses(&mut draft, &infinite, budget)?,
    }
    let asked = Query { asked: Asked::Value(query.sense()), ..query.clone() };
    Ok(draft.text(&format!("solve.{}", token(&asked.to_string()))))
}

/// What is proved of all policies, and of the one that attains the value.
struct Plan {
    every: Bounding,
    own: Bounding,
    place: Place,
}

fn plan(what: What<'_>, sense: Sense) -> Plan {
    let (low, high) = (Side { upper: false, negated: false }, Side { upper: true, negated: false });
    let negated = |side: Side| Side { negated: true, ..side };
    let reward = |side, ranked| Bounding { side, reach: false, ranked };
    let reach = |side: Side| Bounding { side, reach: true, ranked: !side.upper };
    let (every, own, place) = match (what, sense) {
        (What::Probability, Sense::Max) => (reach(high), reach(low), Place::ReachLower),
        (What::Probability, Sense::Min) => (reach(low), reach(high), Place::ReachUpper),
        (What::Discounted(..), Sense::Max) => (reward(high, false), reward(low, false), Place::SpecifiedLower),
        // A lower bound for all policies is an upper one of the reward with the sign changed.
        (What::Discounted(..), Sense::Min) => (reward(negated(low), false), reward(high, false), Place::SpecifiedUpper),
        (What::Reward(_), Sense::Max) => (reward(high, false), reward(low, true), Place::SpecifiedLower),
        // The reward of the explicit model has the sign changed.
        (What::Reward(_), Sense::Min) => {
            (reward(negated(low), false), reward(negated(high), true), Place::SpecifiedLower)
        }
    };
    Plan { every, own, place }
}

/// The atoms that every policy has, and that one has, if the value is between two numbers.
fn atoms(what: What<'_>, sense: Sense, low: &Rational, high: &Rational) -> (String, String) {
    match (what, sense) {
        (What::Probability, Sense::Max) => (format!("reach {high}"), format!("arrive {low}")),
        (What::Probability, Sense::Min) => (format!("arrive {low}"), format!("reach {high}")),
        (What::Discounted(..) | What::Reward(_), Sense::Max) => {
            (format!("most specified {high}"), format!("value specified {low}"))
        }
        (What::Discounted(..), Sense::Min) => (format!("value specified {low}"), format!("most specified {high}")),
        (What::Reward(_), Sense::Min) => (format!("most specified {}", -low), format!("value specified {}", -high)),
    }
}

fn finite_values(
    draft: &mut Draft<'_>,
    source: &Source<'_>,
    situations: &[StateId],
    budget: &Budget,
) -> Result<(), Unproved> {
    let (shape, what, sense) = (draft.shape, draft.shape.meaning.what, draft.shape.meaning.sense);
    let Plan { every, own, place } = plan(what, sense);
    let endless = |domain: &StateSet| {
        if domain.ones().all(|state| source.is_finite(state)) {
            return Ok(Beyond::new());
        }
        let largest = largest_probability(shape, budget)?;
        endless_costs(shape, source, every.side, domain, &largest).ok_or(Unproved::Endless)
    };
    let limit = draft.bound(source, situations, &Options::All, every, endless)?;
    budget.check()?;
    let choose = |state: StateId| source.choice(state);
    let attained = draft.bound(source, situations, &Options::Policy(&choose), own, |_| Ok(Beyond::new()))?;
    budget.check()?;
    let policy = draft.policy(situations, &choose, place, &attained);
    // A policy that may miss the goal has no more than anything: the largest reward says besides that there is none.
    let arrives =
        if matches!((what, sense), (What::Reward(_), Sense::Max)) { Some(draft.arrives(situations)?) } else { None };
    for &situation in situations {
        let number = |upper: bool| source.at(situation, Side { upper, negated: false }).ok_or(Unproved::Endless);
        let (all, one) = atoms(what, sense, &number(false)?, &number(true)?);
        match &arrives {
            Some(arrives) => draft.every(situation, &[all, "arrive 1".into()], &[&limit, arrives]),
            None => draft.every(situation, &[all], &[&limit]),
        }
        draft.some(situation, one, policy);
    }
    Ok(())
}

/// The least reward is infinite: every policy may miss the goal.
fn every_policy_misses(draft: &mut Draft<'_>, situations: &[StateId], budget: &Budget) -> Result<(), Unproved> {
    let largest = largest_probability(draft.shape, budget)?;
    let source = Source::Exact(&largest);
    let side = Side { upper: true, negated: false };
    let bounding = Bounding { side, reach: true, ranked: false };
    let bound = draft.bound(&source, situations, &Options::All, bounding, |_| Ok(Beyond::new()))?;
    for &situation in situations {
        let most = source.at(situation, side).filter(|most| *most < Rational::ONE).ok_or(Unproved::Endless)?;
        draft.every(situation, &[format!("reach {most}")], &[&bound]);
    }
    Ok(())
}

/// The largest reward is infinite: some policy may miss the goal.
fn some_policy_misses(draft: &mut Draft<'_>, source: &Source<'_>, situations: &[StateId]) -> Result<(), Unproved> {
    let shape = draft.shape;
    let choose = |state: StateId| source.choice(state);
    let domain = reached(shape, situations, &Options::Policy(&choose), &|state| shape.is_over(state));
    let exponents = missed(shape, &domain, &choose);
    let most = |exponent: &usize| Rational::ONE - Rational::ONE / Rational::from(UBig::ONE << *exponent);
    let mut text = format!("rational {}", shape.mdp().states());
    for state in 0..shape.mdp().states() {
        // Writing to a string cannot fail.
        let _ = match exponents.get(&state) {
            _ if !domain.contains(state) => write!(text, " -"),
            None => write!(text, " 1"),
            Some(exponent) => write!(text, " {}", most(exponent)),
        };
    }
    let vector = draft.vector(text);
    let policy = draft.policy(situations, &choose, Place::ReachUpper, &reference(vector, &Rational::ZERO, None));
    for &situation in situations {
        let exponent = exponents.get(&situation).ok_or(Unproved::Endless)?;
        draft.some(situation, format!("reach {}", most(exponent)), policy);
    }
    Ok(())
}

/// The largest probability of reaching the goal.
fn largest_probability(shape: &Shape<'_>, budget: &Budget) -> Result<Optimum, Unproved> {
    let reach = Measure::Until { stay: &shape.meaning.stay, goal: &shape.meaning.goal };
    Ok(optimum(shape.mdp(), &reach, Sense::Max, budget)?)
}
