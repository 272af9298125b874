//! Regions of distributions as rows, and dual multipliers (`proofs/FORMAT.md`, section 1.4).

use std::fmt::Write as _;

use crate::decomposition::Family;
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::{Distribution, Rational, StateId};
use crate::problem::{DeploymentSet, Problem};
use crate::search::DistributionSet;

/// A row `Σ coefficient · variable ≥ bound`, or an equation.
#[derive(Clone)]
pub(super) struct RegionRow {
    pub(super) coefficients: Vec<(usize, Rational)>,
    pub(super) bound: Rational,
    pub(super) equation: bool,
}

/// A set of distributions over listed situations.
#[derive(Clone)]
pub(super) struct Region {
    /// What it is a region of, or was before it was cut.
    pub(super) set: DistributionSet,
    /// The one distribution, if it is a point.
    pub(super) point: Option<Distribution>,
    /// The listed situations; masses are the first variables. Empty for a point.
    pub(super) situations: Vec<StateId>,
    /// Number of variables.
    pub(super) variables: usize,
    /// The rows, as the checker makes them.
    pub(super) rows: Vec<RegionRow>,
    /// How many of the rows, the last ones, are cuts.
    pub(super) cuts: usize,
    /// The training distribution, if distributions are even mixtures with it.
    pub(super) blend: Option<Distribution>,
}

/// The largest value of a linear function on a region, with the multipliers that prove it.
pub(super) struct DualBound {
    pub(super) value: Rational,
    pub(super) multipliers: Vec<Rational>,
}

fn half() -> Rational {
    Rational::ONE / Rational::from(2)
}

impl Region {
    /// One distribution.
    pub(super) fn at(point: Distribution) -> Self {
        let set = DistributionSet::at_point(point.clone());
        Self { set, point: Some(point), situations: Vec::new(), variables: 0, rows: Vec::new(), cuts: 0, blend: None }
    }

    /// The pieces of a family; `mixed` takes all mixtures of the situations together.
    pub(super) fn pieces(problem: &Problem, family: Family, mixed: bool) -> Vec<Self> {
        match family {
            Family::Train => vec![Self::at(problem.train.clone())],
            Family::Deploy => vec![Self::deployed(problem, None)],
            Family::Encountered => vec![Self::deployed(problem, Some(problem.train.clone()))],
            Family::Situations if !mixed => {
                problem.situations.iter().map(|&state| Self::at(Distribution::point(state))).collect()
            }
            Family::All | Family::Situations => {
                vec![Self::over(DistributionSet::new(problem, family), problem.situations.clone(), None)]
            }
        }
    }

    fn over(set: DistributionSet, situations: Vec<StateId>, blend: Option<Distribution>) -> Self {
        let total = (0..situations.len()).map(|index| (index, Rational::ONE)).collect();
        let rows = vec![RegionRow { coefficients: total, bound: Rational::ONE, equation: true }];
        Self { set, point: None, variables: situations.len(), situations, rows, cuts: 0, blend }
    }

    fn deployed(problem: &Problem, blend: Option<Distribution>) -> Self {
        let family = if blend.is_some() { Family::Encountered } else { Family::Deploy };
        let set = DistributionSet::new(problem, family);
        let possible = |over: &[StateId], center: &Distribution, all: bool| -> Vec<StateId> {
            over.iter().copied().filter(|&state| all || !center.mass(state).is_zero()).collect()
        };
        match &problem.deploy {
            DeploymentSet::Point(point) => Self::at(match &blend {
                Some(train) => point.mixed_with(train),
                None => point.clone(),
            }),
            DeploymentSet::Over(over) => Self::over(set, over.clone(), blend),
            DeploymentSet::TotalVariation { center, radius, over } => {
                let mut region = Self::over(set, possible(over, center, !radius.is_zero()), blend);
                let count = region.situations.len();
                region.variables = 2 * count;
                for index in 0..count {
                    let coefficients = vec![(index, -Rational::ONE), (count + index, Rational::ONE)];
                    region.add(coefficients, -center.mass(region.situations[index]), false);
                }
                region.add((count..2 * count).map(|index| (index, -Rational::ONE)).collect(), -radius, false);
                region
            }
            DeploymentSet::LikelihoodRatio { center, bound, over } => {
                let mut region = Self::over(set, possible(over, center, false), blend);
                for index in 0..region.situations.len() {
                    let most = bound * center.mass(region.situations[index]);
                    region.add(vec![(index, -Rational::ONE)], -most, false);
                }
                region
            }
            DeploymentSet::Polytope { over, constraints } => {
                let mut region = Self::over(set, over.clone(), blend);
                for constraint in constraints {
                    let sign = if constraint.relation == Relation::AtMost { -Rational::ONE } else { Rational::ONE };
                    let coefficients = constraint
                        .coefficients
                        .iter()
                        .filter_map(|(state, weight)| {
                            Some((over.iter().position(|other| other == state)?, weight * &sign))
                        })
                        .collect();
                    region.add(coefficients, &constraint.bound * &sign, constraint.relation == Relation::Equal);
                }
                region
            }
        }
    }

    fn add(&mut self, coefficients: Vec<(usize, Rational)>, bound: Rational, equation: bool) {
        self.rows.push(RegionRow { coefficients, bound, equation });
    }

