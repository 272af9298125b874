//! Probability distributions over states.

use thiserror::Error;

use crate::mdp::{Rational, StateId};

/// Why masses are not a distribution.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DistributionDefect {
    /// A negative mass.
    #[error("the mass {mass} is negative")]
    Negative {
        /// Position of the entry.
        entry: usize,
        /// The mass.
        mass: Rational,
    },
    /// The same state twice.
    #[error("the state has two masses")]
    Duplicate {
        /// Position of the second entry.
        entry: usize,
    },
    /// Masses that do not sum to exactly 1.
    #[error("the masses sum to {sum}, not 1")]
    Sum {
        /// What they sum to.
        sum: Rational,
    },
}

/// A distribution with finite support; states of mass 0 are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    masses: Vec<(StateId, Rational)>,
}

impl Distribution {
    /// Checks that the masses are nonnegative, distinct and sum to exactly 1.
    ///
    /// # Errors
    /// Every defect of the entries.
    pub fn new(entries: Vec<(StateId, Rational)>) -> Result<Self, Vec<DistributionDefect>> {
        let mut defects = Vec::new();
        let mut sum = Rational::ZERO;
        let mut seen = std::collections::HashSet::new();
        for (entry, (state, mass)) in entries.iter().enumerate() {
            if !seen.insert(*state) {
                defects.push(DistributionDefect::Duplicate { entry });
            }
            if mass < &Rational::ZERO {
                defects.push(DistributionDefect::Negative { entry, mass: mass.clone() });
            }
            sum += mass;
        }
        if sum != Rational::ONE {
            defects.push(DistributionDefect::Sum { sum });
        }
        if !defects.is_empty() {
            return Err(defects);
        }
        let mut masses: Vec<_> = entries.into_iter().filter(|(_, mass)| !mass.is_zero()).collect();
        masses.sort_by_key(|&(state, _)| state);
        Ok(Self { masses })
    }

    /// All mass on one state.
    #[must_use]
    pub fn point(state: StateId) -> Self {
        Self { masses: vec![(state, Rational::ONE)] }
    }

    /// The even mixture `½ self + ½ other` (what is *encountered* in training and deployment).
    #[must_use]
    pub fn mixed_with(&self, other: &Self) -> Self {
        let half = Rational::ONE / Rational::from(2);
        let mut masses = std::collections::BTreeMap::new();
        for (state, mass) in self.masses.iter().chain(&other.masses) {
            *masses.entry(*state).or_insert(Rational::ZERO) += mass * &half;
        }
        Self { masses: masses.into_iter().collect() }
    }

    /// The states of positive mass with their masses, in increasing order of the state.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (StateId, &Rational)> + Clone {
        self.masses.iter().map(|(state, mass)| (*state, mass))
    }

    /// The states of positive mass.
    pub fn support(&self) -> impl ExactSizeIterator<Item = StateId> + Clone + '_ {
        self.masses.iter().map(|&(state, _)| state)
    }

    /// The mass of one state.
    #[must_use]
    pub fn mass(&self, state: StateId) -> Rational {
        match self.masses.binary_search_by_key(&state, |&(candidate, _)| candidate) {
            Ok(index) => self.masses[index].1.clone(),
            Err(_) => Rational::ZERO,
        }
    }
}
