//! Distinct numbers, each kept once: models have few distinct probabilities and rewards.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::mdp::Rational;

/// Numbers by index; equal numbers have the same one.
#[derive(Debug, Clone, Default)]
pub struct RationalPool {
    values: Vec<Rational>,
    /// Positions in `values` by hash: no number is stored twice.
    index: HashTable<u32>,
}

impl RationalPool {
    /// The index of this number, fresh if the number is.
    pub fn intern(&mut self, value: Rational) -> u32 {
        let Self { values, index } = self;
        let hash = FxBuildHasher.hash_one(&value);
        if let Some(&known) = index.find(hash, |&known| values[known as usize] == value) {
            return known;
        }
        let fresh = u32::try_from(values.len()).unwrap_or(u32::MAX);
        values.push(value);
        index.insert_unique(hash, fresh, |&known| FxBuildHasher.hash_one(&values[known as usize]));
        fresh
    }

    /// The number with this index.
    #[must_use]
    pub fn get(&self, index: u32) -> &Rational {
        &self.values[index as usize]
    }

    /// All numbers, by index.
    #[must_use]
    pub fn into_values(self) -> Vec<Rational> {
        self.values
    }
}
