//! Sets of weights: a box cut by linear conditions, strict and not, decided exactly.

use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::Rational;

/// How a linear function of the weights compares with its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Equal to it.
    Equal,
    /// At least it.
    AtLeast,
    /// More than it.
    Above,
}

/// `normal · w  side  bound`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WeightRow {
    /// Coefficients, one for each weight.
    pub normal: Vec<Rational>,
    /// The comparison.
    pub side: Side,
    /// The right-hand side.
    pub bound: Rational,
}

impl WeightRow {
    /// A condition on `normal · w` against 0.
    #[must_use]
    pub fn homogeneous(normal: Vec<Rational>, side: Side) -> Self {
        Self { normal, side, bound: Rational::ZERO }
    }

    /// The weight at `index`, times `factor`, is above 0.
    #[must_use]
    pub fn signed(size: usize, index: usize, factor: Rational) -> Self {
        let mut normal = vec![Rational::ZERO; size];
        normal[index] = factor;
        Self::homogeneous(normal, Side::Above)
    }

    /// Whether the weights satisfy it.
    #[must_use]
    pub fn holds(&self, weights: &[Rational]) -> bool {
        let value = dot(&self.normal, weights);
        match self.side {
            Side::Equal => value == self.bound,
            Side::AtLeast => value >= self.bound,
            Side::Above => value > self.bound,
        }
    }

    /// Conditions, one of which holds exactly where this one does not.
    #[must_use]
    pub fn negations(&self) -> Vec<Self> {
        let reversed = || self.normal.iter().map(|entry| -entry).collect::<Vec<_>>();
        let row = |normal, side, bound| Self { normal, side, bound };
        match self.side {
            Side::Equal => vec![
                row(self.normal.clone(), Side::Above, self.bound.clone()),
                row(reversed(), Side::Above, -&self.bound),
            ],
            Side::AtLeast => vec![row(reversed(), Side::Above, -&self.bound)],
            Side::Above => vec![row(reversed(), Side::AtLeast, -&self.bound)],
        }
    }
}

/// `Σ leftᵢ · rightᵢ`.
#[must_use]
pub fn dot(left: &[Rational], right: &[Rational]) -> Rational {
    left.iter()
        .zip(right)
        .filter(|(left, right)| !left.is_zero() && !right.is_zero())
        .fold(Rational::ZERO, |sum, (left, right)| sum + left * right)
}

/// The weights of a box that satisfy all rows.
#[derive(Debug, Clone)]
pub struct WeightRegion {
    /// The least value of each weight.
    pub lower: Vec<Rational>,
    /// The largest value of each weight.
    pub upper: Vec<Rational>,
    /// The conditions.
    pub rows: Vec<WeightRow>,
}

impl WeightRegion {
    /// Every weight between −1 and 1: up to a positive factor, all weights.
    #[must_use]
    pub fn all(size: usize) -> Self {
        Self { lower: vec![Rational::NEG_ONE; size], upper: vec![Rational::ONE; size], rows: Vec::new() }
    }

    /// Number of weights.
    #[must_use]
    pub fn size(&self) -> usize {
        self.lower.len()
    }

    /// The same region with one more condition.
    #[must_use]
    pub fn with(&self, row: WeightRow) -> Self {
        let mut region = self.clone();
        region.rows.push(row);
        region
    }

    /// Whether weights are in it.
    #[must_use]
    pub fn contains(&self, weights: &[Rational]) -> bool {
        let inside = |((weight, lower), upper): ((&Rational, &Rational), &Rational)| weight >= lower && weight <= upper;
        weights.iter().zip(&self.lower).zip(&self.upper).all(inside) && self.rows.iter().all(|row| row.holds(weights))
    }

    /// Some weights of the region, short numbers where the conditions leave room; `None` if there are none.
    #[must_use]
    pub fn find(&self) -> Option<Vec<Rational>> {
        let mut program = self.program();
        let margin = program.variables;
        program.variables += 1;
        program.objective = vec![(margin, Rational::ONE)];
        let most =
            Row { coefficients: vec![(margin, Rational::ONE)], relation: Relation::AtMost, bound: Rational::ONE };
        program.rows.push(most);
        for (row, condition) in program.rows.iter_mut().zip(&self.rows) {
            if condition.side == Side::Above {
                row.coefficients.push((margin, Rational::NEG_ONE));
            }
        }
        match program.solve() {
            Outcome::Optimal { value, point } if value > Rational::ZERO => {
                let weights: Vec<Rational> =
                    self.lower.iter().zip(&point).map(|(lower, offset)| lower + offset).collect();
                Some(self.shortened(weights))
            }
            _ => None,
        }
    }

