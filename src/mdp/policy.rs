//! Stationary policies.

use crate::mdp::{ChoiceId, Mdp, Rational, StateId};

/// A deterministic stationary policy: one choice for each state that is not absorbing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Policy {
    choices: Vec<Option<ChoiceId>>,
}

impl Policy {
    /// From the choice of each state; absorbing states have none.
    #[must_use]
    pub fn new(choices: Vec<Option<ChoiceId>>) -> Self {
        Self { choices }
    }

    /// The first choice of every state: a place to start from.
    #[must_use]
    pub fn first(mdp: &Mdp) -> Self {
        Self { choices: (0..mdp.states()).map(|state| mdp.choices_of(state).next()).collect() }
    }

    /// What the policy does in a state; `None` where the state is absorbing.
    #[must_use]
    pub fn choice(&self, state: StateId) -> Option<ChoiceId> {
        self.choices[state]
    }

    /// Changes what the policy does in a state.
    pub fn set(&mut self, state: StateId, choice: ChoiceId) {
        self.choices[state] = Some(choice);
    }
}

/// A stationary policy that may randomise: for each state a distribution over its choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomizedPolicy {
    rows: Vec<Vec<(ChoiceId, Rational)>>,
}

impl RandomizedPolicy {
    /// From the row of each state, entries of probability 0 dropped. Absorbing states have empty rows.
    ///
    /// The caller has checked that rows are distributions over the state's own choices.
    #[must_use]
    pub fn new(rows: Vec<Vec<(ChoiceId, Rational)>>) -> Self {
        let rows = rows
            .into_iter()
            .map(|row| row.into_iter().filter(|(_, probability)| !probability.is_zero()).collect())
            .collect();
        Self { rows }
    }

    /// The policy as a deterministic one, if it never randomises.
    #[must_use]
    pub fn as_deterministic(&self) -> Option<Policy> {
        let only = |row: &Vec<(ChoiceId, Rational)>| match row.as_slice() {
            [] => Some(None),
            [(choice, _)] => Some(Some(*choice)),
            _ => None,
        };
        self.rows.iter().map(only).collect::<Option<_>>().map(Policy::new)
    }

    /// The choices taken in a state with their probabilities.
    #[must_use]
    pub fn row(&self, state: StateId) -> &[(ChoiceId, Rational)] {
        &self.rows[state]
    }
}

impl From<&Policy> for RandomizedPolicy {
    fn from(policy: &Policy) -> Self {
        Self {
            rows: policy
                .choices
                .iter()
                .map(|choice| choice.iter().map(|&choice| (choice, Rational::ONE)).collect())
                .collect(),
        }
    }
}
