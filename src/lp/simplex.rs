//! The two-phase simplex method over ℚ on a dense tableau (Bland 1977 for the choice of pivots).

use crate::lp::{LinearProgram, Outcome, Relation};
use crate::mdp::Rational;

struct Tableau {
    /// One row a constraint: coefficients of all columns, then the right-hand side.
    rows: Vec<Vec<Rational>>,
    /// Reduced costs of all columns, then minus the objective's value.
    costs: Vec<Rational>,
    basis: Vec<usize>,
}

impl Tableau {
    fn pivot(&mut self, row: usize, column: usize) {
        let inverse = Rational::ONE / &self.rows[row][column];
        for entry in &mut self.rows[row] {
            if !entry.is_zero() {
                *entry *= &inverse;
            }
        }
        let pivot_row = self.rows[row].clone();
        let clear = |target: &mut Vec<Rational>| {
            let factor = target[column].clone();
            if !factor.is_zero() {
                for (entry, pivot) in target.iter_mut().zip(&pivot_row) {
                    if !pivot.is_zero() {
                        *entry -= &factor * pivot;
                    }
                }
            }
        };
        for (index, target) in self.rows.iter_mut().enumerate() {
            if index != row {
                clear(target);
            }
        }
        clear(&mut self.costs);
        self.basis[row] = column;
    }

    /// Pivots until no column below `columns` improves the objective. `false` if it is unbounded.
    fn maximise(&mut self, columns: usize) -> bool {
        let rhs = self.costs.len() - 1;
        while let Some(column) = (0..columns).find(|&column| self.costs[column] > Rational::ZERO) {
            let leaving = (0..self.rows.len())
                .filter(|&row| self.rows[row][column] > Rational::ZERO)
                .map(|row| (&self.rows[row][rhs] / &self.rows[row][column], self.basis[row], row))
                .min_by(|left, right| (&left.0, left.1).cmp(&(&right.0, right.1)));
            match leaving {
                Some((_, _, row)) => self.pivot(row, column),
                None => return false,
            }
        }
        true
    }
}

