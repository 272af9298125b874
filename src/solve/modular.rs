//! Sparse linear systems modulo the Mersenne prime `p = 2⁶¹ − 1`.

/// The modulus.
pub(super) const PRIME: u64 = (1 << 61) - 1;

/// Reduces a product of two residues.
pub(super) fn multiply(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    let low = u64::try_from(product & u128::from(PRIME)).unwrap_or(0);
    let high = u64::try_from(product >> 61).unwrap_or(0);
    let sum = low + high;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn subtract(left: u64, right: u64) -> u64 {
    if left >= right { left - right } else { left + PRIME - right }
}

/// The residue of a signed integer.
pub(super) fn residue(value: i128) -> u64 {
    u64::try_from(value.rem_euclid(i128::from(PRIME))).unwrap_or(0)
}

fn inverse(value: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, value, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// A factorisation `A = LU` modulo [`PRIME`] with diagonal pivots in an order that keeps fill-in low.
///
/// Diagonal pivots suffice for the systems of policy evaluation, `I − γP`, which are M-matrices: no pivot
/// is zero over ℚ, and one is zero modulo the prime only by accident, which [`Factors::new`] reports.
pub(super) struct Factors {
    /// Pivots in order of elimination, with the inverse of the pivot.
    pivots: Vec<(usize, u64)>,
    /// For each pivot, the rows changed by it with their factors.
    lower: Vec<Vec<(usize, u64)>>,
    /// For each pivot, the rest of its row.
    upper: Vec<Vec<(usize, u64)>>,
}

impl Factors {
    /// `rows` holds the nonzero residues of each row with their columns, every diagonal entry among them.
    /// `None` when a pivot vanishes modulo the prime.
    pub(super) fn new(mut rows: Vec<Vec<(usize, u64)>>) -> Option<Self> {
        let count = rows.len();
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (row, entries) in rows.iter_mut().enumerate() {
            entries.sort_unstable_by_key(|&(column, _)| column);
            for &(column, _) in entries.iter().filter(|&&(column, _)| column != row) {
                users[column].push(row);
            }
        }
        let mut done = vec![false; count];
        let mut queue: std::collections::BinaryHeap<_> =
            (0..count).map(|row| std::cmp::Reverse((degree(&rows, &users, row), row))).collect();
        let mut factors = Self { pivots: Vec::new(), lower: Vec::new(), upper: Vec::new() };
        while let Some(std::cmp::Reverse((claimed, pivot))) = queue.pop() {
            if done[pivot] {
                continue;
            }
            let actual = degree(&rows, &users, pivot);
            if actual > claimed {
                queue.push(std::cmp::Reverse((actual, pivot)));
                continue;
            }
            done[pivot] = true;
            let pivot_row = std::mem::take(&mut rows[pivot]);
            let diagonal = pivot_row.iter().find(|&&(column, _)| column == pivot)?.1;
            let diagonal_inverse = inverse(diagonal);
            let rest: Vec<(usize, u64)> = pivot_row.into_iter().filter(|&(column, _)| column != pivot).collect();
            let mut changes = Vec::new();
            for user in std::mem::take(&mut users[pivot]) {
                if done[user] {
                    continue;
                }
                let Some(position) = rows[user].iter().position(|&(column, _)| column == pivot) else { continue };
                let factor = multiply(rows[user].remove(position).1, diagonal_inverse);
                let before = rows[user].len();
                rows[user] = combine(&rows[user], &rest, factor, |column| {
                    if column != user {
                        users[column].push(user);
                    }
                });
                changes.push((user, factor));
                if rows[user].len() < before {
                    queue.push(std::cmp::Reverse((degree(&rows, &users, user), user)));
                }
                rows[user].iter().find(|&&(column, _)| column == user)?;
            }
            factors.pivots.push((pivot, diagonal_inverse));
            factors.lower.push(changes);
            factors.upper.push(rest);
        }
        Some(factors)
    }

    /// Solves `A x = b` in place.
    pub(super) fn solve(&self, vector: &mut [u64]) {
        for ((pivot, _), changes) in self.pivots.iter().zip(&self.lower) {
            let value = vector[*pivot];
            if value != 0 {
                for &(row, factor) in changes {
                    vector[row] = subtract(vector[row], multiply(factor, value));
                }
            }
        }
        for ((pivot, diagonal_inverse), rest) in self.pivots.iter().zip(&self.upper).rev() {
            let mut value = vector[*pivot];
            for &(column, coefficient) in rest {
                value = subtract(value, multiply(coefficient, vector[column]));
            }
            vector[*pivot] = multiply(value, *diagonal_inverse);
        }
    }
}

/// An upper bound of the fill-in that eliminating this row and column causes.
fn degree(rows: &[Vec<(usize, u64)>], users: &[Vec<usize>], row: usize) -> usize {
    rows[row].len().saturating_sub(1) * users[row].len()
}

/// `left − factor · right`, merging sorted rows; `fresh` is told of columns that `left` did not have.
fn combine(
    left: &[(usize, u64)],
    right: &[(usize, u64)],
    factor: u64,
    mut fresh: impl FnMut(usize),
) -> Vec<(usize, u64)> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        let left_column = left.get(i).map_or(usize::MAX, |entry| entry.0);
        let right_column = right.get(j).map_or(usize::MAX, |entry| entry.0);
        if left_column < right_column {
            merged.push(left[i]);
            i += 1;
        } else if left_column > right_column {
            merged.push((right_column, subtract(0, multiply(factor, right[j].1))));
            fresh(right_column);
            j += 1;
        } else {
            let value = subtract(left[i].1, multiply(factor, right[j].1));
            if value != 0 {
                merged.push((left_column, value));
            }
            i += 1;
            j += 1;
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_solve_their_system() {
        let rows: Vec<Vec<(usize, u64)>> = (0..40usize)
            .map(|row| {
                let mut entries = vec![(row, 1000 + row as u64)];
                for step in [1, 7, 13] {
                    entries.push(((row + step) % 40, residue(-(step as i128) * 3 - row as i128)));
                }
                entries
            })
            .collect();
        let expected: Vec<u64> = (0..40u64).map(|index| index * index + 5).collect();
        let mut vector: Vec<u64> = rows
            .iter()
            .map(|row| row.iter().fold(0, |sum, &(column, value)| (sum + multiply(value, expected[column])) % PRIME))
            .collect();
        Factors::new(rows).expect("no accidental zero").solve(&mut vector);
        assert_eq!(vector, expected);
    }
}
