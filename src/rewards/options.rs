//! The options of a state: the visit distributions of its policies, normalised as POWER needs them.

use thiserror::Error;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, Distribution, Mdp, Policy, Rational, StateId, StateSet, closure};
use crate::rewards::linear::solution;
use crate::rewards::{Episodes, UndiscountedError, deterministic_policies};

/// Visit distributions by state, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    vectors: Vec<Vec<Rational>>,
    /// For each the choices of the state with which some policy begins it.
    begun: Vec<Vec<ChoiceId>>,
}

/// Why the options of a state cannot be listed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OptionsError {
    /// The discount is 0, and POWER divides by it.
    #[error("the discount must be above 0")]
    NoFuture,
    /// The discount is not below 1.
    #[error(transparent)]
    Undiscounted(#[from] UndiscountedError),
    /// Time is over.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

impl Options {
    /// The distributions, in the order in which policies first have them.
    #[must_use]
    pub fn vectors(&self) -> &[Vec<Rational>] {
        &self.vectors
    }

    /// The numbers of the options that visit a state.
    #[must_use]
    pub fn visiting(&self, state: StateId) -> Vec<usize> {
        (0..self.vectors.len()).filter(|&option| self.vectors[option][state] != Rational::ZERO).collect()
    }

    /// The numbers of the options of policies that take a choice of the state.
    #[must_use]
    pub fn taking(&self, choice: ChoiceId) -> Vec<usize> {
        (0..self.vectors.len()).filter(|&option| self.begun[option].contains(&choice)).collect()
    }

    fn add(&mut self, vector: Vec<Rational>, first: Option<ChoiceId>) {
        let known = self.vectors.iter().position(|known| *known == vector);
        let option = known.unwrap_or_else(|| {
            self.vectors.push(vector);
            self.begun.push(Vec::new());
            self.begun.len() - 1
        });
        self.begun[option].extend(first);
    }
}

/// `(1 - γ)/γ · (f - e_s)` for every visit distribution function `f` of a deterministic policy from the state `s`.
///
/// The expectation of the largest product with a reward is the POWER of the state (Turner et al., definition 5.2). An absorbing
/// state is one in which the process stays, and is visited for ever.
///
/// # Errors
/// For discounts outside of `(0, 1)`, and when the budget is exhausted.
pub fn options(mdp: &Mdp, state: StateId, discount: &Rational, budget: &Budget) -> Result<Options, OptionsError> {
    if *discount == Rational::ZERO {
        return Err(OptionsError::NoFuture);
    }
    let start = Distribution::point(state);
    let episodes = Episodes::new(mdp, discount, &start)?;
    let scale = (Rational::ONE - discount) / discount;
    let mut options = Options { vectors: Vec::new(), begun: Vec::new() };
    for policy in deterministic_policies(mdp) {
        let measure = episodes.occupancy(&policy, budget)?;
        let mut visits = arrivals(&episodes, &measure, state);
        visits[state] -= Rational::ONE;
        options.add(visits.into_iter().map(|visit| visit * &scale).collect(), policy.choice(state));
    }
    Ok(options)
}

/// How often each state is visited: by choices where there are any, and for ever from the arrival on where there are none.
fn arrivals(episodes: &Episodes<'_>, measure: &[Rational], start: StateId) -> Vec<Rational> {
    let (mdp, discount) = (episodes.mdp(), episodes.discount());
    let mut visits = vec![Rational::ZERO; mdp.states()];
    let staying = Rational::ONE / (Rational::ONE - discount);
    if mdp.is_absorbing(start) {
        visits[start] += &staying;
    }
    for (choice, times) in measure.iter().enumerate().filter(|(_, times)| **times != Rational::ZERO) {
        visits[mdp.state_of(choice)] += times;
        for (target, mass) in mdp.row(choice).filter(|(target, _)| mdp.is_absorbing(*target)) {
            visits[target] += times * discount * mass * &staying;
        }
    }
    visits
}

/// What [`options`] tends to as the discount tends to 1: how much of all time a policy spends in each state.
///
/// That is the sum over the sets of states that the policy ends in, and does not leave, of the probability of ending there, times the stationary
/// distribution of the set. In a deterministic process it is the average over the cycle that the policy ends in.
#[must_use]
pub fn far_sighted_options(mdp: &Mdp, state: StateId) -> Options {
    let mut options = Options { vectors: Vec::new(), begun: Vec::new() };
    for policy in deterministic_policies(mdp) {
        options.add(in_the_long_run(mdp, &policy, state), policy.choice(state));
    }
    options
}

fn in_the_long_run(mdp: &Mdp, policy: &Policy, start: StateId) -> Vec<Rational> {
    let states = mdp.states();
    // An absorbing state is one in which the process stays.
    let row = |state: StateId| -> Vec<(StateId, Rational)> {
        match policy.choice(state) {
            Some(choice) => mdp.row(choice).map(|(target, mass)| (target, mass.clone())).collect(),
            None => vec![(state, Rational::ONE)],
        }
    };
    let after: Vec<StateSet> =
        (0..states).map(|state| closure(states, [state], |from| row(from).into_iter().map(|(to, _)| to))).collect();
    let stays = |state: StateId| after[state].ones().all(|other| after[other].contains(state));
    let mut share = vec![Rational::ZERO; states];
    for first in after[start].ones().filter(|&state| stays(state) && after[state].ones().next() == Some(state)) {
        let members: Vec<StateId> = after[first].ones().collect();
        // Stationary: what enters a state is what leaves it, of all but one, and the sum is 1.
        let mut balance = vec![vec![Rational::ZERO; members.len() + 1]; members.len()];
        for (place, &member) in members.iter().enumerate().skip(1) {
            balance[place][place] -= Rational::ONE;
            for (column, &from) in members.iter().enumerate() {
                let entering = row(from).into_iter().filter(|(target, _)| *target == member);
                entering.for_each(|(_, mass)| balance[place][column] += mass);
            }
        }
        balance[0].fill(Rational::ONE);
        // The probability of ending in the set, from where that is not settled yet.
        let open: Vec<StateId> = after[start].ones().filter(|&state| !stays(state)).collect();
        let mut ending = vec![vec![Rational::ZERO; open.len() + 1]; open.len()];
        for (place, &state) in open.iter().enumerate() {
            ending[place][place] += Rational::ONE;
            for (target, mass) in row(state) {
                if let Some(column) = open.iter().position(|&other| other == target) {
                    ending[place][column] -= mass;
                } else if members.contains(&target) {
                    ending[place][open.len()] += mass;
                }
            }
        }
        let (Some(stationary), Some(ending)) = (solution(balance), solution(ending)) else {
            unreachable!(
                "a set that cannot be left has one stationary distribution, and what can end is left in the end"
            )
        };
        let reached = match open.iter().position(|&other| other == start) {
            Some(place) => ending[place].clone(),
            None => Rational::ONE,
        };
        members.iter().zip(stationary).for_each(|(&member, part)| share[member] += &reached * part);
    }
    share
}
