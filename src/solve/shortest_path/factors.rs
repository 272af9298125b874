//! Sparse factorisations of the matrices of policy evaluation, over any field.
//!
//! `I − γP`, restricted to states from which the execution ends, is an M-matrix: pivots can be taken on the diagonal
//! in any order, and an order that eliminates states of few neighbours first keeps the factors sparse (Markowitz,
//! *Management Science* 3, 1957).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Numbers that can be eliminated with.
pub(super) trait Field: Copy {
    /// The inverse; `None` of zero.
    fn inverse(self) -> Option<Self>;
    /// The product.
    fn times(self, other: Self) -> Self;
    /// The difference.
    fn minus(self, other: Self) -> Self;
    /// Whether it is zero.
    fn is_zero(self) -> bool;
}

/// `A = LU` up to the order of rows.
#[derive(Debug)]
pub(super) struct Factors<F> {
    /// Pivots in the order of elimination, with the inverse of the pivot.
    pivots: Vec<(u32, F)>,
    /// For each pivot, the rows that it was taken from, with the factor.
    lower: Vec<(u32, F)>,
    lower_ends: Vec<u32>,
    /// For each pivot, the rest of its row.
    upper: Vec<(u32, F)>,
    upper_ends: Vec<u32>,
}

/// The matrix while it is being eliminated.
struct Elimination<F> {
    rows: Vec<Vec<(u32, F)>>,
    /// Rows that have, or had, an entry in the column.
    users: Vec<Vec<u32>>,
    done: Vec<bool>,
    /// Where a column stands in the row being changed, from 1; 0 if it does not.
    place: Vec<u32>,
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl<F: Field> Elimination<F> {
    /// A bound on the fill-in of taking this pivot.
    fn degree(&self, pivot: usize) -> usize {
        self.rows[pivot].len().saturating_sub(1) * self.users[pivot].len()
    }

    /// Takes `pivot` out of row `row`; the factor, or `None` if the row has no such column.
    fn reduce(&mut self, row: usize, pivot: u32, pivot_row: &[(u32, F)], inverse: F) -> Option<F> {
        let mut target = std::mem::take(&mut self.rows[row]);
        let Some(found) = target.iter().position(|&(column, _)| column == pivot) else {
            self.rows[row] = target;
            return None;
        };
        let factor = target.swap_remove(found).1.times(inverse);
        if pivot_row.len() <= 1 {
            for &(column, value) in pivot_row {
                match target.iter_mut().find(|(known, _)| *known == column) {
                    Some((_, entry)) => *entry = entry.minus(factor.times(value)),
                    None => self.fill(row, column, factor, value, &mut target),
                }
            }
        } else {
            for (index, &(column, _)) in target.iter().enumerate() {
                self.place[column as usize] = narrow(index) + 1;
            }
            for &(column, value) in pivot_row {
                match self.place[column as usize] {
                    0 => self.fill(row, column, factor, value, &mut target),
                    index => {
                        let entry = &mut target[index as usize - 1].1;
                        *entry = entry.minus(factor.times(value));
                    }
                }
            }
            for &(column, _) in &target {
                self.place[column as usize] = 0;
            }
        }
        self.rows[row] = target;
        Some(factor)
    }

    fn fill(&mut self, row: usize, column: u32, factor: F, value: F, target: &mut Vec<(u32, F)>) {
        let product = factor.times(value);
        target.push((column, product.minus(product).minus(product)));
        if column as usize != row {
            self.users[column as usize].push(narrow(row));
        }
    }
}

impl<F: Field> Factors<F> {
    /// Factorises a matrix given by its rows, each with its nonzero entries, the diagonal one among them. `None` when
    /// a pivot is zero.
    pub(super) fn new(rows: Vec<Vec<(u32, F)>>) -> Option<Self> {
        let count = rows.len();
        let mut users = vec![Vec::new(); count];
        for (row, entries) in rows.iter().enumerate() {
            for &(column, _) in entries.iter().filter(|&&(column, _)| column as usize != row) {
                users[column as usize].push(narrow(row));
            }
        }
        let mut matrix = Elimination { rows, users, done: vec![false; count], place: vec![0; count] };
        let mut queue: BinaryHeap<_> =
            (0..count).map(|row| Reverse((narrow(matrix.degree(row)), narrow(row)))).collect();
        let mut factors = Self {
            pivots: Vec::with_capacity(count),
            lower: Vec::new(),
            lower_ends: Vec::with_capacity(count),
            upper: Vec::new(),
            upper_ends: Vec::with_capacity(count),
        };
        while let Some(Reverse((claimed, pivot))) = queue.pop() {
            let index = pivot as usize;
            if matrix.done[index] {
                continue;
            }
            let actual = narrow(matrix.degree(index));
            if actual > claimed {
                queue.push(Reverse((actual, pivot)));
                continue;
            }
            matrix.done[index] = true;
            let mut pivot_row = std::mem::take(&mut matrix.rows[index]);
            let diagonal = pivot_row.iter().position(|&(column, _)| column == pivot)?;
            let inverse = pivot_row.swap_remove(diagonal).1.inverse()?;
            for user in std::mem::take(&mut matrix.users[index]) {
                if !matrix.done[user as usize]
                    && let Some(factor) = matrix.reduce(user as usize, pivot, &pivot_row, inverse)
                {
                    factors.lower.push((user, factor));
                    queue.push(Reverse((narrow(matrix.degree(user as usize)), user)));
                }
            }
            factors.pivots.push((pivot, inverse));
            factors.lower_ends.push(narrow(factors.lower.len()));
            factors.upper.extend(pivot_row);
            factors.upper_ends.push(narrow(factors.upper.len()));
        }
        Some(factors)
    }

