//! Sparse factorisation of the systems of policy evaluation, over residues (exact lifting) or floats (proposals).

/// Numbers to factorise with.
pub(super) trait Field {
    /// A number.
    type Element: Copy + PartialEq;
    /// Its zero.
    const ZERO: Self::Element;

    /// The product.
    fn multiply(left: Self::Element, right: Self::Element) -> Self::Element;

    /// The difference.
    fn subtract(left: Self::Element, right: Self::Element) -> Self::Element;

    /// The inverse; `None` of what has none.
    fn inverse(value: Self::Element) -> Option<Self::Element>;
}

/// A factorisation `A = LU` with diagonal pivots in an order that keeps fill-in low.
///
/// Diagonal pivots suffice for the systems of policy evaluation, `I − γP`, which are M-matrices: no pivot is zero.
pub(super) struct Factors<K: Field> {
    /// Pivots in order of elimination, with the inverse of the pivot.
    pivots: Vec<(usize, K::Element)>,
    /// For each pivot, the rows changed by it with their factors.
    lower: Vec<Vec<(usize, K::Element)>>,
    /// For each pivot, the rest of its row.
    upper: Vec<Vec<(usize, K::Element)>>,
}

impl<K: Field> Factors<K> {
    /// `rows` holds the nonzero entries of each row with their columns, every diagonal entry among them.
    /// `None` when a pivot vanishes.
    pub(super) fn new(mut rows: Vec<Vec<(usize, K::Element)>>) -> Option<Self> {
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
            let diagonal_inverse = K::inverse(diagonal)?;
            let rest: Vec<(usize, K::Element)> = pivot_row.into_iter().filter(|&(column, _)| column != pivot).collect();
            let mut changes = Vec::new();
            for user in std::mem::take(&mut users[pivot]) {
                if done[user] {
                    continue;
                }
                let Some(position) = rows[user].iter().position(|&(column, _)| column == pivot) else { continue };
                let factor = K::multiply(rows[user].remove(position).1, diagonal_inverse);
                let before = rows[user].len();
                rows[user] = combine::<K>(&rows[user], &rest, factor, |column| {
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
    pub(super) fn solve(&self, vector: &mut [K::Element]) {
        for ((pivot, _), changes) in self.pivots.iter().zip(&self.lower) {
            let value = vector[*pivot];
            if value != K::ZERO {
                for &(row, factor) in changes {
                    vector[row] = K::subtract(vector[row], K::multiply(factor, value));
                }
            }
        }
        for ((pivot, diagonal_inverse), rest) in self.pivots.iter().zip(&self.upper).rev() {
            let mut value = vector[*pivot];
            for &(column, coefficient) in rest {
                value = K::subtract(value, K::multiply(coefficient, vector[column]));
            }
            vector[*pivot] = K::multiply(value, *diagonal_inverse);
        }
    }
}

/// An upper bound of the fill-in that eliminating this row and column causes.
fn degree<E>(rows: &[Vec<(usize, E)>], users: &[Vec<usize>], row: usize) -> usize {
    rows[row].len().saturating_sub(1) * users[row].len()
}

/// `left − factor · right`, merging sorted rows; `fresh` is told of columns that `left` did not have.
fn combine<K: Field>(
    left: &[(usize, K::Element)],
    right: &[(usize, K::Element)],
    factor: K::Element,
    mut fresh: impl FnMut(usize),
) -> Vec<(usize, K::Element)> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        let left_column = left.get(i).map_or(usize::MAX, |entry| entry.0);
        let right_column = right.get(j).map_or(usize::MAX, |entry| entry.0);
        if left_column < right_column {
            merged.push(left[i]);
            i += 1;
        } else if left_column > right_column {
            merged.push((right_column, K::subtract(K::ZERO, K::multiply(factor, right[j].1))));
            fresh(right_column);
            j += 1;
        } else {
            let value = K::subtract(left[i].1, K::multiply(factor, right[j].1));
            if value != K::ZERO {
                merged.push((left_column, value));
            }
            i += 1;
            j += 1;
        }
    }
    merged
}
