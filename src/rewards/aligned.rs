//! The rewards whose optimal policies are optimal for a given one, after Brown, Schneider, Dragan, Niekum, *Value
//! Alignment Verification* (2021).

use crate::budget::{Budget, Exhausted};
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::{Policy, Rational};
use crate::rewards::{Episodes, difference, product};

/// Weights of features for which a policy is optimal, and no choice that the true weights rule out is.
///
/// Optimal means from every state. With `Φ(s, a)` the expected discounted features of taking `a` in `s` and following
/// the policy from then on, weights `w` belong to the cone iff `w·(Φ(s, π(s)) − Φ(s, b))` is positive for each choice `b` that is not
/// optimal for the true weights, and not negative for each one that is (corollary 1 of the paper, with ties kept apart).
/// Where the true weights have one optimal policy, the cone is exactly the set of aligned weights; where they have several, that set is the
/// union of their cones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlignedCone {
    strict: Vec<Vec<Rational>>,
    weak: Vec<Vec<Rational>>,
}

impl AlignedCone {
    /// The cone of a policy that is optimal, from every state, for the true weights; `None` if it is not optimal. `features[k]` holds
    /// the `k`-th feature of each choice.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn of(
        episodes: &Episodes<'_>,
        features: &[Vec<Rational>],
        policy: &Policy,
        weights: &[Rational],
        budget: &Budget,
    ) -> Result<Option<Self>, Exhausted> {
        let (mut strict, mut weak) = (Vec::new(), Vec::new());
        for advantage in Self::advantages(episodes, features, policy, budget)? {
            let worth = product(weights, &advantage);
            if worth < Rational::ZERO {
                return Ok(None);
            }
            let rows = if worth > Rational::ZERO { &mut strict } else { &mut weak };
            // A tie whatever the weights are is no condition.
            if advantage.iter().any(|entry| *entry != Rational::ZERO) && !rows.contains(&advantage) {
                rows.push(advantage);
            }
        }
        Ok(Some(Self { strict, weak }))
    }

    /// By how much the features that a policy expects exceed those of one step of each choice that it does not take, in the order of the choices.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn advantages(
        episodes: &Episodes<'_>,
        features: &[Vec<Rational>],
        policy: &Policy,
        budget: &Budget,
    ) -> Result<Vec<Vec<Rational>>, Exhausted> {
        let mdp = episodes.mdp();
        let values: Vec<Vec<Rational>> =
            features.iter().map(|feature| episodes.values(policy, feature, budget)).collect::<Result<_, _>>()?;
        let after = |choice: usize| -> Vec<Rational> {
            let expected = |feature: &[Rational], values: &[Rational]| {
                let next = mdp.row(choice).fold(Rational::ZERO, |sum, (target, mass)| sum + mass * &values[target]);
                &feature[choice] + episodes.discount() * next
            };
            features.iter().zip(&values).map(|(feature, values)| expected(feature, values)).collect()
        };
        let mut advantages = Vec::new();
        for state in 0..mdp.states() {
            let Some(taken) = policy.choice(state) else { continue };
            let others = mdp.choices_of(state).filter(|&other| other != taken);
            advantages.extend(others.map(|other| difference(&after(taken), &after(other))));
        }
        Ok(advantages)
    }

    /// The vectors that must have a positive product with the weights.
    #[must_use]
    pub fn strict(&self) -> &[Vec<Rational>] {
        &self.strict
    }

    /// The vectors that must not have a negative product with the weights.
    #[must_use]
    pub fn weak(&self) -> &[Vec<Rational>] {
        &self.weak
    }

    /// Whether weights belong to the cone.
    #[must_use]
    pub fn contains(&self, weights: &[Rational]) -> bool {
        self.strict.iter().all(|row| product(row, weights) > Rational::ZERO)
            && self.weak.iter().all(|row| product(row, weights) >= Rational::ZERO)
    }

    /// The same cone without rows that follow from the others: a shortest test, up to scaling.
    ///
    /// A strict row goes only if it is a non-negative combination of other rows with a strict one among them, a weak row if it is one of any. The
    /// combination is found by an exact linear program.
    #[must_use]
    pub fn without_redundant_rows(&self) -> Self {
        let mut kept = self.clone();
        let mut at = 0;
        while at < kept.weak.len() {
            let row = kept.weak.remove(at);
            if !kept.implies(&row, false) {
                kept.weak.insert(at, row);
                at += 1;
            }
        }
        at = 0;
        while at < kept.strict.len() {
            let row = kept.strict.remove(at);
            if !kept.implies(&row, true) {
                kept.strict.insert(at, row);
                at += 1;
            }
        }
        kept
    }

    /// Whether the row is a non-negative combination of the rows, with a strict one in it if `strictly`.
    fn implies(&self, row: &[Rational], strictly: bool) -> bool {
        self.multipliers(row, strictly).is_some()
    }

    /// The non-negative combination of the rows, the strict ones first, that is a vector, with a strict one in it if `strictly`.
    pub(super) fn multipliers(&self, row: &[Rational], strictly: bool) -> Option<Vec<Rational>> {
        let rows: Vec<&Vec<Rational>> = self.strict.iter().chain(&self.weak).collect();
        let equations = (0..row.len()).map(|entry| Row {
            coefficients: rows.iter().map(|other| other[entry].clone()).enumerate().collect(),
            relation: Relation::Equal,
            bound: row[entry].clone(),
        });
        // Unbounded, the strict rows would have a combination that is zero, and the cone would be empty; it holds the true weights.
        let objective = (0..self.strict.len()).map(|at| (at, Rational::ONE)).collect();
        let program = LinearProgram { variables: rows.len(), rows: equations.collect(), objective };
        match program.solve() {
            Outcome::Optimal { value, point } if !strictly || value > Rational::ZERO => Some(point),
            Outcome::Optimal { .. } | Outcome::Infeasible | Outcome::Unbounded => None,
        }
    }
}

/// Vectors that have no negative product with the same weights as all of these.
pub(super) fn irredundant(rows: Vec<Vec<Rational>>) -> Vec<Vec<Rational>> {
    AlignedCone { strict: Vec::new(), weak: rows }.without_redundant_rows().weak
}
