//! Reading an explicit model (FORMAT.md, section 2.1). Whatever breaks a condition there or in section 1.1 is unreadable.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use num_integer::Integer;

use crate::model::{Class, Constraint, Deployment, Distribution, Good, Model, Observations, Relation, Transitions};
use crate::number::Number;
use crate::policy::Rows;
use crate::rational::Rational;
use crate::read::{Reader, Unreadable};
use crate::sha256;

impl Model {
    /// Reads an explicit model.
    ///
    /// # Errors
    /// If the text is not an explicit model, or one that breaks a condition of FORMAT.md, section 1.1.
    pub fn read(text: &[u8]) -> Result<Self, Unreadable> {
        // The digest takes as long as everything else, so it has its own thread, if there is one to be had.
        thread::scope(|scope| {
            let digest = thread::Builder::new().spawn_scoped(scope, || sha256::hexadecimal(text));
            let mut model = Self::parse(text)?;
            let digest = digest.ok().and_then(|thread| thread.join().ok());
            model.digest = digest.unwrap_or_else(|| sha256::hexadecimal(text));
            Ok(model)
        })
    }

    fn parse(text: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = Reader::new(text)?;
        let r = &mut reader;
        r.expect("lavaproof-model")?;
        r.expect("1")?;
        r.expect("criterion")?;
        let discount = if r.one_of(&[("discounted", true), ("total", false)])? { Some(discount(r)?) } else { None };
        let mut model = empty(discount);
        states(r, &mut model)?;
        r.expect("observations")?;
        if r.one_of(&[("partial", true), ("full", false)])? {
            model.observations = Some(observations(r, &model)?);
        }
        r.expect("class")?;
        model.class = r.one_of(&[("deterministic", Class::Deterministic), ("stationary", Class::Stationary)])?;
        r.expect("situations")?;
        let everywhere: Vec<usize> = (0..model.states()).collect();
        model.situations = list(r, &everywhere)?;
        let situations: BTreeSet<usize> = model.situations.iter().copied().collect();
        r.expect("train")?;
        model.train = distribution_over(r, &model, &situations)?;
        r.expect("deploy")?;
        model.deploy = deployment(r, &model, &situations)?;
        r.expect("catastrophe")?;
        let token = r.token()?;
        if token != b"none" {
            model.tolerance = Some(not_negative(r, r.number_from(token)?)?);
            for state in increasing(r, model.states(), "state")? {
                if let Some(mark) = model.catastrophic.get_mut(state) {
                    *mark = true;
                }
            }
        }
        r.expect("good")?;
        let regret = r.one_of(&[("regret", true), ("value", false)])?;
        let number = r.number()?;
        model.good = if regret { Good::Regret(not_negative(r, number)?) } else { Good::Value(number.exact()) };
        r.expect("epsilon")?;
        let epsilon = r.number()?;
        model.epsilon = not_negative(r, epsilon)?;
        r.expect("given")?;
        if !r.accept("none") {
            model.given = Some(Rows::read(r, &model, false)?);
        }
        r.end()?;
        Ok(model)
    }
}

fn empty(discount: Option<Rational>) -> Model {
    Model {
        digest: String::new(),
        discount,
        names: Vec::new(),
        name_ends: Vec::new(),
        choice_ends: Vec::new(),
        actions: Vec::new(),
        specified: Vec::new(),
        intended: Vec::new(),
        transitions: Transitions::default(),
        observations: None,
        class: Class::Deterministic,
        situations: Vec::new(),
        train: Vec::new(),
        deploy: Deployment::Over(Vec::new()),
        tolerance: None,
        catastrophic: Vec::new(),
        good: Good::Regret(Rational::zero()),
        epsilon: Rational::zero(),
        given: None,
    }
}

fn discount(r: &mut Reader<'_>) -> Result<Rational, Unreadable> {
    let discount = r.number()?.exact();
    if discount.is_positive() && discount < Rational::one() {
        return Ok(discount);
    }
    Err(r.unreadable("a discount is between 0 and 1"))
}

fn not_negative(r: &Reader<'_>, number: Number) -> Result<Rational, Unreadable> {
    let number = number.exact();
    if number.is_negative() {
        Err(r.unreadable("a slack, tolerance, radius or ratio is not negative"))
    } else {
        Ok(number)
    }
}

