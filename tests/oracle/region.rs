//! Sets of distributions over the situations: polytopes, some of whose sides may be missing.
//!
//! Every inequality is homogeneous, `Σ cₓ μ(x) ≥ 0` or `> 0`: because masses sum to 1 a constant is spread over the
//! coefficients. The vertices are kept, and a new inequality cuts them: what lies on its right side stays, and each
//! segment between the two sides gives the point where it crosses. A point is a vertex when the inequalities that are
//! tight at it have rank `n − 1`. With strict inequalities the set is nonempty exactly when its closure is and each
//! strict one is positive at some vertex: then the mean of the vertices satisfies all of them.

use lavaproof::mdp::Rational;

use super::exact::{dot, negated, rank, ratio};

/// The coefficients `cₓ` of an inequality.
pub type Row = Vec<Rational>;

/// A convex set of distributions.
#[derive(Debug, Clone)]
pub struct Region {
    closed: Vec<Row>,
    strict: Vec<Row>,
    vertices: Vec<Vec<Rational>>,
}

/// The row `μ(x)`, which is also the point mass at `x`.
pub fn unit(size: usize, x: usize) -> Row {
    (0..size).map(|index| if index == x { Rational::ONE } else { Rational::ZERO }).collect()
}

impl Region {
    /// Every distribution over `size` situations.
    pub fn simplex(size: usize) -> Self {
        let units: Vec<Row> = (0..size).map(|x| unit(size, x)).collect();
        Self { closed: units.clone(), strict: Vec::new(), vertices: units }
    }

    /// One distribution: `μ(x) = mass(x) · Σ μ` for each `x`.
    pub fn point(masses: &[Rational]) -> Self {
        let size = masses.len();
        (0..size).fold(Self::simplex(size), |region, x| {
            let row: Row = unit(size, x).iter().map(|entry| entry - &masses[x]).collect();
            region.at_least(&row).at_least(&negated(&row))
        })
    }

    /// The part where `row · μ ≥ 0`.
    pub fn at_least(&self, row: &[Rational]) -> Self {
        let values: Vec<Rational> = self.vertices.iter().map(|vertex| dot(row, vertex)).collect();
        if values.iter().all(|value| value >= &Rational::ZERO) {
            return self.clone();
        }
        let mut closed = self.closed.clone();
        closed.push(row.to_vec());
        let mut vertices: Vec<Vec<Rational>> = Vec::new();
        let mut keep = |candidate: Vec<Rational>| {
            if !vertices.contains(&candidate) && is_vertex(&closed, &candidate) {
                vertices.push(candidate);
            }
        };
        for (vertex, value) in self.vertices.iter().zip(&values) {
            if value >= &Rational::ZERO {
                keep(vertex.clone());
            }
            for (other, below) in self.vertices.iter().zip(&values) {
                if value > &Rational::ZERO && below < &Rational::ZERO {
                    let share = value / (value - below);
                    keep(vertex.iter().zip(other).map(|(a, b)| a + (b - a) * &share).collect());
                }
            }
        }
        Self { closed, strict: self.strict.clone(), vertices }
    }

    /// The part where `row · μ > 0`.
    pub fn more_than(&self, row: &[Rational]) -> Self {
        let mut region = self.at_least(row);
        region.strict.push(row.to_vec());
        region
    }

    /// Whether no distribution is in it.
    pub fn is_empty(&self) -> bool {
        let positive_somewhere = |row: &Row| self.vertices.iter().any(|vertex| dot(row, vertex) > Rational::ZERO);
        self.vertices.is_empty() || !self.strict.iter().all(positive_somewhere)
    }

    /// Whether a distribution is in it.
    pub fn contains(&self, point: &[Rational]) -> bool {
        !self.vertices.is_empty()
            && point.iter().fold(Rational::ZERO, |sum, mass| sum + mass) == Rational::ONE
            && self.closed.iter().all(|row| dot(row, point) >= Rational::ZERO)
            && self.strict.iter().all(|row| dot(row, point) > Rational::ZERO)
    }

    /// A distribution in it: the mean of the vertices.
    pub fn member(&self) -> Vec<Rational> {
        let share = Rational::ONE / Rational::from(self.vertices.len());
        let mut mean = vec![Rational::ZERO; self.vertices[0].len()];
        for vertex in &self.vertices {
            for (sum, mass) in mean.iter_mut().zip(vertex) {
                *sum += mass * &share;
            }
        }
        mean
    }

    /// The distributions `½ center + ½ μ` for `μ` in this set, which must not have strict sides.
    pub fn mixed_with(&self, center: &[Rational]) -> Self {
        assert!(self.strict.is_empty(), "only closed sets are mixed");
        let half = ratio(1, 2);
        let substituted = |row: &Row| {
            let constant = dot(row, center);
            row.iter().map(|entry| entry + entry - &constant).collect()
        };
        let mixed = |vertex: &Vec<Rational>| vertex.iter().zip(center).map(|(a, b)| (a + b) * &half).collect();
        Self {
            closed: self.closed.iter().map(substituted).collect(),
            strict: Vec::new(),
            vertices: self.vertices.iter().map(mixed).collect(),
        }
    }

    /// The parts in which exactly these situations have mass, with the situations.
    pub fn by_support(&self, size: usize) -> Vec<(Self, Vec<usize>)> {
        let mut parts = Vec::new();
        for chosen in 1_u32..1 << size {
            let (inside, outside): (Vec<usize>, Vec<usize>) = (0..size).partition(|x| chosen >> x & 1 == 1);
            let part = outside.iter().fold(self.clone(), |part, &x| part.at_least(&negated(&unit(size, x))));
            let part = inside.iter().fold(part, |part, &x| part.more_than(&unit(size, x)));
            if !part.is_empty() {
                parts.push((part, inside));
            }
        }
        parts
    }

    /// Whether some distribution of the set lies in none of the cells; a cell is a conjunction of `row · μ ≥ 0`.
    ///
    /// A cell around a point of the set is cut out side by side; what is beyond each side is searched in turn.
    pub fn escapes(&self, cells: &[Vec<Row>]) -> bool {
        if self.is_empty() {
            return false;
        }
        let point = self.member();
        let around = |cell: &&Vec<Row>| cell.iter().all(|row| dot(row, &point) >= Rational::ZERO);
        let Some(cell) = cells.iter().find(around) else { return true };
        let mut inside = self.clone();
        for row in cell {
            if inside.more_than(&negated(row)).escapes(cells) {
                return true;
            }
            inside = inside.at_least(row);
        }
        false
    }
}

fn is_vertex(closed: &[Row], point: &[Rational]) -> bool {
    let tight: Vec<Row> = closed.iter().filter(|row| dot(row, point).is_zero()).cloned().collect();
    rank(tight, point.len()) + 1 == point.len()
}
