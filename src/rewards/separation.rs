//! A reward that satisfies linear conditions, or the reason why there is none.

use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::Rational;
use crate::rewards::product;

/// Whether some reward `r` has `d·r > 0` for all of some vectors `d`, and `e·r = 0` for all of others.
///
/// By Motzkin's theorem of the alternative exactly one of the two exists, and each can be checked by multiplication:
/// [`Separation::is_proof_for`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Separation {
    /// This reward does.
    Reward(Vec<Rational>),
    /// None does: this combination of the vectors is zero, with non-negative coefficients of the strict ones, not all
    /// zero. A reward would have to give it a positive product.
    Never {
        /// Coefficients of the vectors whose product is to be positive.
        strict: Vec<Rational>,
        /// Coefficients of the vectors whose product is to be zero.
        equal: Vec<Rational>,
    },
}

impl Separation {
    /// Whether there is such a reward.
    #[must_use]
    pub fn exists(&self) -> bool {
        matches!(self, Self::Reward(_))
    }

    /// Whether this proves what it says about these vectors.
    #[must_use]
    pub fn is_proof_for(&self, strict: &[Vec<Rational>], equal: &[Vec<Rational>]) -> bool {
        match self {
            Self::Reward(reward) => {
                strict.iter().all(|vector| product(vector, reward) > Rational::ZERO)
                    && equal.iter().all(|vector| product(vector, reward) == Rational::ZERO)
            }
            Self::Never { strict: weights, equal: free } => {
                let length = strict.iter().chain(equal).map(Vec::len).max().unwrap_or(0);
                let vanishes = (0..length).all(|entry| {
                    let terms = weights.iter().zip(strict).chain(free.iter().zip(equal));
                    terms.fold(Rational::ZERO, |sum, (weight, vector)| sum + weight * &vector[entry]) == Rational::ZERO
                });
                weights.len() == strict.len()
                    && free.len() == equal.len()
                    && weights.iter().all(|weight| *weight >= Rational::ZERO)
                    && weights.iter().any(|weight| *weight > Rational::ZERO)
                    && vanishes
            }
        }
    }
}

/// Decides whether some reward has a positive product with all of `strict` and the product 0 with all of `equal`.
///
/// All vectors have one length. Without a strict one the answer is the reward 0.
///
/// ```
/// use lavaproof::mdp::Rational;
/// use lavaproof::rewards::separate;
/// let [up, down] = [1, -1].map(|entry| vec![Rational::from(entry)]);
/// assert!(separate(&[up.clone()], &[]).exists());
/// assert!(!separate(&[up, down], &[]).exists());
/// ```
#[must_use]
pub fn separate(strict: &[Vec<Rational>], equal: &[Vec<Rational>]) -> Separation {
    let entries = strict.iter().chain(equal).map(Vec::len).max().unwrap_or(0);
    // A reward of any sign is the difference of two non-negative ones. Rewards can be scaled, so `> 0` is `≥ 1`.
    let row =
        |vector: &[Rational], relation, bound| Row { coefficients: signed(vector.iter().enumerate()), relation, bound };
    let rows = strict.iter().map(|vector| row(vector, Relation::AtLeast, Rational::ONE));
    let rows = rows.chain(equal.iter().map(|vector| row(vector, Relation::Equal, Rational::ZERO))).collect();
    let program = LinearProgram { variables: 2 * entries, rows, objective: Vec::new() };
    match program.solve() {
        Outcome::Optimal { point, .. } => {
            Separation::Reward((0..entries).map(|entry| &point[2 * entry] - &point[2 * entry + 1]).collect())
        }
        Outcome::Infeasible | Outcome::Unbounded => alternative(strict, equal, entries),
    }
}

/// The combination that rules a reward out.
fn alternative(strict: &[Vec<Rational>], equal: &[Vec<Rational>], entries: usize) -> Separation {
    let offset = strict.len();
    let mut rows: Vec<Row> = (0..entries)
        .map(|entry| {
            let mut coefficients: Vec<(usize, Rational)> = strict
                .iter()
                .enumerate()
                .filter(|(_, vector)| vector[entry] != Rational::ZERO)
                .map(|(at, vector)| (at, vector[entry].clone()))
                .collect();
            let free = signed(equal.iter().map(|vector| &vector[entry]).enumerate());
            coefficients.extend(free.into_iter().map(|(at, coefficient)| (offset + at, coefficient)));
            Row { coefficients, relation: Relation::Equal, bound: Rational::ZERO }
        })
        .collect();
    rows.push(Row {
        coefficients: (0..offset).map(|at| (at, Rational::ONE)).collect(),
        relation: Relation::Equal,
        bound: Rational::ONE,
    });
    let program = LinearProgram { variables: offset + 2 * equal.len(), rows, objective: Vec::new() };
    let Outcome::Optimal { point, .. } = program.solve() else {
        unreachable!("one of the two alternatives has a solution")
    };
    Separation::Never {
        strict: point[..offset].to_vec(),
        equal: (0..equal.len()).map(|at| &point[offset + 2 * at] - &point[offset + 2 * at + 1]).collect(),
    }
}

/// Coefficients of free numbers, each the difference of the variables `2n` and `2n + 1`.
fn signed<'a>(coefficients: impl Iterator<Item = (usize, &'a Rational)>) -> Vec<(usize, Rational)> {
    let present = coefficients.filter(|(_, coefficient)| **coefficient != Rational::ZERO);
    present.flat_map(|(at, coefficient)| [(2 * at, coefficient.clone()), (2 * at + 1, -coefficient)]).collect()
}
