//! An MDP with labels and reward structures: what queries are asked of.

use crate::mdp::{Mdp, Rational, RationalPool, StateId, StateSet};

/// A named reward for each choice, distinct numbers kept once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardStructure {
    name: String,
    values: Vec<Rational>,
    of_choice: Vec<u32>,
}

impl RewardStructure {
    /// From distinct numbers and the index of each choice's reward among them.
    ///
    /// # Panics
    /// When an index is out of range.
    #[must_use]
    pub fn new(name: impl Into<String>, values: Vec<Rational>, of_choice: Vec<u32>) -> Self {
        assert!(of_choice.iter().all(|&index| (index as usize) < values.len()), "a reward that is not in the list");
        Self { name: name.into(), values, of_choice }
    }

    /// From the expected reward of each choice.
    #[must_use]
    pub fn from_rewards(name: impl Into<String>, rewards: &[Rational]) -> Self {
        let mut pool = RationalPool::default();
        let of_choice = rewards.iter().map(|reward| pool.intern(reward.clone())).collect();
        Self { name: name.into(), values: pool.into_values(), of_choice }
    }

    /// The name that queries use.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The distinct rewards.
    #[must_use]
    pub fn distinct(&self) -> &[Rational] {
        &self.values
    }

    /// For each choice, the index of its reward among [`RewardStructure::distinct`].
    #[must_use]
    pub fn indices(&self) -> &[u32] {
        &self.of_choice
    }
}

/// An MDP with labels (sets of states), reward structures and initial states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledMdp {
    /// The model.
    pub mdp: Mdp,
    /// Sets of states by name.
    pub labels: Vec<(String, StateSet)>,
    /// Rewards by name.
    pub rewards: Vec<RewardStructure>,
    /// Where an execution may begin.
    pub initial: Vec<StateId>,
}

impl LabelledMdp {
    /// The states with this label.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&StateSet> {
        self.labels.iter().find(|(label, _)| label == name).map(|(_, states)| states)
    }

    /// The reward structure of this name.
    #[must_use]
    pub fn reward(&self, name: &str) -> Option<&RewardStructure> {
        self.rewards.iter().find(|reward| reward.name == name)
    }
}
