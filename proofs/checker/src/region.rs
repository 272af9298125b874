//! Families of distributions, and regions with their dual bounds (FORMAT.md, section 1.4). Soundness: `proofs/theory/regions.md`.

use std::collections::BTreeSet;

use crate::condition::{Broken, Condition};
use crate::model::{Constraint, Deployment, Distribution, Model, Relation, mass};
use crate::number::Number;
use crate::rational::Rational;

/// A family of distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Train,
    Deploy,
    Encountered,
    All,
    Situations,
    /// The point mass of one situation.
    Situation(usize),
}

/// `½ train + ½ other`.
pub(crate) fn mixture(train: &Distribution, other: &Distribution) -> Distribution {
    let states: BTreeSet<usize> = train.iter().chain(other).map(|(state, _)| *state).collect();
    let half =
        |distribution, state| mass(distribution, state).map_or_else(Rational::zero, |mass| mass.exact().halved());
    let mixed = |state| Number::from(half(train, state).plus(&half(other, state)));
    states.into_iter().map(|state| (state, mixed(state))).collect()
}

/// `2 mixture − train`, if that is a distribution.
fn other_half(train: &Distribution, mixture: &Distribution) -> Option<Distribution> {
    let mut other = Vec::new();
    for (state, mixed) in mixture {
        let double = mixed.exact().times(&Rational::from(2));
        let rest = double.minus(&mass(train, *state).map_or_else(Rational::zero, Number::exact));
        if rest.is_negative() {
            return None;
        }
        if rest.is_positive() {
            other.push((*state, Number::from(rest)));
        }
    }
    let has = |state: &usize| mass(mixture, *state).is_some();
    train.iter().all(|(state, _)| has(state)).then_some(other)
}

/// That a distribution is one of the family; for `encountered`, the mixture.
pub(crate) fn belongs(model: &Model, family: Family, masses: &Distribution) -> Result<(), Broken> {
    let inside = match family {
        Family::Train => *masses == model.train,
        Family::Deploy => model.deploy.contains(masses),
        Family::Encountered => other_half(&model.train, masses).is_some_and(|half| model.deploy.contains(&half)),
        Family::All => is_over(masses, &model.situations),
        Family::Situations => masses.len() == 1 && is_over(masses, &model.situations),
        Family::Situation(state) => is_over(masses, &[state]),
    };
    if inside { Ok(()) } else { Err(Condition::NotInFamily.into()) }
}

fn is_over(masses: &Distribution, list: &[usize]) -> bool {
    let list: BTreeSet<usize> = list.iter().copied().collect();
    masses.iter().all(|(state, _)| list.contains(state))
}

impl Deployment {
    fn contains(&self, masses: &Distribution) -> bool {
        match self {
            Self::Point(point) => masses == point,
            Self::Over(over) => is_over(masses, over),
            Self::TotalVariation { radius, center, over } => {
                // Half the L1 distance is what is gained.
                let gained = masses.iter().map(|(state, mass_here)| {
                    let before = mass(center, *state).map_or_else(Rational::zero, Number::exact);
                    mass_here.exact().minus(&before).max(Rational::zero())
                });
                is_over(masses, over) && Rational::sum(gained) <= *radius
            }
            Self::Ratio { bound, center, over } => {
                let bounded = |(state, mass_here): &(usize, Number)| {
                    mass(center, *state).is_some_and(|before| mass_here.exact() <= bound.times(&before.exact()))
                };
                is_over(masses, over) && masses.iter().all(bounded)
            }
            Self::Polytope { over, rows } => {
                let at = |index: usize| over.get(index).and_then(|state| mass(masses, *state)).map(Number::exact);
                let holds = |row: &Constraint| {
                    let terms = row.terms.iter();
                    let value =
                        Rational::sum(terms.filter_map(|(index, factor)| Some(factor.exact().times(&at(*index)?))));
                    match row.relation {
                        Relation::AtMost => value <= row.bound,
                        Relation::AtLeast => value >= row.bound,
                        Relation::Equal => value == row.bound,
                    }
                };
                is_over(masses, over) && rows.iter().all(holds)
            }
        }
    }
}

/// A row `Σ terms ≥ bound`, or `=`, in the variables.
struct Row {
    equation: bool,
    terms: Vec<(usize, Number)>,
    bound: Rational,
}

/// A set of distributions `ν`.
pub(crate) enum Region<'m> {
    Point(Distribution),
    Rows(Polytope<'m>),
}

