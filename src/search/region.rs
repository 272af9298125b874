//! Regions of distributions cut out by linear conditions, strict and not, decided exactly.

use crate::budget::{Budget, Exhausted};
use crate::lp::{Outcome, Relation, Row};
use crate::mdp::{Distribution, Rational, StateId};
use crate::search::distributions::DistributionSet;

/// `Σ ν(s) gain(s) ≥ bound`, or `>` where it is used as strict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Gains by state; situations that are not listed gain nothing.
    pub gain: Vec<(StateId, Rational)>,
    /// The bound.
    pub bound: Rational,
}

impl Condition {
    /// `Σ ν(s) gain(s) − bound` at one distribution.
    fn margin(&self, at: &Distribution) -> Rational {
        let gained = self.gain.iter().fold(Rational::ZERO, |sum, (state, gain)| sum + gain * at.mass(*state));
        gained - &self.bound
    }

    /// The strict condition that holds exactly where this one does not.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { gain: self.gain.iter().map(|(state, gain)| (*state, -gain)).collect(), bound: -&self.bound }
    }
}

/// The face of a distribution set on which exactly these base situations have mass.
#[derive(Debug, Clone)]
pub struct Face<'a> {
    /// The set.
    pub set: &'a DistributionSet,
    /// Base situations with positive mass, the others having none; `None` for the whole set.
    pub support: Option<Vec<StateId>>,
}

impl Face<'_> {
    /// A distribution of the face that satisfies all conditions, `strict` ones strictly.
    #[must_use]
    pub fn find(&self, conditions: &[Condition], strict: &[Condition]) -> Option<Distribution> {
        if let Some(point) = self.set.point() {
            let holds = conditions.iter().all(|condition| condition.margin(&point) >= Rational::ZERO)
                && strict.iter().all(|condition| condition.margin(&point) > Rational::ZERO)
                && self.support.as_ref().is_none_or(|support| support.len() == self.set.over().len());
            return holds.then_some(point);
        }
        let mut program = self.set.program();
        // One more variable: by how much the strict conditions hold. It is at most 1, so the program is bounded.
        let slack = program.variables;
        program.variables += 1;
        program.objective = vec![(slack, Rational::ONE)];
        let one = Row { coefficients: vec![(slack, Rational::ONE)], relation: Relation::AtMost, bound: Rational::ONE };
        program.rows.push(one);
        let over = self.set.over();
        if let Some(support) = &self.support {
            for (index, state) in over.iter().enumerate() {
                let mass = (index, Rational::ONE);
                program.rows.push(if support.contains(state) {
                    Row {
                        coefficients: vec![mass, (slack, -Rational::ONE)],
                        relation: Relation::AtLeast,
                        bound: Rational::ZERO,
                    }
                } else {
                    Row { coefficients: vec![mass], relation: Relation::Equal, bound: Rational::ZERO }
                });
            }
        }
        for (condition, is_strict) in conditions
            .iter()
            .map(|condition| (condition, false))
            .chain(strict.iter().map(|condition| (condition, true)))
        {
            let gain = |state: StateId| {
                let own = condition.gain.iter().find(|(candidate, _)| *candidate == state);
                own.map_or(Rational::ZERO, |(_, gain)| gain.clone())
            };
            let functional = self.set.functional(gain);
            let mut coefficients: Vec<_> = functional.weights.into_iter().enumerate().collect();
            if is_strict {
                coefficients.push((slack, -Rational::ONE));
            }
            let bound = &condition.bound - functional.constant;
            program.rows.push(Row { coefficients, relation: Relation::AtLeast, bound });
        }
        match program.solve() {
            Outcome::Optimal { value, point } if value > Rational::ZERO => self.set.at(&point),
            _ => None,
        }
    }

    /// A distribution of the face in none of the cells, each cell a conjunction of conditions.
    ///
    /// A point of what is left either is outside all cells or shows which cell to subtract next: outside a
    /// cell one of its conditions fails strictly, and the pieces are kept apart.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn find_outside(&self, cells: &[Vec<Condition>], budget: &Budget) -> Result<Option<Distribution>, Exhausted> {
        self.outside(cells, &mut Vec::new(), &mut Vec::new(), budget)
    }

    fn outside(
        &self,
        cells: &[Vec<Condition>],
        holding: &mut Vec<Condition>,
        failing: &mut Vec<Condition>,
        budget: &Budget,
    ) -> Result<Option<Distribution>, Exhausted> {
        budget.check()?;
        let Some(here) = self.find(holding, failing) else { return Ok(None) };
        let covers = |cell: &&Vec<Condition>| cell.iter().all(|row| row.margin(&here) >= Rational::ZERO);
        let Some(cell) = cells.iter().filter(covers).min_by_key(|cell| cell.len()) else { return Ok(Some(here)) };
        let kept = holding.len();
        let mut found = None;
        for condition in cell {
            failing.push(condition.negated());
            // A condition that cuts nothing off needs no piece and need not be remembered.
            if self.find(holding, failing).is_some() {
                found = self.outside(cells, holding, failing, budget)?;
                holding.push(condition.clone());
            }
            failing.pop();
            if found.is_some() {
                break;
            }
        }
        holding.truncate(kept);
        Ok(found)
    }
}
