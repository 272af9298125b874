//! The weights of features that are aligned with the true ones, as cones with few sides.

use crate::budget::Budget;
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::Rational;
use crate::rewards::evidence::{EvidenceError, Shown, at_most, listed, sum_of};
use crate::rewards::{AlignedCone, Episodes, deterministic_policies, product};

const MOST_POLICIES: usize = 10_000;

/// The weights of features whose optimal policies are optimal for a reward (Brown et al. 2021): a cone for each policy that is optimal for it from every state, each with
/// few sides. Each side is one choice's advantage, and each advantage is shown to follow from the sides, by non-negative multipliers.
///
/// `features[k]` holds the name of a feature and its value at each choice.
///
/// # Errors
/// When the reward is no weighted sum of the features, when policies are too many, and when the budget is exhausted.
pub fn aligned_evidence(
    episodes: &Episodes<'_>,
    features: &[(&str, &[Rational])],
    reward: &[Rational],
    budget: &Budget,
) -> Result<Shown, EvidenceError> {
    at_most(episodes.mdp(), MOST_POLICIES)?;
    let weights = weights(features, reward).ok_or(EvidenceError::NoWeights)?;
    let values: Vec<Vec<Rational>> = features.iter().map(|(_, values)| values.to_vec()).collect();
    let mdp = episodes.mdp();
    let named: Vec<String> =
        features.iter().zip(&weights).map(|((name, _), weight)| format!("{name} {weight}")).collect();
    let mut findings = vec![("true weights".to_owned(), named.join(", "))];
    let (mut cones, mut text) = (0_usize, String::new());
    for policy in deterministic_policies(mdp) {
        budget.check()?;
        let Some(cone) = AlignedCone::of(episodes, &values, &policy, &weights, budget)? else { continue };
        cones += 1;
        let short = cone.without_redundant_rows();
        let taken = (0..mdp.states()).filter_map(|state| policy.choice(state));
        text.push_str(&format!("cone{}\n", listed(taken)));
        for (kind, rows) in [("strict", short.strict()), ("weak", short.weak())] {
            text.push_str(&format!("{kind} {}\n", rows.len()));
            for row in rows {
                text.push_str(&format!("side{}\n", listed(row)));
                let sum = sum_of(row.iter().zip(features.iter().map(|(name, _)| (*name).to_owned())));
                let sign = if kind == "strict" { "> 0" } else { "≥ 0" };
                findings.push((format!("cone {cones}"), format!("{sum} {sign}")));
            }
        }
        let advantages = AlignedCone::advantages(episodes, &values, &policy, budget)?;
        text.push_str(&format!("follows {}\n", advantages.len()));
        for advantage in &advantages {
            let worth = product(advantage, &weights);
            let multipliers = short
                .multipliers(advantage, worth > Rational::ZERO)
                .ok_or(EvidenceError::Disagreement("the sides of a cone"))?;
            text.push_str(&format!("by{}\n", listed(multipliers)));
        }
    }
    findings.insert(1, ("cones of aligned weights".to_owned(), cones.to_string()));
    let rows: String = values.iter().map(|feature| format!("feature{}\n", listed(feature))).collect();
    let evidence = format!(
        "claim aligned\nfeatures {}\n{rows}weights{}\ncones {cones}\n{text}end\n",
        features.len(),
        listed(&weights)
    );
    Ok(Shown { findings, evidence: Ok(evidence) })
}

/// Weights whose sum of features is the reward.
fn weights(features: &[(&str, &[Rational])], reward: &[Rational]) -> Option<Vec<Rational>> {
    let rows = reward.iter().enumerate().map(|(choice, bound)| Row {
        coefficients: features
            .iter()
            .enumerate()
            .flat_map(|(at, (_, values))| [(2 * at, values[choice].clone()), (2 * at + 1, -&values[choice])])
            .collect(),
        relation: Relation::Equal,
        bound: bound.clone(),
    });
    let program = LinearProgram { variables: 2 * features.len(), rows: rows.collect(), objective: Vec::new() };
    match program.solve() {
        Outcome::Optimal { point, .. } => {
            Some((0..features.len()).map(|at| &point[2 * at] - &point[2 * at + 1]).collect())
        }
        Outcome::Infeasible | Outcome::Unbounded => None,
    }
}