/// Rows over the masses of listed situations and, for a ball, over as many more variables.
pub(crate) struct Polytope<'m> {
    listed: Vec<usize>,
    variables: usize,
    rows: Vec<Row>,
    /// The training distribution, if `ν = ½ train + ½ x`.
    half: Option<&'m Distribution>,
}

impl<'m> Region<'m> {
    /// The pieces of a family, in order; one at a time, since there may be many.
    pub(crate) fn pieces(model: &'m Model, family: Family, mixed: bool) -> Box<dyn Iterator<Item = Self> + 'm> {
        match family {
            Family::Situations if !mixed => {
                let point = |state: &usize| Self::Point(vec![(*state, Number::Small(1, 1))]);
                Box::new(model.situations.iter().map(point))
            }
            _ => Box::new(std::iter::once_with(move || Self::whole(model, family))),
        }
    }

    fn whole(model: &'m Model, family: Family) -> Self {
        match family {
            Family::Train => Self::Point(model.train.clone()),
            Family::Situation(state) => Self::Point(vec![(state, Number::Small(1, 1))]),
            Family::All | Family::Situations => Self::Rows(Polytope::over(model.situations.clone(), None)),
            Family::Deploy => Polytope::of(&model.deploy, None),
            Family::Encountered => Polytope::of(&model.deploy, Some(&model.train)),
        }
    }

    /// The states that may have mass.
    pub(crate) fn starts(&self) -> Vec<usize> {
        match self {
            Self::Point(point) => point.iter().map(|(state, _)| *state).collect(),
            Self::Rows(polytope) => {
                let train = polytope.half.into_iter().flatten().map(|(state, _)| *state);
                polytope.listed.iter().copied().chain(train).collect()
            }
        }
    }

    /// How many multipliers a dual bound has.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Point(_) => 0,
            Self::Rows(polytope) => polytope.rows.len(),
        }
    }

    /// Adds the row `Σ ν g ≥ b`, or its negation; a point has no rows.
    pub(crate) fn cut(&mut self, terms: &[(usize, Number)], bound: &Rational, negated: bool) -> Result<(), Broken> {
        let Self::Rows(polytope) = self else { return Err(Condition::CutPoint.into()) };
        let coefficient = |state| mass_of(terms, state).map_or_else(Rational::zero, Number::exact);
        let sign = |number: Rational| if negated { number.negated() } else { number };
        let row = polytope.row(false, |state| Some(sign(coefficient(state))), &sign(bound.clone()));
        polytope.rows.push(row.ok_or(Condition::Dual)?);
        Ok(())
    }

    /// Takes the last row away.
    pub(crate) fn uncut(&mut self) {
        if let Self::Rows(polytope) = self {
            polytope.rows.pop();
        }
    }

    /// A number that `Σ ν(s) G(s)` does not exceed.
    ///
    /// Legal with multipliers `y`, not negative but for equations, if `g + yᵀA ≤ 0` in each variable; the number is
    /// `g_0 − yᵀb`. At a point it is the sum itself.
    pub(crate) fn bound(
        &self,
        value: impl Fn(usize) -> Result<Rational, Broken>,
        multipliers: &[Rational],
    ) -> Result<Rational, Broken> {
        match self {
            Self::Point(point) => expectation(point, value),
            Self::Rows(polytope) => polytope.bound(value, multipliers),
        }
    }
}

/// `Σ ν(s) G(s)`.
pub(crate) fn expectation(
    masses: &Distribution,
    value: impl Fn(usize) -> Result<Rational, Broken>,
) -> Result<Rational, Broken> {
    let terms: Result<Vec<Rational>, Broken> =
        masses.iter().map(|(state, mass)| Ok(mass.exact().times(&value(*state)?))).collect();
    Ok(Rational::sum(terms?))
}

fn mass_of(terms: &[(usize, Number)], state: usize) -> Option<&Number> {
    let at = terms.binary_search_by_key(&state, |(state, _)| *state).ok()?;
    terms.get(at).map(|(_, number)| number)
}

impl<'m> Polytope<'m> {
    /// Every distribution over the list.
    fn over(listed: Vec<usize>, half: Option<&'m Distribution>) -> Self {
        let one = Row {
            equation: true,
            terms: (0..listed.len()).map(|variable| (variable, Number::Small(1, 1))).collect(),
            bound: Rational::one(),
        };
        Self { variables: listed.len(), listed, rows: vec![one], half }
    }