fn states(r: &mut Reader<'_>, model: &mut Model) -> Result<(), Unreadable> {
    r.expect("states")?;
    let states = r.count()?;
    if u32::try_from(states).is_err() {
        return Err(r.unreadable("too many states"));
    }
    let mut row = Row::default();
    for _ in 0..states {
        r.expect("state")?;
        let name = r.token()?;
        model.names.extend_from_slice(name);
        model.name_ends.push(model.names.len());
        model.catastrophic.push(false);
        let first = model.actions.len();
        for _ in 0..r.count()? {
            r.expect("choice")?;
            let action = r.count()?;
            model.actions.push(u32::try_from(action).map_err(|_| r.unreadable("too large for an action"))?);
            model.specified.push(r.number()?);
            model.intended.push(r.number()?);
            row.read(r, states, &mut model.transitions)?;
        }
        let mut actions = model.actions.get(first..).unwrap_or(&[]).to_vec();
        actions.sort_unstable();
        if actions.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(r.unreadable("two choices of the state above have the same action"));
        }
        model.choice_ends.push(model.actions.len());
    }
    if u32::try_from(model.choices()).is_err() {
        return Err(r.unreadable("too many choices"));
    }
    Ok(())
}

/// Space for one row, used again for the next.
#[derive(Default)]
struct Row {
    probabilities: Vec<Number>,
}

impl Row {
    fn read(&mut self, r: &mut Reader<'_>, states: usize, to: &mut Transitions) -> Result<(), Unreadable> {
        self.probabilities.clear();
        let mut least = 0;
        for _ in 0..r.count()? {
            let state = r.index(states, "state")?;
            if state < least {
                return Err(r.unreadable("the successors of a choice increase"));
            }
            least = state.saturating_add(1);
            to.successors.push(u32::try_from(state).map_err(|_| r.unreadable("too many states"))?);
            let probability = r.number()?;
            if !probability.is_positive() {
                return Err(r.unreadable("a probability is positive"));
            }
            self.probabilities.push(probability);
        }
        to.ends.push(to.successors.len());
        if let Some(denominator) = self.small(to) {
            to.denominators.push(denominator);
            return Ok(());
        }
        let exact: Vec<Rational> = self.probabilities.iter().map(Number::exact).collect();
        if Rational::sum(exact.iter().cloned()) != Rational::one() {
            return Err(r.unreadable("the probabilities of a choice sum to 1"));
        }
        to.large.insert(to.denominators.len(), exact);
        to.denominators.push(0);
        to.weights.resize(to.successors.len(), 0);
        Ok(())
    }

    /// Writes the weights over one denominator, if they are small and sum to 1.
    fn small(&self, to: &mut Transitions) -> Option<i64> {
        let mut denominator = 1_i64;
        for probability in &self.probabilities {
            let Number::Small(_, own) = probability else { return None };
            let own = i64::from(*own);
            // Division is slow; mostly the denominators of a choice are the same.
            if own != denominator && denominator.checked_rem(own)? != 0 {
                denominator = denominator.checked_mul(own.checked_div(denominator.gcd(&own))?)?;
            }
        }
        let start = to.weights.len();
        let mut total = 0_i64;
        for probability in &self.probabilities {
            let weight = match probability {
                Number::Small(numerator, own) if i64::from(*own) == denominator => Some(*numerator),
                Number::Small(numerator, own) => numerator.checked_mul(denominator.checked_div(i64::from(*own))?),
                Number::Big(_) => None,
            };
            let sum = weight.and_then(|weight| total.checked_add(weight));
            let (Some(weight), Some(sum)) = (weight, sum) else {
                to.weights.truncate(start);
                return None;
            };
            to.weights.push(weight);
            total = sum;
        }
        if total != denominator {
            to.weights.truncate(start);
            return None;
        }
        Some(denominator)
    }
}

fn observations(r: &mut Reader<'_>, model: &Model) -> Result<Observations, Unreadable> {
    let mut of = Vec::new();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut by_action: Vec<u32> = Vec::new();
    let mut place = vec![0_u32; model.choices()];
    let action = |choice: &u32| model.actions.get(crate::model::index(*choice)).copied();
    for state in 0..model.states() {
        let observation = r.count()?;
        of.push(observation);
        let mut own: Vec<u32> = model.choices_of(state).filter_map(|choice| u32::try_from(choice).ok()).collect();
        own.sort_unstable_by_key(action);
        for (rank, choice) in (0_u32..).zip(&own) {
            if let Some(slot) = place.get_mut(crate::model::index(*choice)) {
                *slot = rank;
            }
        }
        let alike = members.entry(observation).or_default();
        if let Some(first) = alike.first() {
            let theirs = by_action.get(model.choices_of(*first)).unwrap_or(&[]);
            if !theirs.iter().map(action).eq(own.iter().map(action)) {
                return Err(r.unreadable("states with the same observation have the same actions"));
            }
        }
        alike.push(state);
        by_action.extend(own);
    }
    Ok(Observations { of, members, by_action, place })
}

