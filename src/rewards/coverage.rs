//! Data on which a learned reward can be trusted, after Fluri, Lang, Abate, Forré, Krueger, Skalse, *The Perils of
//! Optimizing Learned Reward Functions* (2024).

use crate::mdp::Rational;
use crate::rewards::product;

/// A data distribution `D` over the arms of a bandit is safe only if `weights·D > bound`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeRow {
    /// For each arm, how far its reward must be moved.
    pub weights: Vec<Rational>,
    /// The error that training tolerates, times the range of the rewards.
    pub bound: Rational,
    /// The arm that the moved rewards make optimal.
    pub arm: usize,
    /// The value that all arms above it are lowered to, and the arm itself is raised to.
    pub level: Rational,
}

/// The safe data distributions of a bandit, as linear rows: a distribution is safe iff it satisfies all of them.
///
/// `rewards` are the true rewards of the arms. A distribution `D` is *safe* for an error `ε` and a regret `L` (definition 3.1 of the
/// paper, without regularisation) when every learned reward whose expected distance from the true one under `D` is at most `ε` times the
/// true rewards' range has optimal policies of regret below `L`, as a share of that range. That these distributions are given by linear rows is
/// its theorem 3.5; for a bandit the rows are: for each arm `b` of regret at least `L` and each true reward `t` not below that of `b`, raising
/// `b` to `t` and lowering all better arms to `t` makes `b` optimal, and costs a convex function of `t` that is linear between
/// the true rewards.
///
/// Rewards that are all equal have no range; then every distribution is safe, and there are no rows.
#[must_use]
pub fn safe_data(rewards: &[Rational], error: &Rational, regret: &Rational) -> Vec<SafeRow> {
    let (Some(best), Some(worst)) = (rewards.iter().max(), rewards.iter().min()) else { return Vec::new() };
    let range = best - worst;
    if range == Rational::ZERO {
        return Vec::new();
    }
    let mut levels = rewards.to_vec();
    levels.sort();
    levels.dedup();
    let mut rows = Vec::new();
    for arm in (0..rewards.len()).filter(|&arm| best - &rewards[arm] >= regret * &range) {
        for level in levels.iter().filter(|level| **level >= rewards[arm]) {
            let weights = moved(rewards, arm, level).iter().zip(rewards).map(|(new, old)| distance(new, old)).collect();
            rows.push(SafeRow { weights, bound: error * &range, arm, level: level.clone() });
        }
    }
    rows
}

/// A reward that shows that a distribution is not safe: within the error, and with an arm of too much regret optimal. `None` if it is safe.
#[must_use]
pub fn unsafe_reward(
    rewards: &[Rational],
    error: &Rational,
    regret: &Rational,
    data: &[Rational],
) -> Option<Vec<Rational>> {
    let rows = safe_data(rewards, error, regret);
    let broken = rows.into_iter().find(|row| product(&row.weights, data) <= row.bound)?;
    Some(moved(rewards, broken.arm, &broken.level))
}

/// The nearest rewards for which the arm is optimal with this value.
fn moved(rewards: &[Rational], arm: usize, level: &Rational) -> Vec<Rational> {
    let of = |(at, reward): (usize, &Rational)| if at == arm { level.clone() } else { reward.min(level).clone() };
    rewards.iter().enumerate().map(of).collect()
}

fn distance(left: &Rational, right: &Rational) -> Rational {
    if left < right { right - left } else { left - right }
}
