//! Linear expressions and constraints over the reals, with exact coefficients.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use super::{Model, Rational};

/// A real variable of one solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RealVar(pub(super) usize);

/// `c₁·x₁ + … + cₙ·xₙ + constant`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinExpr {
    /// No coefficient in it is zero.
    terms: BTreeMap<RealVar, Rational>,
    constant: Rational,
}

/// How the two sides of a constraint compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `≤`
    Le,
    /// `<`
    Lt,
    /// `≥`
    Ge,
    /// `>`
    Gt,
    /// `=`
    Eq,
}

/// `expression ⋈ 0`, made by comparing two expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinConstraint {
    /// The left-hand side minus the right-hand side.
    pub expression: LinExpr,
    /// How it compares with zero.
    pub relation: Relation,
}

impl LinExpr {
    /// The expression that is 0.
    #[must_use]
    pub fn zero() -> Self {
        Self::default()
    }

    /// `coefficient · variable`.
    #[must_use]
    pub fn term(coefficient: Rational, variable: RealVar) -> Self {
        let mut expression = Self::zero();
        expression.add_term(&coefficient, variable);
        expression
    }

    /// Adds `coefficient · variable`.
    pub fn add_term(&mut self, coefficient: &Rational, variable: RealVar) {
        let sum = self.terms.entry(variable).or_default();
        *sum += coefficient;
        if sum.is_zero() {
            self.terms.remove(&variable);
        }
    }

    /// The variables with their coefficients, none of which is zero, in the order of the variables.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = (RealVar, &Rational)> {
        self.terms.iter().map(|(variable, c)| (*variable, c))
    }

    /// The summand without a variable.
    #[must_use]
    pub fn constant(&self) -> &Rational {
        &self.constant
    }

    /// The value under `model`.
    #[must_use]
    pub fn value(&self, model: &Model) -> Rational {
        self.terms().fold(self.constant.clone(), |sum, (variable, c)| sum + c * model.value(variable))
    }

    /// `self ⋈ right`.
    #[must_use]
    pub fn compare(self, relation: Relation, right: impl Into<LinExpr>) -> LinConstraint {
        LinConstraint { expression: self - right.into(), relation }
    }

    /// `self ≤ right`.
    #[must_use]
    pub fn le(self, right: impl Into<LinExpr>) -> LinConstraint {
        self.compare(Relation::Le, right)
    }

    /// `self < right`.
    #[must_use]
    pub fn lt(self, right: impl Into<LinExpr>) -> LinConstraint {
        self.compare(Relation::Lt, right)
    }

    /// `self ≥ right`.
    #[must_use]
    pub fn ge(self, right: impl Into<LinExpr>) -> LinConstraint {
        self.compare(Relation::Ge, right)
    }

    /// `self > right`.
    #[must_use]
    pub fn gt(self, right: impl Into<LinExpr>) -> LinConstraint {
        self.compare(Relation::Gt, right)
    }

    /// `self = right`.
    #[must_use]
    pub fn equals(self, right: impl Into<LinExpr>) -> LinConstraint {
        self.compare(Relation::Eq, right)
    }
}

impl LinConstraint {
    /// Whether it is true under `model`.
    #[must_use]
    pub fn holds(&self, model: &Model) -> bool {
        self.relation.holds(&self.expression.value(model), &Rational::ZERO)
    }
}

impl Relation {
    /// Whether `left ⋈ right`.
    #[must_use]
    pub fn holds(self, left: &Rational, right: &Rational) -> bool {
        match self {
            Relation::Le => left <= right,
            Relation::Lt => left < right,
            Relation::Ge => left >= right,
            Relation::Gt => left > right,
            Relation::Eq => left == right,
        }
    }
}

impl From<RealVar> for LinExpr {
    fn from(variable: RealVar) -> Self {
        Self::term(Rational::ONE, variable)
    }
}

impl From<Rational> for LinExpr {
    fn from(constant: Rational) -> Self {
        Self { terms: BTreeMap::new(), constant }
    }
}

impl From<&Rational> for LinExpr {
    fn from(constant: &Rational) -> Self {
        constant.clone().into()
    }
}

impl From<i64> for LinExpr {
    fn from(constant: i64) -> Self {
        Rational::from(constant).into()
    }
}

impl AddAssign for LinExpr {
    fn add_assign(&mut self, other: Self) {
        self.constant += other.constant;
        for (variable, c) in &other.terms {
            self.add_term(c, *variable);
        }
    }
}

impl SubAssign for LinExpr {
    fn sub_assign(&mut self, other: Self) {
        *self += -other;
    }
}

impl<T: Into<LinExpr>> Add<T> for LinExpr {
    type Output = Self;
    fn add(mut self, other: T) -> Self {
        self += other.into();
        self
    }
}

impl<T: Into<LinExpr>> Sub<T> for LinExpr {
    type Output = Self;
    fn sub(mut self, other: T) -> Self {
        self -= other.into();
        self
    }
}

impl Neg for LinExpr {
    type Output = Self;
    fn neg(self) -> Self {
        self * &Rational::NEG_ONE
    }
}

impl Mul<&Rational> for LinExpr {
    type Output = Self;
    fn mul(mut self, factor: &Rational) -> Self {
        if factor.is_zero() {
            return Self::zero();
        }
        self.constant *= factor;
        for c in self.terms.values_mut() {
            *c *= factor;
        }
        self
    }
}

impl std::iter::Sum for LinExpr {
    fn sum<I: Iterator<Item = Self>>(expressions: I) -> Self {
        expressions.fold(Self::zero(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_cancel_are_gone() {
        let x = LinExpr::from(RealVar(0));
        assert_eq!(x.clone() + 3 - x.clone(), LinExpr::from(3));
        assert_eq!(x.clone() * &Rational::ZERO, LinExpr::zero());
        assert_eq!([x.clone(), -x].into_iter().sum::<LinExpr>(), LinExpr::zero());
    }

    #[test]
    fn comparing_moves_the_right_side_over() {
        let (x, y) = (RealVar(0), RealVar(1));
        let constraint = LinExpr::from(x).lt(LinExpr::term(Rational::from(2), y) + 5);
        let expected = LinExpr::from(x) + LinExpr::term(Rational::from(-2), y) - 5;
        assert_eq!(constraint.expression, expected);
        assert_eq!(constraint.relation, Relation::Lt);
    }

    #[test]
    fn strict_and_weak_differ_at_equality_only() {
        let model = Model::new(vec![], vec![Rational::from(7)]);
        let x = LinExpr::from(RealVar(0));
        assert!(x.clone().le(7).holds(&model) && !x.clone().lt(7).holds(&model));
        assert!(x.clone().ge(7).holds(&model) && !x.clone().gt(7).holds(&model));
        assert!(x.clone().equals(7).holds(&model) && !x.equals(8).holds(&model));
    }
}
