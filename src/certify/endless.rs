//! Finite numbers for states from which nothing stops: bounds from above must be finite, and −∞ is below any of them.
//!
//! Let `N` be the states of value −∞. If each step into `N` ends the episode with probability `η`, every policy stops in `N`, and the
//! largest value `w` satisfies `w(s) = max_c r + (1 − η) P_N w + P_rest w`. Where `w ≤ 0` on `N` this is at least `r + P w`, so that `w` is an
//! upper bound; as `η` falls, `w` falls on `N` below any number, since mean rewards are negative there (`proofs/theory/total.md`).

use crate::budget::Budget;
use crate::certify::close::Case;
use crate::certify::constraint::{Actor, Constraint, Places, Term};
use crate::certify::draft::{Draft, Precision};
use crate::certify::tables::Entries;
use crate::certify::{Absent, Uncertified};
use crate::mdp::{Mask, MdpBuilder, Rational, StateId, StateSet, Value};
use crate::search::Quantity;
use crate::solve::{Engine, Objective, Sense, optimise, reachable_under};

/// Exponents of `η = 2^-k` that are tried.
const EXPONENTS: [usize; 3] = [40, 160, 640];

/// The number of a state from which nothing stops is `-2^LOWEST` where it may be anything.
const LOWEST: usize = 64;

/// A row that may be followed in a state, with its reward.
pub(super) struct Alternative {
    pub(super) reward: Rational,
    pub(super) row: Vec<(StateId, Rational)>,
}

/// Upper bounds on a domain that is closed under the options: the exact values where they are finite.
///
/// # Errors
/// When the budget is exhausted, or no tried `η` is small enough.
pub(super) fn finite_upper(
    values: &[Value],
    domain: &StateSet,
    options: &dyn Fn(StateId) -> Vec<Alternative>,
    budget: &Budget,
) -> Result<Entries, Uncertified> {
    for exponent in EXPONENTS {
        let leak = Rational::ONE / Rational::from(dashu_int::UBig::ONE << exponent);
        let entries = leaking(values, domain, options, &leak, budget)?;
        let right = |state: StateId| match (&entries[state], values[state].finite()) {
            (Some(bound), Some(value)) => bound == value,
            (Some(bound), None) => *bound < Rational::ZERO,
            (None, _) => false,
        };
        if domain.ones().all(right) {
            return Ok(entries);
        }
    }
    Err(Uncertified::Beyond(Absent::Endless))
}

fn leaking(
    values: &[Value],
    domain: &StateSet,
    options: &dyn Fn(StateId) -> Vec<Alternative>,
    leak: &Rational,
    budget: &Budget,
) -> Result<Entries, Uncertified> {
    let mut builder = MdpBuilder::default();
    let mut copies: Vec<Option<StateId>> = vec![None; values.len()];
    for state in domain.ones() {
        copies[state] = Some(builder.state(&state.to_string()));
    }
    let over = builder.state("over");
    builder.absorbing(over);
    let mut rewards = Vec::new();
    for state in domain.ones() {
        let Some(copy) = copies[state] else { continue };
        let options = options(state);
        if options.is_empty() {
            builder.absorbing(copy);
        }
        for (index, option) in options.into_iter().enumerate() {
            let mut row = Vec::new();
            let mut lost = Rational::ZERO;
            for (target, probability) in option.row {
                let Some(target_copy) = copies[target] else { return Err(Uncertified::Beyond(Absent::Endless)) };
                if values[target] == Value::MinusInfinity {
                    lost += &probability * leak;
                    row.push((target_copy, &probability * (Rational::ONE - leak)));
                } else {
                    row.push((target_copy, probability));
                }
            }
            if !lost.is_zero() {
                row.push((over, lost));
            }
            builder.choice(copy, &index.to_string(), row);
            rewards.push(option.reward);
        }
    }
    let Ok(built) = builder.build() else { return Err(Uncertified::Beyond(Absent::Endless)) };
    let objective = Objective::Reward { reward: &rewards, discount: &Rational::ONE };
    let mask = Mask::all(&built.mdp);
    let solution = optimise(&built.mdp, objective, Sense::Max, &mask, Engine::default(), budget)?;
    Ok(copies.into_iter().map(|copy| copy.and_then(|copy| solution.values[copy].finite().cloned())).collect())
}

/// Bounds of a reward that is subtracted, for a subject that is known to stop surely at the place: from states from which it
/// cannot stop it has no mass, and their numbers are as low as one likes (`proofs/FORMAT.md`, *Finite actors*).
///
/// # Errors
/// When the budget is exhausted.
pub(super) fn beyond_endless(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    term: &Term,
    case: &Case,
) -> Result<Option<Entries>, Uncertified> {
    let Quantity::Reward(name) = term.quantity else { return Ok(None) };
    if !draft.is_total() || term.actor != Actor::Subject || term.positive {
        return Ok(None);
    }
    let stops = |one: &&Constraint| match one.terms.as_slice() {
        [own] => own.actor == Actor::Subject && own.positive && own.place == term.place,
        [own, Term { actor: Actor::Fixed(_), place, .. }] => {
            own.actor == Actor::Subject && own.positive && own.place == term.place && *place == term.place
        }
        _ => false,
    };
    let Some(known) = constraints.iter().find(stops) else { return Ok(None) };
    for other in &known.terms {
        if let Actor::Fixed(number) = other.actor {
            other.of_listed(draft, number, Precision::Exact)?;
        }
    }
    let mdp = &draft.arena.problem.mdp;
    let mask = case.mask(Actor::Subject, term.place);
    let values = &draft.arena.extreme(Quantity::Reward(name), Sense::Min, mask)?.values;
    let reached = reachable_under(mdp, mask, places.sources(term.place));
    let mut entries: Entries = vec![None; mdp.states()];
    for state in reached.ones() {
        let endless = || {
            let own = reachable_under(mdp, mask, [state]);
            own.ones().all(|next| !mdp.is_absorbing(next))
        };
        entries[state] = match values[state].finite() {
            Some(value) => Some(-value),
            None if endless() => Some(-Rational::from(dashu_int::UBig::ONE << LOWEST)),
            None => return Ok(None),
        };
    }
    Ok(Some(entries))
}