    /// The part of the region on which `Σ ν(s) gain(s) ≥ bound`.
    pub(super) fn cut(&self, gain: &dyn Fn(StateId) -> Rational, bound: &Rational) -> Self {
        let (weights, constant) = self.functional(gain);
        let mut part = self.clone();
        part.add(weights.into_iter().enumerate().collect(), bound - constant, false);
        part.cuts += 1;
        part
    }

    /// Every state that may have mass: the listed situations, and the training half of mixtures.
    pub(super) fn sources(&self) -> Vec<StateId> {
        let mut sources = match &self.point {
            Some(point) => point.support().collect(),
            None => self.situations.clone(),
        };
        sources.extend(self.blend.iter().filter(|_| self.point.is_none()).flat_map(Distribution::support));
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// `Σ ν(s) gain(s)` in the variables: a weight for each situation and a constant.
    pub(super) fn functional(&self, gain: &dyn Fn(StateId) -> Rational) -> (Vec<Rational>, Rational) {
        if let Some(point) = &self.point {
            return (Vec::new(), point.iter().fold(Rational::ZERO, |sum, (state, mass)| sum + gain(state) * mass));
        }
        match &self.blend {
            None => (self.situations.iter().map(|&state| gain(state)).collect(), Rational::ZERO),
            Some(train) => (
                self.situations.iter().map(|&state| gain(state) * half()).collect(),
                train.iter().fold(Rational::ZERO, |sum, (state, mass)| sum + gain(state) * mass) * half(),
            ),
        }
    }

    /// The largest value of `Σ ν(s) gain(s)` with multipliers; `None` if the region is empty or too odd.
    pub(super) fn largest(&self, gain: &dyn Fn(StateId) -> Rational) -> Option<DualBound> {
        let (weights, constant) = self.functional(gain);
        if self.point.is_some() {
            return Some(DualBound { value: constant, multipliers: Vec::new() });
        }
        if self.rows.len() == 1 {
            let most = weights.iter().max()?.clone();
            return Some(DualBound { value: &most + constant, multipliers: vec![-most] });
        }
        let program = self.dual_program(&[weights], std::slice::from_ref(&constant), &[false], true);
        let Outcome::Optimal { value, point } = program.solve() else { return None };
        let multipliers = self.region_multipliers(&point[1..]);
        Some(DualBound { value: -value, multipliers })
    }

    /// The program for multipliers of constraints `Σ ν G_j + constant_j` (constants include minus their bounds)
    /// and of the region: maximise `−(dual bound of Σ y_j (G_j + constant_j))`. The chosen multipliers sum to 1:
    /// those of strict constraints, or all of them.
    pub(super) fn dual_program(
        &self,
        weights: &[Vec<Rational>],
        constants: &[Rational],
        strict: &[bool],
        all: bool,
    ) -> LinearProgram {
        let constraints = weights.len();
        let free: Vec<usize> = (0..self.rows.len()).filter(|&row| self.rows[row].equation).collect();
        let mut program = LinearProgram {
            variables: constraints + self.rows.len() + free.len(),
            rows: Vec::new(),
            objective: Vec::new(),
        };
        let mut columns: Vec<Vec<(usize, Rational)>> = vec![Vec::new(); self.variables];
        for (index, row) in self.rows.iter().enumerate() {
            for (variable, coefficient) in &row.coefficients {
                columns[*variable].push((constraints + index, coefficient.clone()));
            }
            program.objective.push((constraints + index, row.bound.clone()));
        }
        // An equation's multiplier is the difference of two nonnegative variables.
        for (position, &row) in free.iter().enumerate() {
            let negative = constraints + self.rows.len() + position;
            for (variable, coefficient) in &self.rows[row].coefficients {
                columns[*variable].push((negative, -coefficient));
            }
            program.objective.push((negative, -&self.rows[row].bound));
        }
        for (constraint, weights) in weights.iter().enumerate() {
            for (variable, weight) in weights.iter().enumerate() {
                columns[variable].push((constraint, weight.clone()));
            }
            program.objective.push((constraint, -&constants[constraint]));
        }
        for coefficients in columns {
            program.rows.push(Row { coefficients, relation: Relation::AtMost, bound: Rational::ZERO });
        }
        let counted = (0..constraints).filter(|&index| all || strict[index]).map(|index| (index, Rational::ONE));
        program.rows.push(Row { coefficients: counted.collect(), relation: Relation::Equal, bound: Rational::ONE });
        program
    }

    /// The multipliers of the rows from the variables after the constraints' of [`Region::dual_program`].
    pub(super) fn region_multipliers(&self, variables: &[Rational]) -> Vec<Rational> {
        let mut multipliers: Vec<Rational> = variables[..self.rows.len()].to_vec();
        let free = (0..self.rows.len()).filter(|&row| self.rows[row].equation);
        for (row, negative) in free.zip(&variables[self.rows.len()..]) {
            multipliers[row] -= negative;
        }
        multipliers
    }
}

/// Multipliers as the certificate writes them.
pub(super) fn dual_text(multipliers: &[Rational]) -> String {
    let mut text = format!("d {}", multipliers.len());
    for multiplier in multipliers {
        let _ = write!(text, " {multiplier}");
    }
    text
}
