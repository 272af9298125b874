//! Dense factorisations, for the part of a sparse one that has filled up.

use rayon::prelude::*;

use crate::budget::{Budget, Exhausted};
use crate::solve::sparse::Field;

/// Rows that are solved for at a time.
const ROWS: usize = 64;

/// From this step on the two halves of a step of factorisation are worth two threads.
const BOTH: usize = 256;

/// From this many earlier unknowns on rows are shared among threads.
const SHARED: usize = 1024;

/// `A = LU` without exchanges of rows (Crout's order), the triangles packed so that every inner loop runs over
/// neighbouring numbers.
#[derive(Debug)]
pub(super) struct DenseFactors<F> {
    /// `L` below its diagonal of ones: row `i` has `i` entries.
    lower: Vec<F>,
    /// `U` above its diagonal: column `j` has `j` entries while it is being made, and then row `i` has what is right of it, from the
    /// right, in the place of column `count − 1 − i`.
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
            let (columns, own) = upper.split_at_mut(packed(step).start);
            let column = &mut own[..step];
            let (lines, own) = lower.split_at_mut(packed(step).start);
            let line = &mut own[..step];
            let mut complete_column = || {
                for row in 0..step {
                    let (known, rest) = column.split_at_mut(row);
                    rest[0] = rest[0].minus_products(&lines[packed(row)], known);
                }
            };
            let mut complete_line = || {
                for place in 0..step {
                    let (known, rest) = line.split_at_mut(place);
                    rest[0] = rest[0].minus_products(&columns[packed(place)], known).times(inverses[place]);
                }
            };
            if step >= BOTH {
                rayon::join(complete_column, complete_line);
            } else {
                complete_column();
                complete_line();
            }
            let Some(inverse) = inverses[step].minus_products(line, column).inverse() else { return Ok(None) };
            inverses[step] = inverse;
        }
        factors.turn_upper(count);
        Ok(Some(factors))
    }

    /// Brings the rows of `U` together, which solving runs over: with the order of the unknowns reversed it is a lower triangle.
    fn turn_upper(&mut self, count: usize) {
        let mut turned = vec![F::ZERO; self.upper.len()];
        for column in 0..count {
            for (row, &value) in self.upper[packed(column)].iter().enumerate() {
                turned[packed(count - 1 - row).start + count - 1 - column] = value;
            }
        }
        self.upper = turned;
    }

    /// Solves `A x = b` in place.
    pub(super) fn solve(&self, vector: &mut [F]) {
        forward(&self.lower, None, vector);
        vector.reverse();
        forward(&self.upper, Some(&self.inverses), vector);
        vector.reverse();
    }
}

/// Solves a system with a lower triangle in place: the diagonal is 1, or has these inverses, from the last to the first.
///
/// Some rows are taken at a time: what earlier unknowns contribute to them is independent, and shared among threads where that is
/// much. The arithmetic is exact or, for proposals, done in the same order however it is shared.
fn forward<F: Field>(triangle: &[F], inverses: Option<&[F]>, vector: &mut [F]) {
    let mut begin = 0;
    while begin < vector.len() {
        let end = vector.len().min(begin + ROWS);
        let (known, rest) = vector.split_at_mut(begin);
        let known = &*known;
        let part = &mut rest[..end - begin];
        let earlier = |(offset, entry): (usize, &mut F)| {
            *entry = entry.minus_products(&triangle[packed(begin + offset)][..begin], known);
        };
        if begin >= SHARED {
            part.par_iter_mut().enumerate().with_min_len(ROWS / 4).for_each(earlier);
        } else {
            part.iter_mut().enumerate().for_each(earlier);
        }
        for offset in 0..part.len() {
            let (known, rest) = part.split_at_mut(offset);
            let own = rest[0].minus_products(&triangle[packed(begin + offset)][begin..], known);
            let inverse = inverses.map(|inverses| inverses[inverses.len() - 1 - begin - offset]);
            rest[0] = inverse.map_or(own, |inverse| own.times(inverse));
        }
        begin = end;
    }
}
