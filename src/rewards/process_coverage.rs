//! Data on which a learned reward of a whole process can be trusted, after Fluri, Lang, Abate, Forré, Krueger, Skalse, *The
//! Perils of Optimizing Learned Reward Functions* (2024).

use thiserror::Error;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Policy, Rational};
use crate::rewards::aligned::irredundant;
use crate::rewards::linear::solution;
use crate::rewards::{Episodes, deterministic_policies, difference, product};

/// Systems of equations that may be tried; larger processes are refused.
const MOST_SYSTEMS: u64 = 300_000;

/// A data distribution `D` over the choices of a process is safe only if `weights·D > bound`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessRow {
    /// For each choice, how far its reward must be moved.
    pub weights: Vec<Rational>,
    /// The error that training tolerates, times the range of the values.
    pub bound: Rational,
    /// A policy of too much regret.
    pub policy: Policy,
    /// The moved rewards, for which it is optimal.
    pub learned: Vec<Rational>,
}

/// Why the rows of a process are not listed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CoverageError {
    /// The process is too large for this method.
    #[error(
        "{choices} choices and {conditions} conditions on which policy is optimal are too many: at most {MOST_SYSTEMS} \
         systems of equations are tried"
    )]
    TooLarge {
        /// Choices that some policy takes.
        choices: usize,
        /// Independent conditions that make a policy optimal.
        conditions: usize,
    },
    /// Time is over.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

/// The safe data distributions of a process, as linear rows: a distribution over its choices is safe iff it satisfies all of them.
///
/// A distribution `D` is *safe* for an error `ε` and a regret `L` (definition 3.1 of the paper, without regularisation) when every learned reward
/// whose expected distance from the true one under `D` is at most `ε` times the range of the true values has optimal policies of regret below
/// `L`, as a share of that range. The range is from the worst to the best policy's value. That such rows exist is the paper's
/// theorem 3.5.
///
/// If an optimal policy has too much regret, so has a deterministic one, as it is no better than the worst of those that it mixes. For each of
/// these, the rewards for which it is optimal are a cone given by the other policies' occupancy measures, and the least expected distance of the cone from
/// the true reward is attained at a vertex of one of the cone's pieces in which no entry changes its direction. There are finitely many
/// vertices, they do not depend on `D`, and each is a row. Rows that follow from another one because no weight is smaller are left out.
///
/// Where all policies are worth the same, every distribution is safe, and there are no rows.
///
/// # Errors
/// When the vertices are too many to be listed, or the budget is exhausted.
pub fn safe_process_data(
    episodes: &Episodes<'_>,
    reward: &[Rational],
    error: &Rational,
    regret: &Rational,
    budget: &Budget,
) -> Result<Vec<ProcessRow>, CoverageError> {
    let mut known: Vec<(Vec<Rational>, Policy)> = Vec::new();
    for policy in deterministic_policies(episodes.mdp()) {
        let measure = episodes.occupancy(&policy, budget)?;
        if known.iter().all(|(other, _)| *other != measure) {
            known.push((measure, policy));
        }
    }
    let values: Vec<Rational> = known.iter().map(|(measure, _)| product(measure, reward)).collect();
    let (Some(best), Some(worst)) = (values.iter().max(), values.iter().min()) else { return Ok(Vec::new()) };
    let range = best - worst;
    if range == Rational::ZERO {
        return Ok(Vec::new());
    }
    let met = |choice: &usize| known.iter().any(|(measure, _)| measure[*choice] != Rational::ZERO);
    let taken: Vec<usize> = (0..reward.len()).filter(met).collect();
    let mut rows: Vec<ProcessRow> = Vec::new();
    for ((measure, policy), value) in known.iter().zip(&values) {
        if best - value < regret * &range {
            continue;
        }
        let others = known.iter().filter(|(other, _)| other != measure);
        let conditions = irredundant(others.map(|(other, _)| difference(measure, other)).collect());
        for moved in nearest(&conditions, reward, &taken, budget)? {
            rows.push(ProcessRow {
                weights: moved.iter().map(|entry| entry.clone().max(-entry.clone())).collect(),
                bound: error * &range,
                policy: policy.clone(),
                learned: reward.iter().zip(&moved).map(|(own, by)| own + by).collect(),
            });
        }
    }
    Ok(without_weaker(rows))
}

