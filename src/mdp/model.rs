//! The finite Markov decision process, in compressed rows.

use std::ops::Range;

use crate::mdp::Rational;
use crate::mdp::names::Names;

/// A state, by its position in the file.
pub type StateId = usize;

/// A choice (an enabled state–action pair); the choices of one state are consecutive.
pub type ChoiceId = usize;

/// A reward for each choice: the expected one, successors' shares included. Indexed by [`ChoiceId`].
pub type Reward = Vec<Rational>;

/// A finite MDP `M = (S, A, P)` with exact probabilities.
///
/// Absorbing states have no choices: they loop with reward 0 and every value there is 0. Every other
/// state has at least one choice and every row sums to exactly 1; [`crate::mdp::MdpBuilder`] and, for
/// models that come row by row, [`crate::mdp::RowBuilder`] are the only ways to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mdp {
    pub(super) state_names: Names,
    /// Choices of state `s` are `first_choice[s]..first_choice[s + 1]`.
    pub(super) first_choice: Vec<u32>,
    pub(super) owner: Vec<u32>,
    pub(super) action_names: Vec<String>,
    pub(super) action: Vec<u32>,
    /// Transitions of choice `c` are `first_transition[c]..first_transition[c + 1]`.
    pub(super) first_transition: Vec<u32>,
    pub(super) target: Vec<u32>,
    /// Index into `probabilities`: models have few distinct ones.
    pub(super) probability: Vec<u32>,
    pub(super) probabilities: Vec<Rational>,
}

impl Mdp {
    /// Number of states.
    #[must_use]
    pub fn states(&self) -> usize {
        self.state_names.len()
    }

    /// Number of choices.
    #[must_use]
    pub fn choices(&self) -> usize {
        self.action.len()
    }

    /// Number of transitions of positive probability.
    #[must_use]
    pub fn transitions(&self) -> usize {
        self.target.len()
    }

    /// The name that the file gives to a state.
    #[must_use]
    pub fn state_name(&self, state: StateId) -> &str {
        self.state_names.get(state)
    }

    /// The state with this name. Linear in the number of states.
    #[must_use]
    pub fn state_named(&self, name: &str) -> Option<StateId> {
        (0..self.states()).find(|&state| self.state_name(state) == name)
    }

    /// Whether the state is absorbing (it has no choices).
    #[must_use]
    pub fn is_absorbing(&self, state: StateId) -> bool {
        self.choices_of(state).is_empty()
    }

    /// The choices of a state; empty exactly for absorbing states.
    #[must_use]
    pub fn choices_of(&self, state: StateId) -> Range<ChoiceId> {
        self.first_choice[state] as usize..self.first_choice[state + 1] as usize
    }

    /// The state that a choice belongs to.
    #[must_use]
    pub fn state_of(&self, choice: ChoiceId) -> StateId {
        self.owner[choice] as usize
    }

    /// The name of the action of a choice.
    #[must_use]
    pub fn action_name(&self, choice: ChoiceId) -> &str {
        &self.action_names[self.action[choice] as usize]
    }

    /// The action of a choice as a number, the same for equal names.
    #[must_use]
    pub fn action_id(&self, choice: ChoiceId) -> usize {
        self.action[choice] as usize
    }

    /// The choice of `state` with this action name.
    #[must_use]
    pub fn choice_named(&self, state: StateId, action: &str) -> Option<ChoiceId> {
        self.choices_of(state).find(|&choice| self.action_name(choice) == action)
    }

    /// The choice of `state` with the same action as `choice`.
    #[must_use]
    pub fn same_action_at(&self, state: StateId, choice: ChoiceId) -> Option<ChoiceId> {
        self.choices_of(state).find(|&candidate| self.action[candidate] == self.action[choice])
    }

    /// The row `P(s, a, ·)`: successors in increasing order, each with its positive probability.
    pub fn row(&self, choice: ChoiceId) -> impl ExactSizeIterator<Item = (StateId, &Rational)> + Clone {
        self.transition_range(choice)
            .map(|index| (self.target[index] as usize, &self.probabilities[self.probability[index] as usize]))
    }

    /// The successors of a choice, in increasing order.
    pub fn successors(&self, choice: ChoiceId) -> impl ExactSizeIterator<Item = StateId> + Clone + '_ {
        self.transition_range(choice).map(|index| self.target[index] as usize)
    }

    /// The row with probabilities as indices into [`Mdp::distinct_probabilities`].
    pub fn indexed_row(&self, choice: ChoiceId) -> impl ExactSizeIterator<Item = (StateId, usize)> + Clone + '_ {
        self.transition_range(choice).map(|index| (self.target[index] as usize, self.probability[index] as usize))
    }

    /// The distinct probabilities of the model.
    #[must_use]
    pub fn distinct_probabilities(&self) -> &[Rational] {
        &self.probabilities
    }

    /// The arrays behind the model, for inner loops over large models.
    #[must_use]
    pub fn compressed(&self) -> CompressedRows<'_> {
        CompressedRows {
            first_choice: &self.first_choice,
            owner: &self.owner,
            first_transition: &self.first_transition,
            target: &self.target,
            probability: &self.probability,
        }
    }

    fn transition_range(&self, choice: ChoiceId) -> Range<usize> {
        self.first_transition[choice] as usize..self.first_transition[choice + 1] as usize
    }
}

/// A model in compressed rows: the choices of state `s` are `first_choice[s]..first_choice[s + 1]`, the transitions
/// of choice `c` are `first_transition[c]..first_transition[c + 1]`.
#[derive(Debug, Clone, Copy)]
pub struct CompressedRows<'a> {
    /// One more than there are states.
    pub first_choice: &'a [u32],
    /// The state of each choice.
    pub owner: &'a [u32],
    /// One more than there are choices.
    pub first_transition: &'a [u32],
    /// The successor of each transition, increasing in a row.
    pub target: &'a [u32],
    /// The probability of each transition, as an index into [`Mdp::distinct_probabilities`].
    pub probability: &'a [u32],
}

impl<'a> CompressedRows<'a> {
    /// The choices of a state.
    #[must_use]
    pub fn choices(&self, state: usize) -> Range<usize> {
        self.first_choice[state] as usize..self.first_choice[state + 1] as usize
    }

    /// The transitions of a choice.
    #[must_use]
    pub fn transitions(&self, choice: usize) -> Range<usize> {
        self.first_transition[choice] as usize..self.first_transition[choice + 1] as usize
    }

    /// The successors of a choice.
    #[must_use]
    pub fn targets(&self, choice: usize) -> &'a [u32] {
        &self.target[self.transitions(choice)]
    }

    /// The probabilities of a choice, as indices.
    #[must_use]
    pub fn probabilities(&self, choice: usize) -> &'a [u32] {
        &self.probability[self.transitions(choice)]
    }
}
