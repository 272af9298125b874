//! Rational linear systems over the integers: rows scaled one by one, the right-hand side by one factor.

use dashu_int::ops::Gcd;
use dashu_int::{IBig, UBig};

use crate::mdp::Rational;

/// An integer system `A x = c`; the solution sought is `x / scale`.
pub(super) struct IntegerSystem {
    pub(super) rows: Vec<Vec<(usize, IBig)>>,
    pub(super) rhs: Vec<IBig>,
    pub(super) scale: UBig,
}

/// Numerators over one denominator.
pub(super) struct CommonFraction {
    pub(super) numerators: Vec<IBig>,
    pub(super) denominator: UBig,
}

impl IntegerSystem {
    /// The system `matrix · v = rhs`.
    pub(super) fn new(matrix: &[Vec<(usize, Rational)>], rhs: &[Rational]) -> Self {
        let mut rows = Vec::with_capacity(matrix.len());
        let mut scaled = Vec::with_capacity(matrix.len());
        for (row, bound) in matrix.iter().zip(rhs) {
            let multiple = row.iter().fold(UBig::ONE, |sofar, (_, value)| lcm(sofar, value.denominator()));
            let integers =
                row.iter().map(|(column, value)| (*column, value.numerator() * (&multiple / value.denominator())));
            rows.push(integers.collect());
            scaled.push((bound, multiple));
        }
        let scale = scaled.iter().fold(UBig::ONE, |sofar, (value, _)| lcm(sofar, value.denominator()));
        let rhs = scaled
            .into_iter()
            .map(|(value, multiple)| value.numerator() * (&scale / value.denominator()) * multiple)
            .collect();
        Self { rows, rhs, scale }
    }

    /// Whether `A x = c` holds exactly for these fractions.
    pub(super) fn is_solved_by(&self, solution: &CommonFraction) -> bool {
        self.rows.iter().zip(&self.rhs).all(|(row, bound)| {
            let left = row.iter().fold(IBig::ZERO, |sum, (column, value)| sum + &solution.numerators[*column] * value);
            left == bound * &solution.denominator
        })
    }

    /// The solution sought, from one of `A x = c`.
    pub(super) fn unscaled(&self, solution: CommonFraction) -> Vec<Rational> {
        let denominator = solution.denominator * &self.scale;
        solution.numerators.into_iter().map(|value| Rational::from_parts(value, denominator.clone())).collect()
    }
}

fn lcm(left: UBig, right: &UBig) -> UBig {
    if right.is_one() || &left == right {
        return left;
    }
    let shared = (&left).gcd(right);
    left / shared * right
}
