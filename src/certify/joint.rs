//! Closing a case by all constraints at once: multipliers and inductive bounds from one linear program.
//!
//! With weights `y` for the constraints, an actor's combined reward has an upper bound `W` that is inductive: `W(s) ≥ r_y(c) + γ Σ P W`
//! is linear in `W` and `y` together, and so is what the bounds come to on a region, with its multipliers. If no distribution
//! and no randomised policies of the full state satisfy the constraints, then by duality some `y`, `W` and multipliers show it.

use std::collections::BTreeMap;

use crate::certify::Uncertified;
use crate::certify::close::Case;
use crate::certify::constraint::{Actor, Constraint, Place, Places, Term};
use crate::certify::draft::{Draft, Precision};
use crate::certify::region::dual_text;
use crate::certify::tables::Entries;
use crate::decomposition::RewardName;
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::{Rational, StateId, StateSet};
use crate::search::Quantity;
use crate::solve::reachable_under;

/// Larger programs than this, in rows, are not solved.
pub(super) const MOST_ROWS: usize = 250;

/// Larger programs are not solved in every case.
pub(super) const FEW_ROWS: usize = 40;

/// A linear function of the program's variables.
type Linear = BTreeMap<usize, Rational>;

/// The combined reward of an actor at a place.
struct Combined {
    place: Place,
    actor: Actor,
    domain: StateSet,
    /// The first of the two nonnegative variables, one after the other, of which the bound at a state is the difference.
    variables: BTreeMap<StateId, usize>,
}

struct Joint<'p> {
    places: &'p Places,
    constraints: &'p [Constraint],
    case: &'p Case,
    combined: Vec<Combined>,
    /// Bounds of the other terms, in the order of the constraints and their terms.
    others: Vec<Vec<Option<Entries>>>,
    /// The variable of each row of the region; the next one is its negative, for equations.
    dual: Vec<usize>,
    variables: usize,
}

/// Tries to close a case by all constraints together. `None`: that does not close it, or the program would be too large.
///
/// # Errors
/// When the budget is exhausted.
pub(super) fn jointly(
    draft: &mut Draft<'_>,
    places: &Places,
    constraints: &[Constraint],
    case: &Case,
    most_rows: usize,
) -> Result<Option<String>, Uncertified> {
    if constraints.len() < 2 {
        return Ok(None);
    }
    let Some(joint) = Joint::new(draft, places, constraints, case, most_rows)? else { return Ok(None) };
    draft.arena.budget.check()?;
    for strict in [true, false] {
        let counted: Linear = (0..constraints.len())
            .filter(|&index| !strict || constraints[index].strict)
            .map(|index| (index, Rational::ONE))
            .collect();
        if counted.is_empty() {
            continue;
        }
        let Some(program) = joint.program(draft, &counted) else { continue };
        let Outcome::Optimal { value, point } = program.solve() else { continue };
        if (value > Rational::ZERO || strict && value.is_zero()) && joint.is_finite(draft, &point) {
            return Ok(Some(joint.closing(draft, &point)));
        }
    }
    Ok(None)
}

fn is_reward(term: &Term) -> bool {
    matches!(term.quantity, Quantity::Reward(_)) && !matches!(term.actor, Actor::Fixed(_))
}

fn add(sum: &mut Linear, other: &Linear, factor: &Rational) {
    for (&variable, coefficient) in other {
        *sum.entry(variable).or_insert(Rational::ZERO) += coefficient * factor;
    }
}

impl<'p> Joint<'p> {
    fn new(
        draft: &mut Draft<'_>,
        places: &'p Places,
        constraints: &'p [Constraint],
        case: &'p Case,
        most_rows: usize,
    ) -> Result<Option<Self>, Uncertified> {
        let mdp = &draft.arena.problem.mdp;
        let mut joint = Self {
            places,
            constraints,
            case,
            combined: Vec::new(),
            others: Vec::new(),
            dual: Vec::new(),
            variables: constraints.len(),
        };
        let mut rows = 0;
        for term in constraints.iter().flat_map(|constraint| &constraint.terms).filter(|term| is_reward(term)) {
            if joint.combined.iter().any(|known| known.place == term.place && known.actor == term.actor) {
                continue;
            }
            let mask = case.mask(term.actor, term.place);
            let domain = reachable_under(mdp, mask, places.sources(term.place));
            let mut variables = BTreeMap::new();
            for state in domain.ones().filter(|&state| !mdp.is_absorbing(state)) {
                variables.insert(state, joint.variables);
                joint.variables += 2;
                rows += mask.choices_of(mdp, state).count();
            }
            joint.combined.push(Combined { place: term.place, actor: term.actor, domain, variables });
        }
        let region = places.region.as_ref().filter(|region| region.point.is_none());
        rows += region.map_or(0, |region| region.variables);
        if rows > most_rows {
            return Ok(None);
        }
        for _ in region.into_iter().flat_map(|region| &region.rows) {
            joint.dual.push(joint.variables);
            joint.variables += 2;
        }
        for constraint in constraints {
            let mut bounds = Vec::new();
            for term in &constraint.terms {
                if is_reward(term) {
                    bounds.push(None);
                    continue;
                }
                let bound = match term.actor {
                    Actor::Fixed(number) => term.of_listed(draft, number, Precision::Exact),
                    actor => {
                        let sources = places.sources(term.place);
                        let mask = case.mask(actor, term.place);
                        draft.bound(term.quantity, term.positive, mask, &sources, Precision::Exact)
                    }
                };
                match bound {
                    Ok(bound) => bounds.push(Some(bound)),
                    Err(Uncertified::Beyond(_)) => return Ok(None),
                    Err(stop) => return Err(stop),
                }
            }
            joint.others.push(bounds);
        }
        Ok(Some(joint))
    }

