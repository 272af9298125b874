//! The only way to make an [`Mdp`]: it reports every broken invariant at once.

use std::collections::HashMap;

use thiserror::Error;

use crate::mdp::pool::RationalPool;
use crate::mdp::{ChoiceId, Mdp, Rational, StateId};

/// A broken invariant of the model. `choice` is the number of the [`MdpBuilder::choice`] call, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MdpDefect {
    /// No states at all.
    #[error("the model has no states")]
    Empty,
    /// A state name given twice.
    #[error("state `{name}` is listed twice")]
    DuplicateState {
        /// The second occurrence, as the number of the [`MdpBuilder::state`] call.
        occurrence: usize,
        /// The name.
        name: String,
    },
    /// A state that is not absorbing and has no choice.
    #[error("state `{name}` has no choice and is not listed as absorbing")]
    NoChoice {
        /// The state.
        state: StateId,
        /// Its name.
        name: String,
    },
    /// An absorbing state with a choice.
    #[error("state `{state}` is absorbing and cannot have the action `{action}`")]
    ChoiceOfAbsorbing {
        /// The choice.
        choice: usize,
        /// The state's name.
        state: String,
        /// The action's name.
        action: String,
    },
    /// The same action twice in one state.
    #[error("action `{action}` of state `{state}` is given twice")]
    DuplicateChoice {
        /// The second one.
        choice: usize,
        /// The state's name.
        state: String,
        /// The action's name.
        action: String,
    },
    /// The same successor twice in one row.
    #[error("action `{action}` of state `{state}` lists the successor `{successor}` twice")]
    DuplicateSuccessor {
        /// The choice.
        choice: usize,
        /// The state's name.
        state: String,
        /// The action's name.
        action: String,
        /// The successor's name.
        successor: String,
    },
    /// A negative probability.
    #[error("action `{action}` of state `{state}` reaches `{successor}` with the negative probability {probability}")]
    NegativeProbability {
        /// The choice.
        choice: usize,
        /// The state's name.
        state: String,
        /// The action's name.
        action: String,
        /// The successor's name.
        successor: String,
        /// The number.
        probability: Rational,
    },
    /// A row that does not sum to exactly 1.
    #[error("probabilities of action `{action}` in state `{state}` sum to {sum}, not 1")]
    RowSum {
        /// The choice.
        choice: usize,
        /// The state's name.
        state: String,
        /// The action's name.
        action: String,
        /// What it sums to.
        sum: Rational,
    },
    /// More states, choices or transitions than fit in 32 bits.
    #[error("the model has more than 2^32 - 1 states, choices or transitions")]
    TooLarge,
}

/// A finished model, and where each choice went: choices are regrouped by state.
#[derive(Debug, Clone)]
pub struct BuiltMdp {
    /// The model.
    pub mdp: Mdp,
    /// `choice_ids[k]` is the id of the choice of the `k`-th [`MdpBuilder::choice`] call.
    pub choice_ids: Vec<ChoiceId>,
}

#[derive(Debug)]
struct RawChoice {
    state: StateId,
    action: u32,
    row: Vec<(StateId, Rational)>,
}

/// Collects states, absorbing states and choices; [`MdpBuilder::build`] checks them.
///
/// ```
/// use lavaproof::mdp::{MdpBuilder, Rational};
/// let mut builder = MdpBuilder::default();
/// let (start, end) = (builder.state("start"), builder.state("end"));
/// builder.absorbing(end);
/// builder.choice(start, "go", [(end, Rational::from(1))]);
/// let built = builder.build().expect("a row that sums to one");
/// assert_eq!(built.mdp.choices(), 1);
/// ```
#[derive(Debug, Default)]
pub struct MdpBuilder {
    names: Vec<String>,
    index: HashMap<String, StateId>,
    absorbing: Vec<bool>,
    actions: Vec<String>,
    action_index: HashMap<String, u32>,
    choices: Vec<RawChoice>,
    state_calls: usize,
    defects: Vec<MdpDefect>,
}

