//! Dense factorisations, for the part of a sparse one that has filled up.

use crate::budget::{Budget, Exhausted};
use crate::solve::sparse::Field;

/// `A = LU` without exchanges of rows (Crout's order), the triangles packed so that every inner loop runs over
/// neighbouring numbers.
#[derive(Debug)]
pub(super) struct DenseFactors<F> {
    /// `L` below its diagonal of ones: row `i` has `i` entries.
    lower: Vec<F>,
    /// `U` above its diagonal: column `j` has `j` entries.
    upper: Vec<F>,
    /// Inverses of the diagonal of `U`.
    inverses: Vec<F>,
}

/// Where row or column `index` is in a packed triangle.
fn packed(index: usize) -> std::ops::Range<usize> {
    let begin = index * index.saturating_sub(1) / 2;
    begin..begin + index
}

impl<F: Field> DenseFactors<F> {
    /// Factorises a matrix given by the entries of its rows. `None` when a pivot is zero.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn new(rows: Vec<Vec<(usize, F)>>, budget: &Budget) -> Result<Option<Self>, Exhausted> {
        let count = rows.len();
        let mut factors = Self {
            lower: vec![F::ZERO; packed(count).start],
            upper: vec![F::ZERO; packed(count).start],
            inverses: vec![F::ZERO; count],
        };
        for (row, entries) in rows.into_iter().enumerate() {
            for (column, value) in entries {
                match column.cmp(&row) {
                    std::cmp::Ordering::Less => factors.lower[packed(row).start + column] = value,
                    std::cmp::Ordering::Equal => factors.inverses[row] = value,
                    std::cmp::Ordering::Greater => factors.upper[packed(column).start + row] = value,
                }
            }
        }
        // Step `k` completes column `k` of `U` and row `k` of `L`: both need only what earlier steps completed.
        for step in 0..count {
            budget.check()?;
            let Self { lower, upper, inverses } = &mut factors;
            let (before, own) = upper.split_at_mut(packed(step).start);
            let column = &mut own[..step];
            for row in 0..step {
                let (known, rest) = column.split_at_mut(row);
                rest[0] = rest[0].minus_products(&lower[packed(row)], known);
            }
            let (_, own) = lower.split_at_mut(packed(step).start);
            let line = &mut own[..step];
            for place in 0..step {
                let (known, rest) = line.split_at_mut(place);
                rest[0] = rest[0].minus_products(&before[packed(place)], known).times(inverses[place]);
            }
            let Some(inverse) = inverses[step].minus_products(line, column).inverse() else { return Ok(None) };
            inverses[step] = inverse;
        }
        Ok(Some(factors))
    }

    /// Solves `A x = b` in place.
    pub(super) fn solve(&self, vector: &mut [F]) {
        for row in 0..vector.len() {
            let (known, rest) = vector.split_at_mut(row);
            rest[0] = rest[0].minus_products(&self.lower[packed(row)], known);
        }
        for (column, &inverse) in self.inverses.iter().enumerate().rev() {
            let value = vector[column].times(inverse);
            vector[column] = value;
            for (entry, &coefficient) in vector.iter_mut().zip(&self.upper[packed(column)]) {
                *entry = entry.minus(coefficient.times(value));
            }
        }
    }
}
