//! Building a model row by row, in the order of its states: for large explicit models.

use std::collections::HashSet;

use thiserror::Error;

use crate::mdp::names::Names;
use crate::mdp::{ChoiceId, Mdp, Rational, RationalPool, StateId};

/// Rows of the same probabilities are summed once; beyond this many different ones each is summed anew.
const REMEMBERED: usize = 1 << 16;

/// A row that is not a distribution.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RowDefect {
    /// The same successor twice.
    #[error("the successor {successor} is listed twice")]
    DuplicateSuccessor {
        /// The successor.
        successor: StateId,
    },
    /// It does not sum to exactly 1.
    #[error("the probabilities sum to {sum}, not 1")]
    RowSum {
        /// What it sums to.
        sum: Rational,
    },
}

/// Takes states, their choices and the transitions of these in order, and keeps them as they come: a model of
/// millions of transitions is never held twice. States are called `0`, `1`, ….
///
/// ```
/// use lavaproof::mdp::{Rational, RowBuilder};
/// let mut rows = RowBuilder::default();
/// let one = rows.probability(Rational::ONE);
/// rows.state();
/// rows.choice("stay");
/// rows.transition(0, one);
/// assert_eq!(rows.end_choice(), Ok(()));
/// assert_eq!(rows.finish().map(|mdp| mdp.states()), Some(1));
/// ```
#[derive(Debug)]
pub struct RowBuilder {
    mdp: Mdp,
    pool: RationalPool,
    row: Vec<(u32, u32)>,
    known: HashSet<Vec<u32>, rustc_hash::FxBuildHasher>,
    action_index: std::collections::HashMap<String, u32, rustc_hash::FxBuildHasher>,
    broken: bool,
}

impl Default for RowBuilder {
    fn default() -> Self {
        Self {
            mdp: Mdp {
                state_names: Names::default(),
                first_choice: Vec::new(),
                owner: Vec::new(),
                action_names: Vec::new(),
                action: Vec::new(),
                first_transition: vec![0],
                target: Vec::new(),
                probability: Vec::new(),
                probabilities: Vec::new(),
            },
            pool: RationalPool::default(),
            row: Vec::new(),
            known: HashSet::default(),
            action_index: std::collections::HashMap::default(),
            broken: false,
        }
    }
}

impl RowBuilder {
    /// Makes room for a model of this size.
    pub fn reserve(&mut self, states: usize, choices: usize) {
        self.mdp.first_choice.reserve(states.saturating_add(1));
        self.mdp.owner.reserve(choices);
        self.mdp.action.reserve(choices);
        self.mdp.first_transition.reserve(choices);
        self.mdp.target.reserve(choices);
        self.mdp.probability.reserve(choices);
    }

    /// A probability that rows can use.
    pub fn probability(&mut self, value: Rational) -> u32 {
        self.pool.intern(value)
    }

    /// Begins the next state.
    pub fn state(&mut self) -> StateId {
        self.mdp.first_choice.push(narrow(self.mdp.owner.len()));
        self.mdp.first_choice.len() - 1
    }

    /// Begins the next choice of the current state.
    pub fn choice(&mut self, action: &str) -> ChoiceId {
        let number = if let Some(&known) = self.action_index.get(action) {
            known
        } else {
            let fresh = narrow(self.mdp.action_names.len());
            self.mdp.action_names.push(action.to_owned());
            self.action_index.insert(action.to_owned(), fresh);
            fresh
        };
        self.mdp.owner.push(narrow(self.mdp.first_choice.len().saturating_sub(1)));
        self.mdp.action.push(number);
        self.row.clear();
        self.mdp.owner.len() - 1
    }

    /// Adds a successor to the current choice; `probability` is of [`RowBuilder::probability`]. Entries of
    /// probability 0 are dropped.
    pub fn transition(&mut self, target: StateId, probability: u32) {
        self.row.push((narrow(target), probability));
    }

