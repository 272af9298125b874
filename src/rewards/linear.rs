//! Small systems of linear equations.

use crate::mdp::Rational;

/// The solution of a square system, if it has exactly one (Gauss–Jordan elimination). The last entry of an equation is its right-hand side.
pub(super) fn solution(mut system: Vec<Vec<Rational>>) -> Option<Vec<Rational>> {
    let unknowns = system.len();
    for column in 0..unknowns {
        let pivot = (column..unknowns).find(|&row| system[row][column] != Rational::ZERO)?;
        system.swap(column, pivot);
        let leading = system[column].clone();
        for (_, row) in system.iter_mut().enumerate().filter(|(at, row)| *at != column && row[column] != Rational::ZERO)
        {
            let factor = &row[column] / &leading[column];
            for (entry, own) in row.iter_mut().zip(&leading).skip(column) {
                *entry -= &factor * own;
            }
        }
    }
    Some(system.iter().enumerate().map(|(at, row)| &row[unknowns] / &row[at]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(rows: &[&[i64]]) -> Vec<Vec<Rational>> {
        rows.iter().map(|row| row.iter().map(|&entry| Rational::from(entry)).collect()).collect()
    }

    #[test]
    fn one_solution_or_none() {
        let solved = solution(system(&[&[0, 2, 4], &[3, 1, 5]])).expect("a regular system");
        assert_eq!(solved, [1, 2].map(Rational::from));
        assert_eq!(solution(system(&[&[1, 2, 3], &[2, 4, 6]])), None);
        assert_eq!(solution(system(&[&[1, 2, 3], &[2, 4, 7]])), None);
        assert_eq!(solution(Vec::new()), Some(Vec::new()));
    }
}
