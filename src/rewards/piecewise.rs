//! Functions that are a polynomial on each of finitely many intervals.

use crate::mdp::Rational;

/// A function on `[0, 1]`, a polynomial between neighbouring breakpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PiecewisePolynomial {
    /// From 0 to 1.
    breakpoints: Vec<Rational>,
    /// For each interval the coefficients, the constant first.
    pieces: Vec<Vec<Rational>>,
}

impl PiecewisePolynomial {
    /// The constant 1.
    #[must_use]
    pub fn one() -> Self {
        Self { breakpoints: vec![Rational::ZERO, Rational::ONE], pieces: vec![vec![Rational::ONE]] }
    }

    /// The function that is a polynomial of degree at most `degree` between the given breakpoints, from its values; `breakpoints` need no
    /// order, and 0 and 1 are added.
    ///
    /// # Errors
    /// When the function has no value at some point.
    pub fn interpolated<E>(
        breakpoints: impl IntoIterator<Item = Rational>,
        degree: usize,
        function: impl Fn(&Rational) -> Result<Rational, E>,
    ) -> Result<Self, E> {
        let inside = breakpoints.into_iter().filter(|point| Rational::ZERO < *point && *point < Rational::ONE);
        let mut breakpoints: Vec<Rational> = inside.chain([Rational::ZERO, Rational::ONE]).collect();
        breakpoints.sort();
        breakpoints.dedup();
        let piece = |ends: &[Rational]| {
            // Strictly inside, where the function is the polynomial for certain.
            let width = &ends[1] - &ends[0];
            let parts = Rational::from(degree + 2);
            let points: Vec<Rational> =
                (1..=degree + 1).map(|part| &ends[0] + &width * Rational::from(part) / &parts).collect();
            let values: Vec<Rational> = points.iter().map(&function).collect::<Result<_, E>>()?;
            Ok(interpolate(&points, &values))
        };
        let pieces = breakpoints.windows(2).map(piece).collect::<Result<_, E>>()?;
        Ok(Self { breakpoints, pieces })
    }

    /// The value at a point of `[0, 1]`; at a breakpoint, that of the piece on the left.
    #[must_use]
    pub fn at(&self, point: &Rational) -> Rational {
        let interval = self.breakpoints[1..].partition_point(|end| end < point).min(self.pieces.len() - 1);
        evaluate(&self.pieces[interval], point)
    }

    /// The product with another one.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut breakpoints = [self.breakpoints.clone(), other.breakpoints.clone()].concat();
        breakpoints.sort();
        breakpoints.dedup();
        let pieces = breakpoints.windows(2).map(|ends| convolve(self.piece_on(&ends[1]), other.piece_on(&ends[1])));
        let pieces = pieces.collect();
        Self { breakpoints, pieces }
    }

    /// The derivative, inside the intervals.
    #[must_use]
    pub fn derivative(&self) -> Self {
        let derive = |piece: &Vec<Rational>| {
            let terms = piece.iter().enumerate().skip(1);
            terms.map(|(power, coefficient)| coefficient * Rational::from(power)).collect()
        };
        Self { breakpoints: self.breakpoints.clone(), pieces: self.pieces.iter().map(derive).collect() }
    }

    /// The integral from 0 to 1.
    #[must_use]
    pub fn integral(&self) -> Rational {
        let over = |piece: &[Rational], ends: &[Rational]| {
            let mut primitive = vec![Rational::ZERO];
            let terms = piece.iter().enumerate();
            primitive.extend(terms.map(|(power, coefficient)| coefficient / Rational::from(power + 1)));
            evaluate(&primitive, &ends[1]) - evaluate(&primitive, &ends[0])
        };
        let intervals = self.pieces.iter().zip(self.breakpoints.windows(2));
        intervals.fold(Rational::ZERO, |sum, (piece, ends)| sum + over(piece, ends))
    }

    /// The polynomial of the interval that ends at or goes on beyond a point.
    fn piece_on(&self, end: &Rational) -> &[Rational] {
        &self.pieces[self.breakpoints[1..].partition_point(|own| own < end).min(self.pieces.len() - 1)]
    }
}

fn evaluate(polynomial: &[Rational], point: &Rational) -> Rational {
    polynomial.iter().rev().fold(Rational::ZERO, |value, coefficient| value * point + coefficient)
}

fn convolve(left: &[Rational], right: &[Rational]) -> Vec<Rational> {
    let mut result = vec![Rational::ZERO; (left.len() + right.len()).saturating_sub(1)];
    for (i, a) in left.iter().enumerate() {
        for (j, b) in right.iter().enumerate() {
            result[i + j] += a * b;
        }
    }
    result
}

/// Newton's interpolation with divided differences.
fn interpolate(points: &[Rational], values: &[Rational]) -> Vec<Rational> {
    let mut differences = values.to_vec();
    for order in 1..points.len() {
        for at in (order..points.len()).rev() {
            let rise = &differences[at] - &differences[at - 1];
            differences[at] = rise / (&points[at] - &points[at - order]);
        }
    }
    let mut polynomial = Vec::new();
    for (point, coefficient) in points.iter().zip(&differences).rev() {
        polynomial = convolve(&polynomial, &[-point.clone(), Rational::ONE]);
        if polynomial.is_empty() {
            polynomial.push(Rational::ZERO);
        }
        polynomial[0] += coefficient;
    }
    polynomial
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i64, denominator: i64) -> Rational {
        Rational::from(numerator) / Rational::from(denominator)
    }

    #[test]
    fn a_kinked_function_is_recovered() {
        // x² below a half, 1/4 above.
        let function = |x: &Rational| if *x < ratio(1, 2) { x * x } else { ratio(1, 4) };
        let certain = |x: &Rational| Ok::<_, std::convert::Infallible>(function(x));
        let Ok(kinked) = PiecewisePolynomial::interpolated([ratio(1, 2), ratio(1, 3)], 2, certain);
        for point in [ratio(1, 7), ratio(2, 5), ratio(3, 4), Rational::ONE] {
            assert_eq!(kinked.at(&point), function(&point));
        }
        assert_eq!(kinked.integral(), ratio(1, 24) + ratio(1, 8));
        assert_eq!(kinked.derivative().integral(), ratio(1, 4));
        assert_eq!(kinked.times(&kinked).integral(), ratio(1, 160) + ratio(1, 32));
    }
}
