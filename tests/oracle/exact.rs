//! Linear algebra over the rationals, the schoolbook way.

use lavaproof::mdp::Rational;

/// `numerator / denominator`.
pub fn ratio(numerator: i64, denominator: i64) -> Rational {
    Rational::from(numerator) / Rational::from(denominator)
}

/// `Σ aᵢ bᵢ`.
pub fn dot(left: &[Rational], right: &[Rational]) -> Rational {
    left.iter().zip(right).fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}

/// `−a`, entry by entry.
pub fn negated(row: &[Rational]) -> Vec<Rational> {
    row.iter().map(|entry| -entry).collect()
}

/// Brings the rows into reduced echelon form with pivots in the first `columns` columns; the rank of that block.
fn reduce(rows: &mut [Vec<Rational>], columns: usize) -> usize {
    let mut rank = 0;
    for column in 0..columns {
        let Some(pivot) = (rank..rows.len()).find(|&row| !rows[row][column].is_zero()) else { continue };
        rows.swap(rank, pivot);
        let lead = rows[rank][column].clone();
        for entry in &mut rows[rank] {
            *entry = &*entry / &lead;
        }
        let pivot_row = rows[rank].clone();
        for (index, row) in rows.iter_mut().enumerate() {
            if index != rank && !row[column].is_zero() {
                let factor = row[column].clone();
                for (entry, above) in row.iter_mut().zip(&pivot_row) {
                    if !above.is_zero() {
                        *entry -= &factor * above;
                    }
                }
            }
        }
        rank += 1;
    }
    rank
}

/// The rank of a matrix with `columns` columns.
pub fn rank(mut rows: Vec<Vec<Rational>>, columns: usize) -> usize {
    reduce(&mut rows, columns)
}

/// The unique solutions of `A x = b`, one row of the answer per unknown and one entry per right-hand side.
/// Panics when the matrix is singular: the caller has argued that it is not.
pub fn solve(matrix: Vec<Vec<Rational>>, right: Vec<Vec<Rational>>) -> Vec<Vec<Rational>> {
    let size = matrix.len();
    let mut rows: Vec<Vec<Rational>> =
        matrix.into_iter().zip(right).map(|(row, right)| row.into_iter().chain(right).collect()).collect();
    assert_eq!(reduce(&mut rows, size), size, "a singular system");
    rows.into_iter().map(|row| row[size..].to_vec()).collect()
}
