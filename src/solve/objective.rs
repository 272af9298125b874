//! What is optimised.

use crate::mdp::{Rational, StateSet};

/// The quantity that a policy is judged by.
#[derive(Debug, Clone, Copy)]
pub enum Objective<'a> {
    /// Expected reward, discounted by `discount < 1`, or total until absorption when `discount` is 1.
    ///
    /// Total rewards are for models that [`crate::solve::admissibility_defects`] accepts: a policy that
    /// with positive probability never stops then has value −∞.
    Reward {
        /// The expected reward of each choice.
        reward: &'a [Rational],
        /// The discount, 1 for total reward.
        discount: &'a Rational,
    },
    /// The probability of ever reaching the target: a least fixpoint, undiscounted.
    Reach {
        /// The states to reach; being there counts.
        target: &'a StateSet,
    },
}

/// Whether the largest or the smallest value is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

impl Sense {
    /// The other one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Max => Self::Min,
            Self::Min => Self::Max,
        }
    }

    /// Whether `candidate` is strictly better than `incumbent`.
    pub fn prefers<T: PartialOrd>(self, candidate: &T, incumbent: &T) -> bool {
        match self {
            Self::Max => candidate > incumbent,
            Self::Min => candidate < incumbent,
        }
    }
}
