//! Linear programs in exact arithmetic. Knows nothing of MDPs.

mod simplex;

use crate::mdp::Rational;
pub use crate::problem::Relation;

/// One row `Σ coefficient · x(variable)  relation  bound`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Coefficients by variable, each variable at most once.
    pub coefficients: Vec<(usize, Rational)>,
    /// The comparison.
    pub relation: Relation,
    /// The right-hand side.
    pub bound: Rational,
}

/// Maximise `objective · x` subject to the rows and `x ≥ 0`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinearProgram {
    /// Number of variables.
    pub variables: usize,
    /// The rows.
    pub rows: Vec<Row>,
    /// Objective coefficients by variable.
    pub objective: Vec<(usize, Rational)>,
}

/// What a linear program turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The largest value and a point where it is attained.
    Optimal {
        /// The objective's value.
        value: Rational,
        /// The values of the variables.
        point: Vec<Rational>,
    },
    /// No point satisfies the rows.
    Infeasible,
    /// The objective grows without bound.
    Unbounded,
}

impl LinearProgram {
    /// Solves the program exactly: two-phase simplex with Bland's rule, which always ends.
    ///
    /// ```
    /// use lavaproof::lp::{LinearProgram, Outcome, Relation, Row};
    /// use lavaproof::mdp::Rational;
    /// let program = LinearProgram {
    ///     variables: 1,
    ///     rows: vec![Row {
    ///         coefficients: vec![(0, Rational::from(3))],
    ///         relation: Relation::AtMost,
    ///         bound: Rational::from(1),
    ///     }],
    ///     objective: vec![(0, Rational::from(1))],
    /// };
    /// let Outcome::Optimal { value, .. } = program.solve() else { panic!() };
    /// assert_eq!(value, Rational::from(1) / Rational::from(3));
    /// ```
    #[must_use]
    pub fn solve(&self) -> Outcome {
        simplex::solve(self)
    }
}