    /// The program: the least that the weighted constraints come to, their weights that are counted adding up to 1.
    /// `None` if a bound is missing where it counts.
    fn program(&self, draft: &Draft<'_>, counted: &Linear) -> Option<LinearProgram> {
        let arena = draft.arena;
        let mdp = &arena.problem.mdp;
        let mut rows = vec![(counted.clone(), Relation::Equal, Rational::ONE)];
        for combined in &self.combined {
            for (&state, &variable) in &combined.variables {
                for choice in self.case.mask(combined.actor, combined.place).choices_of(mdp, state) {
                    let mut row = difference(variable);
                    for (target, probability) in mdp.row(choice) {
                        if let Some(&next) = combined.variables.get(&target) {
                            add(&mut row, &difference(next), &-(probability * arena.discount()));
                        }
                    }
                    for (reward, weight) in self.weights(combined.place, combined.actor) {
                        add(&mut row, &weight, &-&arena.reward(reward)[choice]);
                    }
                    rows.push((row, Relation::AtLeast, Rational::ZERO));
                }
            }
        }
        let mut total = Linear::new();
        for (index, constraint) in self.constraints.iter().enumerate() {
            add(&mut total, &Linear::from([(index, Rational::ONE)]), &-&constraint.bound);
        }
        for place in self.places.all() {
            self.put_in(place, &mut total, &mut rows)?;
        }
        let objective = total.into_iter().map(|(variable, coefficient)| (variable, -coefficient)).collect();
        let row = |(coefficients, relation, bound): (Linear, Relation, Rational)| Row {
            coefficients: coefficients.into_iter().collect(),
            relation,
            bound,
        };
        Some(LinearProgram { variables: self.variables, rows: rows.into_iter().map(row).collect(), objective })
    }

    /// Adds the largest value of what is added up at a place.
    fn put_in(&self, place: Place, total: &mut Linear, rows: &mut Vec<(Linear, Relation, Rational)>) -> Option<()> {
        let mut sums = BTreeMap::new();
        for state in self.places.sources(place) {
            sums.insert(state, self.sum(place, state)?);
        }
        let at = match (place, &self.places.region) {
            (Place::Fixed(index), _) => &self.places.fixed[index],
            (Place::Variable, Some(region)) => match &region.point {
                Some(point) => point,
                None => {
                    // The functional is linear in the sums: each variable's share is its own functional.
                    let variables: Vec<usize> = sums.values().flat_map(|sum| sum.keys().copied()).collect();
                    let mut columns: Vec<Linear> = vec![Linear::new(); region.variables];
                    for variable in std::collections::BTreeSet::from_iter(variables) {
                        let share = |state: StateId| {
                            sums.get(&state).and_then(|sum| sum.get(&variable)).cloned().unwrap_or(Rational::ZERO)
                        };
                        let (weights, constant) = region.functional(&share);
                        for (column, weight) in columns.iter_mut().zip(weights) {
                            column.insert(variable, weight);
                        }
                        *total.entry(variable).or_insert(Rational::ZERO) += constant;
                    }
                    for (row, &variable) in region.rows.iter().zip(&self.dual) {
                        let multiplier = self.multiplier(variable, row.equation);
                        for (column, coefficient) in &row.coefficients {
                            add(&mut columns[*column], &multiplier, coefficient);
                        }
                        add(total, &multiplier, &-&row.bound);
                    }
                    rows.extend(columns.into_iter().map(|column| (column, Relation::AtMost, Rational::ZERO)));
                    return Some(());
                }
            },
            (Place::Variable, None) => return Some(()),
        };
        for (state, mass) in at.iter() {
            add(total, sums.get(&state)?, mass);
        }
        Some(())
    }

    fn multiplier(&self, variable: usize, free: bool) -> Linear {
        if free { difference(variable) } else { Linear::from([(variable, Rational::ONE)]) }
    }