pub(super) fn solve(program: &LinearProgram) -> Outcome {
    let slacks = program.rows.iter().filter(|row| row.relation != Relation::Equal).count();
    let real = program.variables + slacks;
    let columns = real + program.rows.len();
    let mut tableau = Tableau { rows: Vec::new(), costs: vec![Rational::ZERO; columns + 1], basis: Vec::new() };
    let mut slack = program.variables;
    for (index, row) in program.rows.iter().enumerate() {
        let mut entries = vec![Rational::ZERO; columns + 1];
        for (variable, coefficient) in &row.coefficients {
            entries[*variable] = coefficient.clone();
        }
        entries[columns] = row.bound.clone();
        if row.relation != Relation::Equal {
            entries[slack] = if row.relation == Relation::AtMost { Rational::ONE } else { -Rational::ONE };
            slack += 1;
        }
        if row.bound < Rational::ZERO {
            for entry in &mut entries {
                *entry = -std::mem::take(entry);
            }
        }
        // Phase one maximises minus the sum of the artificial variables.
        for (cost, entry) in tableau.costs.iter_mut().zip(&entries) {
            *cost += entry;
        }
        entries[real + index] = Rational::ONE;
        tableau.rows.push(entries);
        tableau.basis.push(real + index);
    }
    tableau.maximise(real);
    if !tableau.costs[columns].is_zero() {
        return Outcome::Infeasible;
    }
    for row in 0..tableau.rows.len() {
        if tableau.basis[row] >= real
            && let Some(column) = (0..real).find(|&column| !tableau.rows[row][column].is_zero())
        {
            tableau.pivot(row, column);
        }
    }
    tableau.costs = vec![Rational::ZERO; columns + 1];
    for (variable, coefficient) in &program.objective {
        tableau.costs[*variable] = coefficient.clone();
    }
    for row in 0..tableau.rows.len() {
        let factor = tableau.costs[tableau.basis[row]].clone();
        if !factor.is_zero() {
            for (cost, entry) in tableau.costs.iter_mut().zip(&tableau.rows[row]) {
                *cost -= &factor * entry;
            }
        }
    }
    if !tableau.maximise(real) {
        return Outcome::Unbounded;
    }
    let mut point = vec![Rational::ZERO; program.variables];
    for (row, &basic) in tableau.basis.iter().enumerate() {
        if basic < program.variables {
            point[basic] = tableau.rows[row][columns].clone();
        }
    }
    Outcome::Optimal { value: -tableau.costs[columns].clone(), point }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lp::Row;
    use proptest::prelude::*;

    fn program(rows: &[([i32; 2], Relation, i32)], objective: [i32; 2]) -> LinearProgram {
        let sparse = |dense: [i32; 2]| dense.into_iter().map(Rational::from).enumerate().collect();
        LinearProgram {
            variables: 2,
            rows: rows
                .iter()
                .map(|(coefficients, relation, bound)| Row {
                    coefficients: sparse(*coefficients),
                    relation: *relation,
                    bound: Rational::from(*bound),
                })
                .collect(),
            objective: sparse(objective),
        }
    }

    #[test]
    fn the_three_outcomes() {
        use Relation::{AtLeast, AtMost, Equal};
        let bounded = program(&[([1, 2], AtMost, 4), ([3, 1], AtMost, 6), ([1, 0], AtLeast, 1)], [1, 1]);
        let Outcome::Optimal { value, point } = bounded.solve() else { panic!("bounded") };
        assert_eq!(value, Rational::from(14) / Rational::from(5));
        assert_eq!(point, [Rational::from(8) / Rational::from(5), Rational::from(6) / Rational::from(5)]);
        assert_eq!(program(&[([1, 1], Equal, -1)], [1, 0]).solve(), Outcome::Infeasible);
        assert_eq!(program(&[([1, -1], AtMost, 1)], [1, 1]).solve(), Outcome::Unbounded);
    }

    /// All candidate vertices of a program in two variables: intersections of two boundary lines.
    fn best_vertex(program: &LinearProgram) -> Option<Rational> {
        let mut lines: Vec<[Rational; 3]> = program
            .rows
            .iter()
            .map(|row| [row.coefficients[0].1.clone(), row.coefficients[1].1.clone(), row.bound.clone()])
            .collect();
        lines.push([Rational::ONE, Rational::ZERO, Rational::ZERO]);
        lines.push([Rational::ZERO, Rational::ONE, Rational::ZERO]);
        let mut best = None;
        for (index, [a, b, e]) in lines.iter().enumerate() {
            for [c, d, f] in &lines[index + 1..] {
                let determinant = a * d - b * c;
                if determinant.is_zero() {
                    continue;
                }
                let point = [(e * d - b * f) / &determinant, (a * f - e * c) / &determinant];
                let feasible = point.iter().all(|value| value >= &Rational::ZERO)
                    && program.rows.iter().all(|row| {
                        let left = &row.coefficients[0].1 * &point[0] + &row.coefficients[1].1 * &point[1];
                        match row.relation {
                            Relation::AtMost => left <= row.bound,
                            Relation::AtLeast => left >= row.bound,
                            Relation::Equal => left == row.bound,
                        }
                    });
                if feasible {
                    let value = &program.objective[0].1 * &point[0] + &program.objective[1].1 * &point[1];
                    best = Some(best.map_or(value.clone(), |old: Rational| old.max(value)));
                }
            }
        }
        best
    }

    proptest! {
        #[test]
        fn the_optimum_is_the_best_vertex(
            rows in proptest::collection::vec((-3i32..4, -3i32..4, 0usize..3, -4i32..5), 1..5),
            objective in (-3i32..4, -3i32..4),
        ) {
            let relations = [Relation::AtMost, Relation::AtLeast, Relation::Equal];
            let mut rows: Vec<_> = rows.into_iter().map(|(a, b, kind, bound)| ([a, b], relations[kind], bound)).collect();
            rows.push(([1, 1], Relation::AtMost, 10));
            let program = program(&rows, [objective.0, objective.1]);
            match (program.solve(), best_vertex(&program)) {
                (Outcome::Optimal { value, .. }, Some(best)) => prop_assert_eq!(value, best),
                (Outcome::Infeasible, None) => {}
                (outcome, best) => prop_assert!(false, "{:?} against {:?}", outcome, best),
            }
        }
    }
}