/// `n STATE…`, distinct states of `among` (which increase), at least one.
fn list(r: &mut Reader<'_>, among: &[usize]) -> Result<Vec<usize>, Unreadable> {
    let mut states = Vec::new();
    let mut seen = BTreeSet::new();
    for _ in 0..r.count()? {
        let token = r.token()?;
        let state = r.count_from(token)?;
        if among.binary_search(&state).is_err() {
            return Err(r.unreadable("no such state, or no situation"));
        }
        if !seen.insert(state) {
            return Err(r.unreadable("a state is listed twice"));
        }
        states.push(state);
    }
    if states.is_empty() { Err(r.unreadable("an empty list of situations")) } else { Ok(states) }
}

/// `n NUMBER…`, increasing.
fn increasing(r: &mut Reader<'_>, limit: usize, what: &str) -> Result<Vec<usize>, Unreadable> {
    let mut found: Vec<usize> = Vec::new();
    for _ in 0..r.count()? {
        let index = r.index(limit, what)?;
        if found.last().is_some_and(|last| *last >= index) {
            return Err(r.unreadable(format!("numbers of a {what} increase")));
        }
        found.push(index);
    }
    Ok(found)
}

/// `DIST`: masses that are positive and sum to 1, by increasing state.
pub(crate) fn distribution(r: &mut Reader<'_>, states: usize) -> Result<Distribution, Unreadable> {
    let masses = sparse(r, states, "state")?;
    if masses.iter().any(|(_, mass)| !mass.is_positive()) {
        return Err(r.unreadable("a mass is positive"));
    }
    if Rational::sum(masses.iter().map(|(_, mass)| mass.exact())) != Rational::one() {
        return Err(r.unreadable("the masses of a distribution sum to 1"));
    }
    Ok(masses)
}

/// `n` times an index, increasing, and a number.
pub(crate) fn sparse(r: &mut Reader<'_>, limit: usize, what: &str) -> Result<Vec<(usize, Number)>, Unreadable> {
    let mut terms: Vec<(usize, Number)> = Vec::new();
    for _ in 0..r.count()? {
        let index = r.index(limit, what)?;
        if terms.last().is_some_and(|(last, _)| *last >= index) {
            return Err(r.unreadable(format!("numbers of a {what} increase")));
        }
        terms.push((index, r.number()?));
    }
    Ok(terms)
}

fn distribution_over(
    r: &mut Reader<'_>,
    model: &Model,
    situations: &BTreeSet<usize>,
) -> Result<Distribution, Unreadable> {
    let masses = distribution(r, model.states())?;
    if masses.iter().any(|(state, _)| !situations.contains(state)) {
        return Err(r.unreadable("a distribution over a state that is no situation"));
    }
    Ok(masses)
}

fn deployment(r: &mut Reader<'_>, model: &Model, set: &BTreeSet<usize>) -> Result<Deployment, Unreadable> {
    let situations: Vec<usize> = set.iter().copied().collect();
    let kind = r.one_of(&[("point", 0), ("over", 1), ("tv", 2), ("ratio", 3), ("polytope", 4)])?;
    match kind {
        0 => Ok(Deployment::Point(distribution_over(r, model, set)?)),
        1 => Ok(Deployment::Over(list(r, &situations)?)),
        2 | 3 => {
            let number = r.number()?;
            let number = not_negative(r, number)?;
            let center = distribution_over(r, model, set)?;
            let over = list(r, &situations)?;
            Ok(if kind == 2 {
                Deployment::TotalVariation { radius: number, center, over }
            } else {
                Deployment::Ratio { bound: number, center, over }
            })
        }
        _ => {
            let over = list(r, &situations)?;
            let mut rows = Vec::new();
            for _ in 0..r.count()? {
                let relations = [("<=", Relation::AtMost), (">=", Relation::AtLeast), ("=", Relation::Equal)];
                let relation = r.one_of(&relations)?;
                let bound = r.number()?.exact();
                rows.push(Constraint { relation, bound, terms: sparse(r, over.len(), "listed situation")? });
            }
            Ok(Deployment::Polytope { over, rows })
        }
    }
}

#[cfg(test)]
mod tests;