    /// Ends the current choice.
    ///
    /// # Errors
    /// When its row is not a distribution; [`RowBuilder::finish`] then gives nothing.
    pub fn end_choice(&mut self) -> Result<(), RowDefect> {
        let sums = self.check_sum();
        if !self.row.is_sorted_by(|left, right| left.0 < right.0) {
            self.row.sort_unstable_by_key(|&(target, _)| target);
        }
        let twice = self.row.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0 as usize);
        for &(target, probability) in &self.row {
            if !self.pool.get(probability).is_zero() {
                self.mdp.target.push(target);
                self.mdp.probability.push(probability);
            }
        }
        self.mdp.first_transition.push(narrow(self.mdp.target.len()));
        let verdict = twice.map_or(sums, |successor| Err(RowDefect::DuplicateSuccessor { successor }));
        self.broken |= verdict.is_err();
        verdict
    }

    fn check_sum(&mut self) -> Result<(), RowDefect> {
        if let [(_, probability)] = self.row.as_slice()
            && self.pool.get(*probability).is_one()
        {
            return Ok(());
        }
        let key: Vec<u32> = self.row.iter().map(|&(_, probability)| probability).collect();
        if self.known.contains(&key) {
            return Ok(());
        }
        let sum = key.iter().fold(Rational::ZERO, |sum, &index| sum + self.pool.get(index));
        if !sum.is_one() {
            return Err(RowDefect::RowSum { sum });
        }
        if self.known.len() < REMEMBERED {
            self.known.insert(key);
        }
        Ok(())
    }

    /// Number of states so far.
    #[must_use]
    pub fn states(&self) -> usize {
        self.mdp.first_choice.len()
    }

    /// Number of choices so far.
    #[must_use]
    pub fn choices(&self) -> usize {
        self.mdp.owner.len()
    }

    /// The model. States without a choice are absorbing.
    ///
    /// `None` when a row was refused, a successor or a probability does not exist or is negative, there are no
    /// states, or counts do not fit in 32 bits.
    #[must_use]
    pub fn finish(mut self) -> Option<Mdp> {
        let states = self.states();
        let fits = |count: usize| u32::try_from(count + 1).is_ok();
        let counts = [states, self.choices(), self.mdp.target.len()];
        let inside = self.mdp.target.iter().all(|&target| (target as usize) < states);
        self.mdp.first_choice.push(narrow(self.mdp.owner.len()));
        self.mdp.state_names = Names::numbered(states);
        self.mdp.probabilities = self.pool.into_values();
        let negative = self.mdp.probabilities.iter().any(|value| value < &Rational::ZERO);
        self.mdp.target.shrink_to_fit();
        self.mdp.probability.shrink_to_fit();
        (!self.broken && !negative && inside && states > 0 && counts.into_iter().all(fits)).then_some(self.mdp)
    }
}

/// [`RowBuilder::finish`] refuses models whose counts do not fit.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_state(row: &[(StateId, i32, i32)]) -> (Result<(), RowDefect>, Option<Mdp>) {
        let mut rows = RowBuilder::default();
        rows.state();
        rows.choice("a");
        for &(target, numerator, denominator) in row {
            let index = rows.probability(Rational::from(numerator) / Rational::from(denominator));
            rows.transition(target, index);
        }
        let verdict = rows.end_choice();
        rows.state();
        (verdict, rows.finish())
    }

    #[test]
    fn only_distributions_pass() {
        let (verdict, mdp) = one_state(&[(1, 1, 3), (0, 2, 3)]);
        let mdp = mdp.expect("a model");
        assert_eq!(verdict, Ok(()));
        assert_eq!(mdp.successors(0).collect::<Vec<_>>(), [0, 1]);
        assert!(mdp.is_absorbing(1) && mdp.state_name(1) == "1");
        let (verdict, mdp) = one_state(&[(1, 1, 10), (0, 8, 10)]);
        assert_eq!(verdict, Err(RowDefect::RowSum { sum: Rational::from(9) / Rational::from(10) }));
        assert_eq!(mdp, None);
        let (verdict, mdp) = one_state(&[(1, 1, 2), (1, 1, 2)]);
        assert_eq!(verdict, Err(RowDefect::DuplicateSuccessor { successor: 1 }));
        assert_eq!(mdp, None);
        assert_eq!(one_state(&[(7, 1, 1)]).1, None);
        assert_eq!(one_state(&[(0, -1, 1), (1, 2, 1)]).1, None);
    }
}
