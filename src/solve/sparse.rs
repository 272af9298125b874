//! Sparse factorisations of the matrices of policy evaluation, over any field: residues for exact lifting, floating
//! point for proposals.
//!
//! `I − γP`, restricted to states from which the execution ends, is an M-matrix: pivots can be taken on the diagonal
//! in any order, and an order that eliminates states of few neighbours first keeps the factors sparse (Markowitz,
//! *Management Science* 3, 1957). Where what is left has filled up all the same, it is factorised densely.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::budget::{Budget, Exhausted};
use crate::solve::dense::DenseFactors;

/// Numbers that can be eliminated with.
pub(super) trait Field: Copy + Send + Sync {
    /// Its zero.
    const ZERO: Self;
    /// The inverse; `None` of what cannot be a pivot.
    fn inverse(self) -> Option<Self>;
    /// The product.
    fn times(self, other: Self) -> Self;
    /// The difference.
    fn minus(self, other: Self) -> Self;
    /// Whether it is zero.
    fn is_zero(self) -> bool;
    /// `self − Σ left · right`, for lists of one length.
    fn minus_products(self, left: &[Self], right: &[Self]) -> Self;
}

/// Fewer rows than this are not worth a dense tail.
const SMALLEST_TAIL: usize = 32;

/// The tail is dense when the row and column of least fill-in have this part of all places, or more.
const FULL: usize = 8;

/// Entries that are looked at between two looks at the budget.
const CHECKED: u64 = 1 << 22;

/// `A = LU` up to the order of rows.
#[derive(Debug)]
pub(super) struct Factors<F> {
    /// Sparse pivots in the order of elimination, with the inverse of the pivot.
    pivots: Vec<(u32, F)>,
    /// For each pivot, the rows that it was taken from, with the factor.
    lower: Vec<(u32, F)>,
    lower_ends: Vec<usize>,
    /// For each pivot, the rest of its row.
    upper: Vec<(u32, F)>,
    upper_ends: Vec<usize>,
    tail: Option<Tail<F>>,
}

/// What has filled up: which rows these are, and their factors.
#[derive(Debug)]
struct Tail<F> {
    rows: Vec<u32>,
    factors: DenseFactors<F>,
}

/// The matrix while it is being eliminated.
struct Elimination<F> {
    rows: Vec<Vec<(u32, F)>>,
    /// Rows that have, or had, an entry in the column.
    users: Vec<Vec<u32>>,
    done: Vec<bool>,
    /// Where a column stands in the row being changed, from 1; 0 if it does not.
    place: Vec<u32>,
    /// Entries that were looked at.
    work: u64,
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl<F: Field> Elimination<F> {
    fn new(rows: Vec<Vec<(u32, F)>>) -> Self {
        let count = rows.len();
        let mut users = vec![Vec::new(); count];
        for (row, entries) in rows.iter().enumerate() {
            for &(column, _) in entries.iter().filter(|&&(column, _)| column as usize != row) {
                users[column as usize].push(narrow(row));
            }
        }
        Self { rows, users, done: vec![false; count], place: vec![0; count], work: 0 }
    }

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
        self.work += (target.len() + pivot_row.len()) as u64;
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
        target.push((column, F::ZERO.minus(factor.times(value))));
        if column as usize != row {
            self.users[column as usize].push(narrow(row));
        }
    }

    /// What is left, densely; `None` when a pivot is zero.
    fn dense_tail(self, budget: &Budget) -> Result<Option<Tail<F>>, Exhausted> {
        let left: Vec<u32> = (0..narrow(self.rows.len())).filter(|&row| !self.done[row as usize]).collect();
        let mut position = self.place;
        for (index, &row) in left.iter().enumerate() {
            position[row as usize] = narrow(index);
        }
        let mut rows = self.rows;
        let sparse = left.iter().map(|&row| {
            let entries = std::mem::take(&mut rows[row as usize]).into_iter();
            entries.map(|(column, value)| (position[column as usize] as usize, value)).collect()
        });
        let factors = DenseFactors::new(sparse.collect(), budget)?;
        Ok(factors.map(|factors| Tail { rows: left, factors }))
    }
}