impl MdpBuilder {
    /// Adds a state. A name given before is a defect; the earlier state is returned.
    pub fn state(&mut self, name: &str) -> StateId {
        let occurrence = self.state_calls;
        self.state_calls += 1;
        if let Some(&state) = self.index.get(name) {
            self.defects.push(MdpDefect::DuplicateState { occurrence, name: name.to_owned() });
            return state;
        }
        let state = self.names.len();
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), state);
        self.absorbing.push(false);
        state
    }

    /// The state with this name, if it was added.
    #[must_use]
    pub fn state_named(&self, name: &str) -> Option<StateId> {
        self.index.get(name).copied()
    }

    /// The names so far, for suggestions.
    #[must_use]
    pub fn state_names(&self) -> &[String] {
        &self.names
    }

    /// Declares a state absorbing: it loops with reward 0 and has no choices.
    pub fn absorbing(&mut self, state: StateId) {
        self.absorbing[state] = true;
    }

    /// Adds a choice with its row; entries of probability 0 are dropped.
    pub fn choice(&mut self, state: StateId, action: &str, row: impl IntoIterator<Item = (StateId, Rational)>) {
        let action = if let Some(&known) = self.action_index.get(action) {
            known
        } else {
            let fresh = u32::try_from(self.actions.len()).unwrap_or(u32::MAX);
            self.actions.push(action.to_owned());
            self.action_index.insert(action.to_owned(), fresh);
            fresh
        };
        let mut row: Vec<_> = row.into_iter().collect();
        row.sort_by_key(|&(target, _)| target);
        self.choices.push(RawChoice { state, action, row });
    }

    /// Checks everything and makes the model.
    ///
    /// # Errors
    /// Every defect, in the order of the calls that caused them.
    pub fn build(mut self) -> Result<BuiltMdp, Vec<MdpDefect>> {
        self.check();
        if !self.defects.is_empty() {
            return Err(self.defects);
        }
        let mut order: Vec<usize> = (0..self.choices.len()).collect();
        order.sort_by_key(|&call| self.choices[call].state);
        let mut choice_ids = vec![0; order.len()];
        for (id, &call) in order.iter().enumerate() {
            choice_ids[call] = id;
        }
        let mut pool = RationalPool::default();
        // Actions are numbered in the order of the finished choices, so that equal models are equal values
        // whatever the order of the calls was.
        let mut renumbered: Vec<Option<u32>> = vec![None; self.actions.len()];
        let mut mdp = Mdp {
            first_choice: vec![0; self.names.len() + 1],
            state_names: self.names.iter().map(String::as_str).collect(),
            owner: Vec::with_capacity(order.len()),
            action_names: Vec::with_capacity(self.actions.len()),
            action: Vec::with_capacity(order.len()),
            first_transition: vec![0],
            target: Vec::new(),
            probability: Vec::new(),
            probabilities: Vec::new(),
        };
        for &call in &order {
            let RawChoice { state, action, row } =
                std::mem::replace(&mut self.choices[call], RawChoice { state: 0, action: 0, row: Vec::new() });
            mdp.first_choice[state + 1] += 1;
            mdp.owner.push(narrow(state));
            let number = *renumbered[action as usize].get_or_insert_with(|| {
                mdp.action_names.push(std::mem::take(&mut self.actions[action as usize]));
                narrow(mdp.action_names.len() - 1)
            });
            mdp.action.push(number);
            for (target, probability) in row {
                if !probability.is_zero() {
                    mdp.target.push(narrow(target));
                    mdp.probability.push(pool.intern(probability));
                }
            }
            mdp.first_transition.push(narrow(mdp.target.len()));
        }
        for state in 0..mdp.states() {
            mdp.first_choice[state + 1] += mdp.first_choice[state];
        }
        mdp.probabilities = pool.into_values();
        Ok(BuiltMdp { mdp, choice_ids })
    }

    fn check(&mut self) {
        if self.names.is_empty() {
            self.defects.push(MdpDefect::Empty);
        }
        let transitions: usize = self.choices.iter().map(|choice| choice.row.len()).sum();
        if [self.names.len(), self.choices.len(), transitions].iter().any(|&count| u32::try_from(count + 1).is_err()) {
            self.defects.push(MdpDefect::TooLarge);
        }
        let mut seen = HashMap::new();
        let mut offered = vec![false; self.names.len()];
        for (call, choice) in self.choices.iter().enumerate() {
            let state = || self.names[choice.state].clone();
            let action = || self.actions[choice.action as usize].clone();
            offered[choice.state] = true;
            if self.absorbing[choice.state] {
                self.defects.push(MdpDefect::ChoiceOfAbsorbing { choice: call, state: state(), action: action() });
            }
            if seen.insert((choice.state, choice.action), call).is_some() {
                self.defects.push(MdpDefect::DuplicateChoice { choice: call, state: state(), action: action() });
            }
            for pair in choice.row.windows(2) {
                if pair[0].0 == pair[1].0 {
                    let successor = self.names[pair[0].0].clone();
                    self.defects.push(MdpDefect::DuplicateSuccessor {
                        choice: call,
                        state: state(),
                        action: action(),
                        successor,
                    });
                }
            }
            let mut sum = Rational::ZERO;
            for (target, probability) in &choice.row {
                if probability < &Rational::ZERO {
                    self.defects.push(MdpDefect::NegativeProbability {
                        choice: call,
                        state: state(),
                        action: action(),
                        successor: self.names[*target].clone(),
                        probability: probability.clone(),
                    });
                }
                sum += probability;
            }
            if sum != Rational::ONE {
                self.defects.push(MdpDefect::RowSum { choice: call, state: state(), action: action(), sum });
            }
        }
        for (state, name) in self.names.iter().enumerate() {
            if !offered[state] && !self.absorbing[state] {
                self.defects.push(MdpDefect::NoChoice { state, name: name.clone() });
            }
        }
    }
}

