//! Allowed choices: a masked solve is an ordinary solve on fewer choices.

use fixedbitset::FixedBitSet;

use crate::mdp::{ChoiceId, Mdp, Policy, StateId};

/// The set of allowed choices of an MDP.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mask {
    allowed: FixedBitSet,
}

impl Mask {
    /// Every choice is allowed.
    #[must_use]
    pub fn all(mdp: &Mdp) -> Self {
        let mut allowed = FixedBitSet::with_capacity(mdp.choices());
        allowed.insert_range(..);
        Self { allowed }
    }

    /// Only what a policy does is allowed.
    #[must_use]
    pub fn only(mdp: &Mdp, policy: &Policy) -> Self {
        let mut allowed = FixedBitSet::with_capacity(mdp.choices());
        allowed.extend((0..mdp.states()).filter_map(|state| policy.choice(state)));
        Self { allowed }
    }

    /// Whether a choice is allowed.
    #[must_use]
    pub fn allows(&self, choice: ChoiceId) -> bool {
        self.allowed.contains(choice)
    }

    /// Forbids one choice.
    pub fn forbid(&mut self, choice: ChoiceId) {
        self.allowed.set(choice, false);
    }

    /// Allows one choice.
    pub fn allow(&mut self, choice: ChoiceId) {
        self.allowed.insert(choice);
    }

    /// The allowed choices of a state.
    pub fn choices_of<'a>(&'a self, mdp: &Mdp, state: StateId) -> impl Iterator<Item = ChoiceId> + Clone + 'a {
        mdp.choices_of(state).filter(|&choice| self.allows(choice))
    }

    /// In every state where some choice is allowed by `other` too, these choices; elsewhere all that are allowed.
    #[must_use]
    pub fn narrowed_to(&self, mdp: &Mdp, other: &Mask) -> Self {
        let mut narrowed = self.clone();
        for state in 0..mdp.states() {
            if self.choices_of(mdp, state).any(|choice| other.allows(choice)) {
                narrowed.restrict_at(mdp, state, other);
            }
        }
        narrowed
    }

    /// At `state`, allows only what `other` allows too. Returns whether anything changed.
    pub fn restrict_at(&mut self, mdp: &Mdp, state: StateId, other: &Mask) -> bool {
        let mut changed = false;
        for choice in mdp.choices_of(state) {
            if self.allows(choice) && !other.allows(choice) {
                self.forbid(choice);
                changed = true;
            }
        }
        changed
    }
}
