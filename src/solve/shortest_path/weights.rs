//! Discounted probabilities and rewards, as machine integers where they fit.

use crate::mdp::{Mdp, Rational, RewardStructure};
use crate::solve::shortest_path::Measure;

/// A number of the model.
#[derive(Debug, Clone)]
pub(super) struct Number {
    pub(super) exact: Rational,
    /// Numerator and denominator, if both fit.
    pub(super) small: Option<(i64, u64)>,
    /// `floor(number · 2⁶³)` where that is in machine range.
    pub(super) floor: Option<i128>,
}

impl Number {
    fn new(exact: Rational) -> Self {
        let small = match (i64::try_from(exact.numerator()), u64::try_from(exact.denominator())) {
            (Ok(numerator), Ok(denominator)) => Some((numerator, denominator)),
            _ => None,
        };
        let floor = crate::solve::shortest_path::enclosure::floor_of(exact.numerator(), exact.denominator());
        Self { exact, small, floor }
    }
}

/// The numbers that a measure works with.
#[derive(Debug)]
pub(super) struct Weights<'a> {
    /// Probabilities times the discount, by index of the distinct probability.
    pub(super) probabilities: Vec<Number>,
    /// Distinct rewards; one alone where every choice has the same.
    pub(super) rewards: Vec<Number>,
    reward_of: Option<&'a [u32]>,
}

impl<'a> Weights<'a> {
    pub(super) fn new(mdp: &Mdp, measure: &Measure<'a>) -> Self {
        let numbers = |reward: &RewardStructure| reward.distinct().iter().cloned().map(Number::new).collect();
        let (rewards, reward_of, discount) = match measure {
            Measure::Until { .. } => (vec![Number::new(Rational::ZERO)], None, None),
            Measure::RewardTo { reward: None, .. } => (vec![Number::new(Rational::ONE)], None, None),
            Measure::RewardTo { reward: Some(reward), .. } => (numbers(reward), Some(reward.indices()), None),
            Measure::Discounted { reward, discount } => (numbers(reward), Some(reward.indices()), Some(*discount)),
        };
        let probabilities = mdp.distinct_probabilities().iter().map(|probability| match discount {
            Some(discount) => Number::new(probability * discount),
            None => Number::new(probability.clone()),
        });
        Self { probabilities: probabilities.collect(), rewards, reward_of }
    }

    pub(super) fn reward(&self, choice: usize) -> &Number {
        &self.rewards[self.reward_index(choice)]
    }

    /// Where the reward of a choice stands among the distinct ones.
    pub(super) fn reward_index(&self, choice: usize) -> usize {
        self.reward_of.map_or(0, |indices| indices[choice] as usize)
    }
}
