//! Polyhedral cones by their generators: the double description method (Motzkin et al. 1953; Fukuda and Prodon 1996).

use crate::mdp::Rational;
use crate::search::rewards::region::dot;

/// The cone `{w : every row · w ≥ 0}` as the sums of its generators.
#[derive(Debug, Clone)]
pub struct Cone {
    rows: Vec<Vec<Rational>>,
    /// Vectors that the cone has together with their negatives; independent.
    lines: Vec<Vec<Rational>>,
    /// The extreme rays, up to lines.
    rays: Vec<Vec<Rational>>,
}

impl Cone {
    /// The whole space.
    #[must_use]
    pub fn space(size: usize) -> Self {
        let unit = |index: usize| (0..size).map(|other| Rational::from(i64::from(other == index))).collect();
        Self { rows: Vec::new(), lines: (0..size).map(unit).collect(), rays: Vec::new() }
    }

    /// Vectors whose sums with nonnegative coefficients are the cone: rays, and both directions of lines.
    #[must_use]
    pub fn generators(&self) -> Vec<Vec<Rational>> {
        let opposite = |line: &Vec<Rational>| line.iter().map(|entry| -entry).collect();
        let lines = self.lines.iter().flat_map(|line| [line.clone(), opposite(line)]);
        self.rays.iter().cloned().chain(lines).collect()
    }

    /// Keeps what has `row · w ≥ 0`.
    pub fn cut(&mut self, row: Vec<Rational>) {
        if let Some(position) = self.lines.iter().position(|line| !dot(&row, line).is_zero()) {
            self.cut_line(position, &row);
        } else {
            self.cut_rays(&row);
        }
        self.rows.push(row);
    }

    /// Keeps what has `row · w = 0`.
    pub fn cut_to_plane(&mut self, row: &[Rational]) {
        self.cut(row.to_vec());
        self.cut(row.iter().map(|entry| -entry).collect());
    }

    /// One line leaves the half-space: half of it is a ray, everything else is moved along it into the plane.
    fn cut_line(&mut self, position: usize, row: &[Rational]) {
        let mut line = self.lines.swap_remove(position);
        let length = dot(row, &line);
        let move_into_plane = |vector: &mut Vec<Rational>| {
            let factor = dot(row, vector) / &length;
            for (entry, step) in vector.iter_mut().zip(&line) {
                *entry -= &factor * step;
            }
        };
        self.lines.iter_mut().chain(&mut self.rays).for_each(move_into_plane);
        if length < Rational::ZERO {
            line.iter_mut().for_each(|entry| *entry = -std::mem::take(entry));
        }
        self.rays.push(normalised(line));
    }

    fn cut_rays(&mut self, row: &[Rational]) {
        let values: Vec<Rational> = self.rays.iter().map(|ray| dot(row, ray)).collect();
        let side = |above: bool| {
            let values = &values;
            (0..values.len())
                .filter(move |&index| !values[index].is_zero() && (values[index] > Rational::ZERO) == above)
        };
        let zeros: Vec<Vec<usize>> = self.rays.iter().map(|ray| self.tight(ray)).collect();
        let mut between = Vec::new();
        for above in side(true) {
            for below in side(false) {
                let common: Vec<usize> =
                    zeros[above].iter().copied().filter(|index| zeros[below].contains(index)).collect();
                let third = (0..values.len())
                    .any(|other| other != above && other != below && common.iter().all(|i| zeros[other].contains(i)));
                if !third {
                    let combined = self.rays[above]
                        .iter()
                        .zip(&self.rays[below])
                        .map(|(high, low)| &values[above] * low - &values[below] * high);
                    between.push(normalised(combined.collect()));
                }
            }
        }
        let mut index = 0;
        self.rays.retain(|_| {
            index += 1;
            values[index - 1] >= Rational::ZERO
        });
        self.rays.extend(between);
    }

    /// The rows that hold with equality.
    fn tight(&self, ray: &[Rational]) -> Vec<usize> {
        (0..self.rows.len()).filter(|&index| dot(&self.rows[index], ray).is_zero()).collect()
    }
}

/// The vector with a largest entry of ±1, so that equal directions are equal vectors.
fn normalised(mut vector: Vec<Rational>) -> Vec<Rational> {
    let size = |entry: &Rational| if entry < &Rational::ZERO { -entry } else { entry.clone() };
    if let Some(largest) = vector.iter().map(size).max().filter(|largest| !largest.is_zero()) {
        vector.iter_mut().for_each(|entry| *entry /= &largest);
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vector(entries: &[i64]) -> Vec<Rational> {
        entries.iter().copied().map(Rational::from).collect()
    }

    #[test]
    fn the_positive_orthant_has_its_axes() {
        let mut cone = Cone::space(3);
        for row in [[1, 0, 0], [0, 1, 0], [0, 0, 1]] {
            cone.cut(vector(&row));
        }
        let mut generators = cone.generators();
        generators.sort();
        assert_eq!(generators, [vector(&[0, 0, 1]), vector(&[0, 1, 0]), vector(&[1, 0, 0])]);
        cone.cut_to_plane(&vector(&[1, -1, 0]));
        let mut generators = cone.generators();
        generators.sort();
        assert_eq!(generators, [vector(&[0, 0, 1]), vector(&[1, 1, 0])]);
    }

    proptest! {
        /// Integer vectors of a cone are sums of its generators: no linear function that is nonnegative on the
        /// generators is negative on them. And generators are in the cone.
        #[test]
        fn generators_span_the_cone(
            rows in proptest::collection::vec([-2i64..3, -2i64..3, -2i64..3], 0..7),
            function in [-3i64..4, -3i64..4, -3i64..4],
        ) {
            let mut cone = Cone::space(3);
            for row in &rows {
                cone.cut(vector(row));
            }
            let inside = |point: &[Rational]| rows.iter().all(|row| dot(&vector(row), point) >= Rational::ZERO);
            let generators = cone.generators();
            prop_assert!(generators.iter().all(|generator| inside(generator)));
            let function = vector(&function);
            let nonnegative = generators.iter().all(|generator| dot(&function, generator) >= Rational::ZERO);
            let mut least = Rational::ZERO;
            for x in -4..5 {
                for y in -4..5 {
                    for z in -4..5 {
                        let point = vector(&[x, y, z]);
                        if inside(&point) {
                            least = least.min(dot(&function, &point));
                        }
                    }
                }
            }
            prop_assert!(!nonnegative || least.is_zero());
        }
    }
}