    /// The deployment set, or the even mixtures of the training distribution with it.
    fn of(deploy: &Deployment, half: Option<&'m Distribution>) -> Region<'m> {
        let at = |center, state| mass(center, state).map_or_else(Rational::zero, Number::exact);
        let minus_one = || Number::Small(-1, 1);
        match deploy {
            Deployment::Point(point) => {
                Region::Point(half.map_or_else(|| point.clone(), |train| mixture(train, point)))
            }
            Deployment::Over(over) => Region::Rows(Self::over(over.clone(), half)),
            Deployment::TotalVariation { radius, center, over } => {
                let possible = |state: &usize| !radius.is_zero() || mass(center, *state).is_some();
                let mut region = Self::over(over.iter().copied().filter(possible).collect(), half);
                let listed = region.listed.len();
                let mut gained = Vec::new();
                for (variable, state) in region.listed.iter().enumerate() {
                    let gain = listed.saturating_add(variable);
                    let terms = vec![(gain, Number::Small(1, 1)), (variable, minus_one())];
                    region.rows.push(Row { equation: false, terms, bound: at(center, *state).negated() });
                    gained.push((gain, minus_one()));
                }
                region.rows.push(Row { equation: false, terms: gained, bound: radius.negated() });
                region.variables = listed.saturating_mul(2);
                Region::Rows(region)
            }
            Deployment::Ratio { bound, center, over } => {
                let possible = |state: &usize| mass(center, *state).is_some();
                let mut region = Self::over(over.iter().copied().filter(possible).collect(), half);
                for (variable, state) in region.listed.iter().enumerate() {
                    let least = bound.times(&at(center, *state)).negated();
                    region.rows.push(Row { equation: false, terms: vec![(variable, minus_one())], bound: least });
                }
                Region::Rows(region)
            }
            Deployment::Polytope { over, rows } => {
                let mut region = Self::over(over.clone(), half);
                for row in rows {
                    let sign = |n: Rational| if row.relation == Relation::AtMost { n.negated() } else { n };
                    let terms = row
                        .terms
                        .iter()
                        .map(|(variable, factor)| (*variable, Number::from(sign(factor.exact()))))
                        .collect();
                    let equation = row.relation == Relation::Equal;
                    region.rows.push(Row { equation, terms, bound: sign(row.bound.clone()) });
                }
                Region::Rows(region)
            }
        }
    }

    /// `Σ ν(s) g(s) ≥ bound` in the variables.
    fn row(&self, equation: bool, g: impl Fn(usize) -> Option<Rational>, bound: &Rational) -> Option<Row> {
        let share = |number: Rational| if self.half.is_some() { number.halved() } else { number };
        let mut terms = Vec::new();
        for (variable, state) in self.listed.iter().enumerate() {
            terms.push((variable, Number::from(share(g(*state)?))));
        }
        let mut fixed = Vec::new();
        for (state, mass) in self.half.into_iter().flatten() {
            fixed.push(mass.exact().times(&share(g(*state)?)));
        }
        Some(Row { equation, terms, bound: bound.minus(&Rational::sum(fixed)) })
    }

    fn bound(
        &self,
        value: impl Fn(usize) -> Result<Rational, Broken>,
        multipliers: &[Rational],
    ) -> Result<Rational, Broken> {
        if multipliers.len() != self.rows.len() {
            return Err(Condition::Dual.into());
        }
        let share = |number: Rational| if self.half.is_some() { number.halved() } else { number };
        // The coefficients of `g + yᵀA`.
        let mut coefficients = vec![Rational::zero(); self.variables];
        for (slot, state) in coefficients.iter_mut().zip(&self.listed) {
            *slot = share(value(*state)?);
        }
        let mut constants = Vec::new();
        if let Some(train) = self.half {
            constants.push(expectation(train, &value)?.halved());
        }
        for (row, multiplier) in self.rows.iter().zip(multipliers) {
            if multiplier.is_negative() && !row.equation {
                return Err(Condition::NegativeMultiplier.into());
            }
            if multiplier.is_zero() {
                continue;
            }
            for (variable, factor) in &row.terms {
                let slot = coefficients.get_mut(*variable).ok_or(Condition::Dual)?;
                *slot = slot.plus(&multiplier.times(&factor.exact()));
            }
            constants.push(multiplier.times(&row.bound).negated());
        }
        match coefficients.iter().position(Rational::is_positive) {
            Some(variable) => {
                Err(Broken { condition: Condition::Dual, state: self.listed.get(variable).copied(), choice: None })
            }
            None => Ok(Rational::sum(constants)),
        }
    }
}

#[cfg(test)]
mod tests;