    /// Solves `A x = b` in place.
    pub(super) fn solve(&self, vector: &mut [F]) {
        let mut begin = 0;
        for (&(pivot, _), &end) in self.pivots.iter().zip(&self.lower_ends) {
            let end = end as usize;
            let value = vector[pivot as usize];
            if !value.is_zero() {
                for &(row, factor) in &self.lower[begin..end] {
                    let entry = &mut vector[row as usize];
                    *entry = entry.minus(factor.times(value));
                }
            }
            begin = end;
        }
        for (position, &(pivot, inverse)) in self.pivots.iter().enumerate().rev() {
            let begin = if position == 0 { 0 } else { self.upper_ends[position - 1] as usize };
            let mut value = vector[pivot as usize];
            for &(column, coefficient) in &self.upper[begin..self.upper_ends[position] as usize] {
                value = value.minus(coefficient.times(vector[column as usize]));
            }
            vector[pivot as usize] = value.times(inverse);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The integers modulo 65537.
    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Small(u64);

    impl Field for Small {
        fn inverse(self) -> Option<Self> {
            (1..65537).map(Self).find(|candidate| candidate.times(self).0 == 1)
        }
        fn times(self, other: Self) -> Self {
            Self(self.0 * other.0 % 65537)
        }
        fn minus(self, other: Self) -> Self {
            Self((self.0 + 65537 - other.0) % 65537)
        }
        fn is_zero(self) -> bool {
            self.0 == 0
        }
    }

    #[test]
    fn factors_solve_their_system() {
        let size = 60u32;
        let rows: Vec<Vec<(u32, Small)>> = (0..size)
            .map(|row| {
                let mut entries = vec![(row, Small(1000 + u64::from(row)))];
                for step in [1, 7, 13] {
                    entries.push(((row + step) % size, Small(65537 - u64::from(step * 3 + row))));
                }
                entries
            })
            .collect();
        let expected: Vec<Small> = (0..u64::from(size)).map(|index| Small(index * index + 5)).collect();
        let product = |row: &Vec<(u32, Small)>| {
            row.iter().fold(Small(0), |sum, &(column, value)| {
                Small((sum.0 + value.times(expected[column as usize]).0) % 65537)
            })
        };
        let mut vector: Vec<Small> = rows.iter().map(product).collect();
        Factors::new(rows).expect("no accidental zero").solve(&mut vector);
        assert_eq!(vector, expected);
        assert!(Factors::new(vec![vec![(0, Small(0))]]).is_none());
    }
}