    /// Some weights of the region that are not all 0; `None` if there are none.
    #[must_use]
    pub fn find_nonzero(&self) -> Option<Vec<Rational>> {
        (0..self.size())
            .flat_map(|index| [(index, Rational::ONE), (index, Rational::NEG_ONE)])
            .find_map(|(index, factor)| self.with(WeightRow::signed(self.size(), index, factor)).find())
    }

    /// The region without 0, in pieces that do not overlap: by the first weight that is not 0.
    #[must_use]
    pub fn without_zero(&self) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut rest = self.clone();
        for index in 0..self.size() {
            let above = WeightRow::signed(self.size(), index, Rational::ONE);
            let below = WeightRow::signed(self.size(), index, Rational::NEG_ONE);
            let zero = WeightRow { side: Side::Equal, ..above.clone() };
            pieces.push(rest.with(above));
            pieces.push(rest.with(below));
            rest.rows.push(zero);
        }
        pieces
    }

    /// The region as a linear program in `w − lower`, its first rows those of the conditions, not yet strict.
    #[must_use]
    pub fn program(&self) -> LinearProgram {
        let mut rows = Vec::new();
        for condition in &self.rows {
            let coefficients = condition.normal.iter().cloned().enumerate().filter(|(_, entry)| !entry.is_zero());
            rows.push(Row {
                coefficients: coefficients.collect(),
                relation: if condition.side == Side::Equal { Relation::Equal } else { Relation::AtLeast },
                bound: &condition.bound - dot(&condition.normal, &self.lower),
            });
        }
        for (index, (lower, upper)) in self.lower.iter().zip(&self.upper).enumerate() {
            rows.push(Row {
                coefficients: vec![(index, Rational::ONE)],
                relation: Relation::AtMost,
                bound: upper - lower,
            });
        }
        LinearProgram { variables: self.size(), rows, objective: Vec::new() }
    }

    /// The nearest weights with a small common denominator that are still in the region, or the same.
    fn shortened(&self, weights: Vec<Rational>) -> Vec<Rational> {
        for bits in [0usize, 1, 2, 3, 4, 6, 8, 12, 16] {
            let scale = Rational::from(1i64 << bits);
            let near: Vec<Rational> =
                weights.iter().map(|weight| Rational::from((weight * &scale).round()) / &scale).collect();
            if near.iter().any(|weight| !weight.is_zero()) && self.contains(&near) {
                return near;
            }
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(normal: [i64; 2], side: Side) -> WeightRow {
        WeightRow::homogeneous(normal.into_iter().map(Rational::from).collect(), side)
    }

    #[test]
    fn strict_rows_are_strict_and_zero_is_left_out() {
        let ray = WeightRegion::all(2).with(row([1, -1], Side::AtLeast)).with(row([-1, 1], Side::AtLeast));
        assert_eq!(ray.find_nonzero(), Some(vec![Rational::ONE, Rational::ONE]));
        assert_eq!(ray.with(row([1, -1], Side::Above)).find(), None);
        let point = ray.with(row([1, 1], Side::Equal));
        assert_eq!(point.find_nonzero(), None);
        assert!(point.find().is_some());
    }

    #[test]
    fn pieces_without_zero_cover_and_do_not_overlap() {
        let pieces = WeightRegion::all(2).without_zero();
        for x in -2..3i64 {
            for y in -2..3i64 {
                let weights = [Rational::from(x) / Rational::from(2), Rational::from(y) / Rational::from(2)];
                let count = pieces.iter().filter(|piece| piece.contains(&weights)).count();
                assert_eq!(count, usize::from((x, y) != (0, 0)));
            }
        }
    }

    #[test]
    fn negations_hold_where_the_row_does_not() {
        for side in [Side::Equal, Side::AtLeast, Side::Above] {
            let row = row([2, -1], side);
            for x in -2..3i64 {
                let weights = [Rational::from(x), Rational::ONE];
                assert_eq!(row.holds(&weights), !row.negations().iter().any(|row| row.holds(&weights)));
            }
        }
    }
}