impl<F: Field> Factors<F> {
    /// Factorises a matrix given by its rows, each with its nonzero entries, the diagonal one among them. `None` when
    /// a pivot is zero.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn new(rows: Vec<Vec<(u32, F)>>, budget: &Budget) -> Result<Option<Self>, Exhausted> {
        Self::within(rows, u64::MAX, budget)
    }

    /// As [`Self::new`]; `None` also when that takes more than about so many steps.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn within(rows: Vec<Vec<(u32, F)>>, most: u64, budget: &Budget) -> Result<Option<Self>, Exhausted> {
        let count = rows.len();
        let mut matrix = Elimination::new(rows);
        let mut checked = 0_u64;
        let mut queue: BinaryHeap<_> =
            (0..count).map(|row| Reverse((narrow(matrix.degree(row)), narrow(row)))).collect();
        let mut factors = Self {
            pivots: Vec::with_capacity(count),
            lower: Vec::new(),
            lower_ends: Vec::with_capacity(count),
            upper: Vec::new(),
            upper_ends: Vec::with_capacity(count),
            tail: None,
        };
        while let Some(Reverse((claimed, pivot))) = queue.pop() {
            let index = pivot as usize;
            if matrix.done[index] {
                continue;
            }
            let degree = matrix.degree(index);
            if narrow(degree) > claimed {
                queue.push(Reverse((narrow(degree), pivot)));
                continue;
            }
            let left = count - factors.pivots.len();
            if left >= SMALLEST_TAIL && degree * FULL >= left * left {
                if matrix.work.saturating_add((left as u64).saturating_pow(3) / 3) > most {
                    return Ok(None);
                }
                factors.tail = matrix.dense_tail(budget)?;
                return Ok(factors.tail.is_some().then_some(factors));
            }
            if matrix.work >= checked.saturating_add(CHECKED) {
                budget.check()?;
                checked = matrix.work;
            }
            // The pivots that are left fill in as much as this one, or more.
            if matrix.work.saturating_add((left * degree) as u64) > most {
                return Ok(None);
            }
            matrix.done[index] = true;
            let mut pivot_row = std::mem::take(&mut matrix.rows[index]);
            let diagonal = pivot_row.iter().position(|&(column, _)| column == pivot);
            let Some(inverse) = diagonal.and_then(|place| pivot_row.swap_remove(place).1.inverse()) else {
                return Ok(None);
            };
            for user in std::mem::take(&mut matrix.users[index]) {
                if !matrix.done[user as usize]
                    && let Some(factor) = matrix.reduce(user as usize, pivot, &pivot_row, inverse)
                {
                    factors.lower.push((user, factor));
                    queue.push(Reverse((narrow(matrix.degree(user as usize)), user)));
                }
            }
            factors.pivots.push((pivot, inverse));
            factors.lower_ends.push(factors.lower.len());
            factors.upper.extend(pivot_row);
            factors.upper_ends.push(factors.upper.len());
        }
        Ok(Some(factors))
    }

    /// Solves `A x = b` in place.
    pub(super) fn solve(&self, vector: &mut [F]) {
        let mut begin = 0;
        for (&(pivot, _), &end) in self.pivots.iter().zip(&self.lower_ends) {
            let value = vector[pivot as usize];
            if !value.is_zero() {
                for &(row, factor) in &self.lower[begin..end] {
                    let entry = &mut vector[row as usize];
                    *entry = entry.minus(factor.times(value));
                }
            }
            begin = end;
        }
        if let Some(Tail { rows: left, factors }) = &self.tail {
            let mut part: Vec<F> = left.iter().map(|&row| vector[row as usize]).collect();
            factors.solve(&mut part);
            for (&row, value) in left.iter().zip(part) {
                vector[row as usize] = value;
            }
        }
        for (position, &(pivot, inverse)) in self.pivots.iter().enumerate().rev() {
            let begin = if position == 0 { 0 } else { self.upper_ends[position - 1] };
            let mut value = vector[pivot as usize];
            for &(column, coefficient) in &self.upper[begin..self.upper_ends[position]] {
                value = value.minus(coefficient.times(vector[column as usize]));
            }
            vector[pivot as usize] = value.times(inverse);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::modular::Residue;

    fn number(value: i64) -> Residue {
        Residue::new(value)
    }

    /// Rows whose diagonal is larger than the rest together, `links` other entries in each.
    fn rows(size: u32, links: u32) -> Vec<Vec<(u32, Residue)>> {
        let entries = |row: u32| {
            let others = (1..=links).map(move |link| (row + 1 + link * link * 7 % (size - 1)) % size);
            let mut columns: Vec<u32> = others.filter(|&column| column != row).collect();
            columns.sort_unstable();
            columns.dedup();
            let rest = columns.into_iter().map(move |column| (column, number(-i64::from(column * 3 + row + 1))));
            std::iter::once((row, number(i64::from(1_000_000 + row)))).chain(rest).collect()
        };
        (0..size).map(entries).collect()
    }

    #[test]
    fn factors_solve_their_system_whether_it_fills_up_or_not() {
        for (size, links, dense) in [(60, 2, false), (200, 6, true), (70, 60, true)] {
            let rows = rows(size, links);
            let expected: Vec<Residue> = (0..i64::from(size)).map(|index| number(index * index + 5)).collect();
            let product = |row: &Vec<(u32, Residue)>| {
                row.iter().fold(Residue::ZERO, |sum, &(column, value)| {
                    sum.minus(Residue::ZERO.minus(value.times(expected[column as usize])))
                })
            };
            let mut vector: Vec<Residue> = rows.iter().map(product).collect();
            let factors = Factors::new(rows, &Budget::unlimited()).expect("no limit").expect("no accidental zero");
            assert_eq!(factors.tail.is_some(), dense, "{size} rows with {links} links");
            factors.solve(&mut vector);
            assert_eq!(vector, expected, "{size} rows with {links} links");
        }
        let singular = Factors::new(vec![vec![(0, Residue::ZERO)]], &Budget::unlimited());
        assert!(singular.expect("no limit").is_none());
    }
}
