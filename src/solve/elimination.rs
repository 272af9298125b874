//! Fraction-free elimination (Bareiss, *Math. Comp.* 22, 1968): for small systems, whose right-hand sides
//! may be long numbers, and as the fallback of p-adic lifting.

use dashu_base::{Abs, Signed};
use dashu_int::{IBig, UBig};

use crate::budget::{Budget, Exhausted};
use crate::solve::integer_system::{CommonFraction, IntegerSystem};

/// Solves `A x = c` for a nonsingular `A` with diagonal pivots, as `I − γP` has them.
///
/// Every division is exact; all entries stay minors of the matrix.
///
/// # Errors
/// When the budget is exhausted.
pub(super) fn eliminate(system: &IntegerSystem, budget: &Budget) -> Result<CommonFraction, Exhausted> {
    let count = system.rows.len();
    let mut matrix: Vec<Vec<IBig>> = system
        .rows
        .iter()
        .map(|row| {
            let mut dense = vec![IBig::ZERO; count];
            for (column, value) in row {
                dense[*column] = value.clone();
            }
            dense
        })
        .collect();
    let mut rhs = system.rhs.clone();
    let mut previous = IBig::ONE;
    for pivot in 0..count {
        budget.check()?;
        let (above, below) = matrix.split_at_mut(pivot + 1);
        let pivot_row = &above[pivot];
        let diagonal = &pivot_row[pivot];
        let (rhs_above, rhs_below) = rhs.split_at_mut(pivot + 1);
        for (row, bound) in below.iter_mut().zip(rhs_below) {
            let factor = std::mem::take(&mut row[pivot]);
            for column in pivot + 1..count {
                if !row[column].is_zero() || !(factor.is_zero() || pivot_row[column].is_zero()) {
                    row[column] = (diagonal * &row[column] - &factor * &pivot_row[column]) / &previous;
                }
            }
            *bound = (diagonal * &*bound - &factor * &rhs_above[pivot]) / &previous;
        }
        previous = diagonal.clone();
    }
    // The last pivot is the determinant; numerators over it solve the triangle from below.
    let determinant = previous;
    let mut numerators = vec![IBig::ZERO; count];
    for row in (0..count).rev() {
        let known = (row + 1..count)
            .filter(|&column| !matrix[row][column].is_zero())
            .fold(&rhs[row] * &determinant, |sum, column| sum - &matrix[row][column] * &numerators[column]);
        numerators[row] = known / &matrix[row][row];
    }
    if determinant.is_negative() {
        for numerator in &mut numerators {
            *numerator = -std::mem::take(numerator);
        }
    }
    let denominator = UBig::try_from(determinant.abs()).unwrap_or(UBig::ONE);
    Ok(CommonFraction { numerators, denominator })
}