/// The moves after which no condition has a negative product with the reward, and which are vertices of their piece: as many of the conditions and
/// of the coordinates vanish as there are choices.
fn nearest(
    conditions: &[Vec<Rational>],
    reward: &[Rational],
    taken: &[usize],
    budget: &Budget,
) -> Result<Vec<Vec<Rational>>, CoverageError> {
    let systems = (0..=taken.len())
        .map(|moved| subsets(taken.len(), moved).and_then(|some| some.checked_mul(subsets(conditions.len(), moved)?)));
    if systems.into_iter().try_fold(0_u64, |sum, more| sum.checked_add(more?)).is_none_or(|all| all > MOST_SYSTEMS) {
        return Err(CoverageError::TooLarge { choices: taken.len(), conditions: conditions.len() });
    }
    let mut moves = Vec::new();
    for size in 0..=taken.len().min(conditions.len()) {
        let tights = chosen(conditions.len(), size);
        for places in chosen(taken.len(), size) {
            budget.check()?;
            for tight in &tights {
                let equation = |&condition: &usize| {
                    let row = &conditions[condition];
                    let entries = places.iter().map(|&place| row[taken[place]].clone());
                    entries.chain([-product(row, reward)]).collect::<Vec<_>>()
                };
                let Some(solved) = solution(tight.iter().map(equation).collect()) else { continue };
                let mut moved = vec![Rational::ZERO; reward.len()];
                places.iter().zip(solved).for_each(|(&place, by)| moved[taken[place]] = by);
                let learned: Vec<Rational> = reward.iter().zip(&moved).map(|(own, by)| own + by).collect();
                if conditions.iter().all(|row| product(row, &learned) >= Rational::ZERO) {
                    moves.push(moved);
                }
            }
        }
    }
    Ok(moves)
}

/// Each row once, without those that a row with no larger weight implies.
fn without_weaker(rows: Vec<ProcessRow>) -> Vec<ProcessRow> {
    let implies = |one: &ProcessRow, other: &ProcessRow| one.weights.iter().zip(&other.weights).all(|(a, b)| a <= b);
    let mut kept: Vec<ProcessRow> = Vec::new();
    for row in rows {
        if kept.iter().all(|other| !implies(other, &row)) {
            kept.retain(|other| !implies(&row, other));
            kept.push(row);
        }
    }
    kept
}

/// How many subsets of a size there are; `None` if they are too many to be counted.
fn subsets(of: usize, size: usize) -> Option<u64> {
    if size > of {
        return Some(0);
    }
    (0..size).try_fold(1_u64, |count, step| {
        Some(count.checked_mul(u64::try_from(of - step).ok()?)? / u64::try_from(step + 1).ok()?)
    })
}

/// All subsets of a size, in lexicographic order.
fn chosen(of: usize, size: usize) -> Vec<Vec<usize>> {
    let mut sets = vec![Vec::new()];
    for place in 0..size {
        let longer = |set: Vec<usize>| {
            let from = set.last().map_or(0, |last| last + 1);
            (from..of + place + 1 - size).map(move |next| set.iter().copied().chain([next]).collect::<Vec<usize>>())
        };
        sets = sets.into_iter().flat_map(longer).collect();
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_are_listed_and_counted() {
        assert_eq!(chosen(4, 2), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!(chosen(3, 0), [Vec::<usize>::new()]);
        for (of, size) in [(0, 0), (5, 1), (6, 3), (7, 7), (2, 3)] {
            let listed = if size > of { 0 } else { chosen(of, size).len() };
            assert_eq!(subsets(of, size), u64::try_from(listed).ok());
        }
        assert_eq!(subsets(1000, 500), None);
    }
}
