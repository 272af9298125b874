//! The orders of policies that rewards have, after Skalse, Howe, Krasheninnikov, Krueger, *Defining and
//! Characterizing Reward Hacking* (2022).

use std::cmp::Ordering;

use crate::mdp::Rational;
use crate::rewards::{Separation, difference, product, separate};

/// A ranking of finitely many policies in which several may share a rank.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WeakOrder(Vec<usize>);

impl WeakOrder {
    /// Every weak order of `policies` things: 1, 3, 13, 75, … of them.
    #[must_use]
    pub fn all(policies: usize) -> Vec<Self> {
        let mut orders = Vec::new();
        let mut ranks = vec![0; policies];
        loop {
            let order = Self(ranks.clone());
            if (0..order.ranks()).all(|rank| order.0.contains(&rank)) {
                orders.push(order);
            }
            let Some(at) = (0..policies).rev().find(|&at| ranks[at] + 1 < policies) else { break };
            ranks[at] += 1;
            ranks[at + 1..].fill(0);
        }
        orders
    }

    /// The order that a reward has: policies by the product of the reward with their occupancy measures.
    #[must_use]
    pub fn of(measures: &[Vec<Rational>], reward: &[Rational]) -> Self {
        let values: Vec<Rational> = measures.iter().map(|measure| product(measure, reward)).collect();
        let mut levels = values.clone();
        levels.sort();
        levels.dedup();
        Self(values.iter().map(|value| levels.partition_point(|level| level < value)).collect())
    }

    /// How a policy compares with another one: `Greater` is better.
    #[must_use]
    pub fn compare(&self, policy: usize, other: usize) -> Ordering {
        self.0[policy].cmp(&self.0[other])
    }

    /// The rank of each policy, from 0, the worst.
    #[must_use]
    pub fn by_policy(&self) -> &[usize] {
        &self.0
    }

    /// How many ranks are distinguished.
    #[must_use]
    pub fn ranks(&self) -> usize {
        self.0.iter().max().map_or(0, |rank| rank + 1)
    }

    /// Whether no two policies share a rank.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.ranks() == self.0.len()
    }

    /// Whether all policies share one rank.
    #[must_use]
    pub fn is_trivial(&self) -> bool {
        self.ranks() <= 1
    }

    /// Whether two rewards with these orders are unhackable relative to each other: no two policies are compared in strictly
    /// opposite ways (definition 1 of the paper, negated).
    #[must_use]
    pub fn is_unhackable_with(&self, other: &Self) -> bool {
        self.pairs().all(|(a, b)| {
            let (mine, theirs) = (self.compare(a, b), other.compare(a, b));
            mine == Ordering::Equal || theirs == Ordering::Equal || mine == theirs
        })
    }

    /// Whether a reward with this order simplifies one with the other: some difference becomes a tie, none is reversed, and no
    /// tie becomes a difference (definition 2).
    #[must_use]
    pub fn simplifies(&self, other: &Self) -> bool {
        self != other
            && self.pairs().all(|(a, b)| {
                let mine = self.compare(a, b);
                mine == Ordering::Equal || mine == other.compare(a, b)
            })
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let policies = self.0.len();
        (0..policies).flat_map(move |a| (a + 1..policies).map(move |b| (a, b)))
    }
}

/// A reward with exactly this order of the policies with these occupancy measures, or the reason why no reward has it.
#[must_use]
pub fn realise(measures: &[Vec<Rational>], order: &WeakOrder) -> Separation {
    let (strict, equal) = conditions(measures, order);
    separate(&strict, &equal)
}

/// Neighbours in the order: their differences must be positive, or zero.
fn conditions(measures: &[Vec<Rational>], order: &WeakOrder) -> (Vec<Vec<Rational>>, Vec<Vec<Rational>>) {
    let mut ranked: Vec<usize> = (0..measures.len()).collect();
    ranked.sort_by(|&a, &b| order.compare(a, b));
    let (mut strict, mut equal) = (Vec::new(), Vec::new());
    for neighbours in ranked.windows(2) {
        let step = difference(&measures[neighbours[1]], &measures[neighbours[0]]);
        match order.compare(neighbours[0], neighbours[1]) {
            Ordering::Less => strict.push(step),
            Ordering::Equal | Ordering::Greater => equal.push(step),
        }
    }
    (strict, equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_1_3_13_75_weak_orders() {
        assert_eq!([1, 2, 3, 4].map(|policies| WeakOrder::all(policies).len()), [1, 3, 13, 75]);
        assert_eq!(WeakOrder::all(4).iter().filter(|order| order.is_strict()).count(), 24);
    }

    #[test]
    fn either_answer_is_proved() {
        let measures: Vec<Vec<Rational>> = [0, 1, 2].map(|at| vec![Rational::from(at)]).to_vec();
        for order in WeakOrder::all(3) {
            let (strict, equal) = conditions(&measures, &order);
            let answer = realise(&measures, &order);
            assert!(answer.is_proof_for(&strict, &equal));
            let Separation::Reward(reward) = answer else { continue };
            assert_eq!(WeakOrder::of(&measures, &reward), order);
        }
    }
}
