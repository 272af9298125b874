//! Whether a reward is one of a class, for which weights of features exist.

use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::{Rational, Reward};
use crate::problem::Feature;

/// Whether a reward is `Σ wᵢ φᵢ` for some weights `w`. Those of a reward that is not 0 everywhere are not all 0.
#[must_use]
pub fn is_combination(reward: &Reward, features: &[Feature]) -> bool {
    let mut rows: Vec<(Vec<&Rational>, &Rational)> = Vec::new();
    for (choice, value) in reward.iter().enumerate() {
        let row = (features.iter().map(|feature| &feature.values[choice]).collect(), value);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    // Weights of either sign are differences of two variables.
    let row = |(values, value): (Vec<&Rational>, &Rational)| {
        let present = values.into_iter().enumerate().filter(|(_, value)| **value != Rational::ZERO);
        let coefficients = present.flat_map(|(at, value)| [(2 * at, value.clone()), (2 * at + 1, -value)]).collect();
        Row { coefficients, relation: Relation::Equal, bound: value.clone() }
    };
    let rows = rows.into_iter().map(row).collect();
    let program = LinearProgram { variables: 2 * features.len(), rows, objective: Vec::new() };
    matches!(program.solve(), Outcome::Optimal { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_have_weights_of_either_sign() {
        let reward = |values: [i64; 3]| -> Reward { values.map(Rational::from).to_vec() };
        let feature = |values| Feature { name: "f".to_owned(), values: reward(values) };
        let features = [feature([1, 0, 1]), feature([0, 1, 1])];
        assert!(is_combination(&reward([2, -3, -1]), &features) && is_combination(&reward([0, 0, 0]), &features));
        assert!(!is_combination(&reward([2, -3, 0]), &features));
        assert!(!is_combination(&reward([1, 0, 0]), &[]) && is_combination(&reward([0, 0, 0]), &[]));
    }
}
