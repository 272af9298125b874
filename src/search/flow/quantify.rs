//! Sets of distributions in linear arithmetic: some member, and every member.

use std::collections::BTreeMap;

use crate::lp;
use crate::mdp::{Distribution, Rational, StateId};
use crate::search::distributions::DistributionSet;
use crate::search::flow::Encoder;
use crate::smt::{LinExpr, Relation};

/// A distribution whose masses may be variables.
pub(super) struct Start {
    /// The mass of each state that may have some.
    pub(super) mass: BTreeMap<StateId, LinExpr>,
    /// What the value is compared with.
    pub(super) bound: LinExpr,
}

impl Encoder<'_> {
    /// Some distribution of the set, compared with `Σ ν(s) base(s) + bound`.
    pub(super) fn some_of(
        &mut self,
        set: &DistributionSet,
        bound: &Rational,
        base: impl Fn(StateId) -> Rational,
    ) -> Start {
        let mut mass: BTreeMap<StateId, LinExpr> = BTreeMap::new();
        if let Some(point) = set.point() {
            mass.extend(point.iter().map(|(state, mass)| (state, LinExpr::from(mass))));
        } else {
            let program = set.program();
            let variables: Vec<_> = (0..program.variables).map(|_| self.nonnegative()).collect();
            for row in &program.rows {
                let sum: LinExpr =
                    row.coefficients.iter().map(|(index, weight)| variables[*index].clone() * weight).sum();
                self.solver.assert(sum.compare(relation(row.relation), &row.bound).into());
            }
            let (own, train) = set.shares();
            for (state, variable) in set.over().into_iter().zip(variables) {
                mass.insert(state, variable * &own);
            }
            for (state, share) in train {
                *mass.entry(state).or_default() += LinExpr::from(share);
            }
        }
        let offset: LinExpr = mass.iter().map(|(state, mass)| mass.clone() * &base(*state)).sum();
        Start { mass, bound: offset + bound }
    }

    /// Some mixture of the points, compared with the same mixture of their bounds: if the mixture is below,
    /// so is one of the points.
    pub(super) fn some_mixture(&mut self, points: &[(Distribution, Rational)]) -> Start {
        let shares: Vec<LinExpr> = match points {
            [_] => vec![LinExpr::from(1)],
            _ => points.iter().map(|_| self.nonnegative()).collect(),
        };
        if points.len() != 1 {
            self.solver.assert(shares.iter().cloned().sum::<LinExpr>().equals(1).into());
        }
        let mut start = Start { mass: BTreeMap::new(), bound: LinExpr::zero() };
        for ((point, bound), share) in points.iter().zip(shares) {
            for (state, mass) in point.iter() {
                *start.mass.entry(state).or_default() += share.clone() * mass;
            }
            start.bound += share * bound;
        }
        start
    }

    /// `Σ ν(s) gain(s) ≥ bound` for every distribution of the set.
    ///
    /// Point by point where the extreme points are listed; by linear programming duality elsewhere: weights
    /// on the rows that describe the set prove the bound, and such weights exist whenever it holds.
    pub(super) fn every_of(&mut self, set: &DistributionSet, bound: &Rational, gain: impl Fn(StateId) -> LinExpr) {
        if let Some(points) = set.extreme_points() {
            for point in points {
                let sum: LinExpr = point.iter().map(|(state, mass)| gain(state) * mass).sum();
                self.solver.assert(sum.ge(bound).into());
            }
            return;
        }
        let (own, train) = set.shares();
        let program = set.program();
        let mut columns = vec![LinExpr::zero(); program.variables];
        let mut proved: LinExpr = train.into_iter().map(|(state, share)| gain(state) * &share).sum();
        for row in &program.rows {
            let weight = LinExpr::from(self.solver.real_var());
            match row.relation {
                lp::Relation::Equal => {}
                lp::Relation::AtLeast => self.solver.assert(weight.clone().ge(0).into()),
                lp::Relation::AtMost => self.solver.assert(weight.clone().le(0).into()),
            }
            for (index, coefficient) in &row.coefficients {
                columns[*index] += weight.clone() * coefficient;
            }
            proved += weight * &row.bound;
        }
        let over = set.over();
        for (index, column) in columns.into_iter().enumerate() {
            let most = over.get(index).map_or_else(LinExpr::zero, |&state| gain(state) * &own);
            self.solver.assert(column.le(most).into());
        }
        self.solver.assert(proved.ge(bound).into());
    }

    /// A new variable that is not negative.
    pub(super) fn nonnegative(&mut self) -> LinExpr {
        let variable = LinExpr::from(self.solver.real_var());
        self.solver.assert(variable.clone().ge(0).into());
        variable
    }
}

fn relation(relation: lp::Relation) -> Relation {
    match relation {
        lp::Relation::AtMost => Relation::Le,
        lp::Relation::AtLeast => Relation::Ge,
        lp::Relation::Equal => Relation::Eq,
    }
}
