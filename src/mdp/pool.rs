//! Distinct numbers, each kept once: models have few distinct probabilities and rewards.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::mdp::Rational;

/// Rational numbers by index.
pub type RationalPool = Pool<Rational>;

/// Values by index; equal values have the same one.
#[derive(Debug, Clone)]
pub struct Pool<T> {
    values: Vec<T>,
    /// Positions in `values` by hash: no value is stored twice.
    index: HashTable<u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { values: Vec::new(), index: HashTable::new() }
    }
}

impl<T: Eq + Hash> Pool<T> {
    /// The index of this value, fresh if the value is.
    pub fn intern(&mut self, value: T) -> u32 {
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

    /// The value with this index.
    #[must_use]
    pub fn get(&self, index: u32) -> &T {
        &self.values[index as usize]
    }

    /// All values, by index.
    #[must_use]
    pub fn into_values(self) -> Vec<T> {
        self.values
    }
}
