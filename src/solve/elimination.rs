//! Gaussian elimination over ℚ, for small systems and as the fallback of p-adic lifting.

use std::collections::BTreeMap;

use crate::mdp::Rational;

/// Solves `A x = b` for a nonsingular `A` with diagonal pivots, as `I − γP` has them.
pub(super) fn eliminate(matrix: &[Vec<(usize, Rational)>], rhs: &[Rational]) -> Vec<Rational> {
    let mut rows: Vec<BTreeMap<usize, Rational>> =
        matrix.iter().map(|row| row.iter().map(|(column, value)| (*column, value.clone())).collect()).collect();
    let mut values: Vec<Rational> = rhs.to_vec();
    for pivot in 0..rows.len() {
        let mut pivot_row = std::mem::take(&mut rows[pivot]);
        let diagonal = pivot_row.remove(&pivot).unwrap_or(Rational::ONE);
        for value in pivot_row.values_mut() {
            *value = &*value / &diagonal;
        }
        values[pivot] = &values[pivot] / &diagonal;
        for other in (0..rows.len()).filter(|&other| other != pivot) {
            let Some(factor) = rows[other].remove(&pivot) else { continue };
            for (column, value) in &pivot_row {
                *rows[other].entry(*column).or_insert(Rational::ZERO) -= &factor * value;
            }
            let change = &factor * &values[pivot];
            values[other] -= change;
        }
        rows[pivot] = pivot_row;
    }
    values
}