    /// What is added up at a state of a place.
    fn sum(&self, place: Place, state: StateId) -> Option<Linear> {
        let mut sum = Linear::new();
        for combined in self.combined.iter().filter(|combined| combined.place == place) {
            if let Some(&variable) = combined.variables.get(&state) {
                add(&mut sum, &difference(variable), &Rational::ONE);
            }
        }
        for (index, (constraint, bounds)) in self.constraints.iter().zip(&self.others).enumerate() {
            for (term, bound) in constraint.terms.iter().zip(bounds).filter(|(term, _)| term.place == place) {
                let Some(bound) = bound else { continue };
                let value = term.signed(bound)[state].clone()?;
                *sum.entry(index).or_insert(Rational::ZERO) += value;
            }
        }
        Some(sum)
    }

    /// The weights of both rewards for an actor at a place, by the multipliers of the constraints.
    fn weights(&self, place: Place, actor: Actor) -> Vec<(RewardName, Linear)> {
        let mut weights: Vec<(RewardName, Linear)> = Vec::new();
        for (index, constraint) in self.constraints.iter().enumerate() {
            for term in constraint.terms.iter().filter(|term| term.place == place && term.actor == actor) {
                let Quantity::Reward(name) = term.quantity else { continue };
                let sign = if term.positive { Rational::ONE } else { -Rational::ONE };
                let position = weights.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                    weights.push((name, Linear::new()));
                    weights.len() - 1
                });
                *weights[position].1.entry(index).or_insert(Rational::ZERO) += sign;
            }
        }
        weights
    }

    /// Whether each reward that is subtracted is one of an actor known to stop surely (`proofs/FORMAT.md`, section 1.6).
    fn is_finite(&self, draft: &Draft<'_>, point: &[Rational]) -> bool {
        if !draft.is_total() {
            return true;
        }
        let used = || self.constraints.iter().zip(point).filter(|(_, multiplier)| !multiplier.is_zero());
        let rewards = |constraint: &'p Constraint| {
            constraint.terms.iter().filter(|term| matches!(term.quantity, Quantity::Reward(_)))
        };
        let mut finite: Vec<(Place, Actor)> = Vec::new();
        loop {
            let before = finite.len();
            for (constraint, _) in used() {
                for (position, term) in rewards(constraint).enumerate().filter(|(_, term)| term.positive) {
                    let known = |(other, term): (usize, &Term)| {
                        other == position
                            || matches!(term.actor, Actor::Fixed(_))
                            || finite.contains(&(term.place, term.actor))
                    };
                    let own = (term.place, term.actor);
                    if !finite.contains(&own) && (constraint.strict || rewards(constraint).enumerate().all(known)) {
                        finite.push(own);
                    }
                }
            }
            if finite.len() == before {
                break;
            }
        }
        used().flat_map(|(constraint, _)| rewards(constraint)).all(|term| {
            term.positive || matches!(term.actor, Actor::Fixed(_)) || finite.contains(&(term.place, term.actor))
        })
    }

    /// The text of the closed case.
    fn closing(&self, draft: &mut Draft<'_>, point: &[Rational]) -> String {
        let value = |sum: &Linear| {
            sum.iter().fold(Rational::ZERO, |sum, (&variable, coefficient)| sum + &point[variable] * coefficient)
        };
        let mut words: Vec<String> = vec!["close".into()];
        words.extend(point[..self.constraints.len()].iter().map(ToString::to_string));
        let rows = self.places.region.iter().flat_map(|region| &region.rows).zip(&self.dual);
        let multipliers: Vec<Rational> =
            rows.map(|(row, &variable)| value(&self.multiplier(variable, row.equation))).collect();
        words.push(dual_text(&multipliers));
        for place in self.places.all() {
            for actor in [Actor::Subject, Actor::Rival] {
                let weights = self.weights(place, actor);
                let own = self.combined.iter().find(|combined| combined.place == place && combined.actor == actor);
                if let Some(combined) = own.filter(|_| weights.iter().any(|(_, weight)| !value(weight).is_zero())) {
                    let entry = |state: StateId| match combined.variables.get(&state) {
                        Some(&variable) => Some(value(&difference(variable))),
                        None => combined.domain.contains(state).then_some(Rational::ZERO),
                    };
                    let entries: Entries = (0..draft.arena.problem.mdp.states()).map(entry).collect();
                    words.push(draft.reference(&entries, self.case.mask(actor, place), false));
                }
                let reach = self.constraints.iter().zip(&self.others).zip(point).find_map(|((one, bounds), weight)| {
                    let about = |(term, _): &(&Term, &Option<Entries>)| {
                        term.place == place && term.actor == actor && term.quantity == Quantity::Reach
                    };
                    one.terms.iter().zip(bounds).find(about).filter(|_| !weight.is_zero())
                });
                if let Some((term, Some(bound))) = reach {
                    words.push(draft.reference(bound, self.case.mask(actor, place), !term.positive));
                }
            }
        }
        words.join(" ")
    }
}

/// The difference of two variables that follow one another.
fn difference(variable: usize) -> Linear {
    Linear::from([(variable, Rational::ONE), (variable + 1, -Rational::ONE)])
}