/// `check` has refused models whose counts do not fit.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numerator: i32, denominator: i32) -> Rational {
        Rational::from(numerator) / Rational::from(denominator)
    }

    #[test]
    fn every_defect_is_reported_at_once() {
        let mut builder = MdpBuilder::default();
        let (a, b, c) = (builder.state("a"), builder.state("b"), builder.state("c"));
        builder.state("a");
        builder.absorbing(b);
        builder.choice(a, "go", [(b, fraction(9, 10)), (c, fraction(1, 20))]);
        builder.choice(a, "go", [(b, fraction(3, 2)), (c, fraction(-1, 2))]);
        builder.choice(b, "go", [(b, Rational::ONE)]);
        let defects: Vec<String> = builder.build().expect_err("six defects").iter().map(ToString::to_string).collect();
        assert_eq!(
            defects,
            [
                "state `a` is listed twice",
                "probabilities of action `go` in state `a` sum to 19/20, not 1",
                "action `go` of state `a` is given twice",
                "action `go` of state `a` reaches `c` with the negative probability -1/2",
                "state `b` is absorbing and cannot have the action `go`",
                "state `c` has no choice and is not listed as absorbing",
            ]
        );
    }

    #[test]
    fn choices_are_regrouped_by_state() {
        let mut builder = MdpBuilder::default();
        let (a, b) = (builder.state("a"), builder.state("b"));
        builder.choice(b, "x", [(a, Rational::ONE)]);
        builder.choice(a, "y", [(b, fraction(1, 3)), (a, fraction(2, 3))]);
        let BuiltMdp { mdp, choice_ids } = builder.build().expect("valid");
        assert_eq!(choice_ids, [1, 0]);
        assert_eq!(mdp.action_name(mdp.choices_of(a).start), "y");
        assert_eq!(mdp.row(0).map(|(target, _)| target).collect::<Vec<_>>(), [a, b]);
        assert_eq!(mdp.state_of(1), b);
    }
}
