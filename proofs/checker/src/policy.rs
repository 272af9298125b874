//! Fixed policies (FORMAT.md, section 1.5).

use std::collections::BTreeMap;
use std::ops::Range;

use crate::bound::{Behaviour, Bound, Quantity, Side, inductive};
use crate::condition::{Broken, Condition};
use crate::lists::{Rejection, Rejects};
use crate::model::{Class, Model, index};
use crate::number::Number;
use crate::rational::Rational;
use crate::read::{Reader, Unreadable};
use crate::vector::Vector;

/// What a policy does: choices with masses for each state, none where the state is absorbing or left out.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    ends: Vec<usize>,
    choices: Vec<u32>,
    masses: Vec<Number>,
}

impl Rows {
    /// `ROWS`; with `partial` a row may be `-`.
    pub(crate) fn read(r: &mut Reader<'_>, model: &Model, partial: bool) -> Result<Self, Unreadable> {
        let mut rows = Self::default();
        for state in 0..model.states() {
            if !model.is_absorbing(state) {
                let token = r.token()?;
                if token != b"-" || !partial {
                    let count = r.count_from(token)?;
                    rows.read_row(r, count, &model.choices_of(state))?;
                }
            }
            rows.ends.push(rows.choices.len());
        }
        Ok(rows)
    }

    fn read_row(&mut self, r: &mut Reader<'_>, count: usize, own: &Range<usize>) -> Result<(), Unreadable> {
        let mut masses = Vec::new();
        let mut least = 0;
        for _ in 0..count {
            let choice = r.count()?;
            if choice < least || !own.contains(&choice) {
                return Err(r.unreadable("expected a choice of the state, in increasing order"));
            }
            least = choice.saturating_add(1);
            let mass = r.number()?;
            if !mass.is_positive() {
                return Err(r.unreadable("a mass is positive"));
            }
            self.choices.push(u32::try_from(choice).map_err(|_| r.unreadable("no such choice"))?);
            masses.push(mass);
        }
        if Rational::sum(masses.iter().map(Number::exact)) != Rational::one() {
            return Err(r.unreadable("the masses of a row sum to 1"));
        }
        self.masses.extend(masses);
        Ok(())
    }

    /// The choices of a state with their masses; empty for a row that is left out.
    pub(crate) fn row(&self, state: usize) -> (&[u32], &[Number]) {
        let start = state.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.unwrap_or(0)..self.ends.get(state).copied().unwrap_or(0);
        (self.choices.get(range.clone()).unwrap_or(&[]), self.masses.get(range).unwrap_or(&[]))
    }
}

/// The bounds of a policy in the order of the file.
const BOUNDS: [(Quantity, Side); 6] = [
    (Quantity::Specified, Side::Lower),
    (Quantity::Specified, Side::Upper),
    (Quantity::Intended, Side::Lower),
    (Quantity::Intended, Side::Upper),
    (Quantity::Reach, Side::Lower),
    (Quantity::Reach, Side::Upper),
];

/// A listed policy with the bounds that were checked for it.
#[derive(Debug)]
pub(crate) struct Policy {
    /// `None` for the given policy, whose rows the model has.
    rows: Option<Rows>,
    bounds: [Option<Bound>; 6],
}

impl Policy {
    /// One entry of the list of policies.
    ///
    /// Legal if it is the given policy, or one of the class, or the part of one that matters, and if its bounds are inductive:
    /// with `total`, lower bounds of rewards under a rank.
    pub(crate) fn read(r: &mut Reader<'_>, model: &Model, vectors: &[Vector], given: bool) -> Result<Self, Rejection> {
        r.expect(if given { "given" } else { "policy" })?;
        let rows = if given { None } else { Some(Rows::read(r, model, true)?) };
        if let Some(rows) = &rows {
            in_class(rows, model).map_err(|broken| r.reject(model, broken))?;
        }
        let mut policy = Self { rows, bounds: [const { None }; 6] };
        for (place, (quantity, side)) in BOUNDS.iter().enumerate() {
            let Some(bound) = Bound::read_optional(r, vectors)? else { continue };
            let stops = *side == Side::Lower && model.is_total() && *quantity != Quantity::Reach;
            let weights = quantity.weights(&Rational::one());
            inductive(model, vectors, &bound, &Behaviour::Policy(&policy), weights.as_ref(), *side, stops)
                .map_err(|broken| r.reject(model, broken))?;
            if let Some(slot) = policy.bounds.get_mut(place) {
                *slot = Some(bound);
            }
        }
        Ok(policy)
    }

    pub(crate) fn is_given(&self) -> bool {
        self.rows.is_none()
    }

    pub(crate) fn row<'m>(&'m self, model: &'m Model, state: usize) -> (&'m [u32], &'m [Number]) {
        self.rows.as_ref().or(model.given.as_ref()).map_or((&[], &[]), |rows| rows.row(state))
    }

    pub(crate) fn bound(&self, quantity: Quantity, side: Side) -> Option<&Bound> {
        let place = BOUNDS.iter().position(|bound| *bound == (quantity, side))?;
        self.bounds.get(place)?.as_ref()
    }
}

/// In a deterministic class each row has one choice; states with the same observation have the same rows, by actions.
fn in_class(rows: &Rows, model: &Model) -> Result<(), Broken> {
    // For each observation the first row that is given, by action.
    let mut seen: BTreeMap<usize, Vec<(u32, &Number)>> = BTreeMap::new();
    for state in 0..model.states() {
        let (choices, masses) = rows.row(state);
        if choices.is_empty() {
            continue;
        }
        if model.class == Class::Deterministic && choices.len() > 1 {
            return Err(Broken::at(Condition::NotDeterministic, state));
        }
        let Some(observations) = &model.observations else { continue };
        let observation = observations.of.get(state).copied().unwrap_or(usize::MAX);
        let mut row: Vec<(u32, &Number)> = Vec::new();
        for (choice, mass) in choices.iter().zip(masses) {
            row.push((model.actions.get(index(*choice)).copied().unwrap_or(u32::MAX), mass));
        }
        row.sort_unstable_by_key(|(action, _)| *action);
        if seen.entry(observation).or_insert_with(|| row.clone()) != &row {
            return Err(Broken::at(Condition::NotOfObservations, state));
        }
    }
    Ok(())
}
