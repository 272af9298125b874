//! The options of a state: the visit distributions of its policies, normalised as POWER needs them.

use thiserror::Error;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Distribution, Mdp, Rational, StateId};
use crate::rewards::{Episodes, UndiscountedError, deterministic_policies};

/// Visit distributions by state, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    vectors: Vec<Vec<Rational>>,
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
    /// Far-sighted options are listed for deterministic processes.
    #[error(
        "`{action}` in `{state}` has several successors: only the far-sighted options of deterministic processes are listed"
    )]
    Random {
        /// The state.
        state: String,
        /// The action.
        action: String,
    },
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

    fn add(&mut self, vector: Vec<Rational>) {
        if !self.vectors.contains(&vector) {
            self.vectors.push(vector);
        }
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
    let mut options = Options { vectors: Vec::new() };
    for policy in deterministic_policies(mdp) {
        let measure = episodes.occupancy(&policy, budget)?;
        let mut visits = arrivals(&episodes, &measure, state);
        visits[state] -= Rational::ONE;
        options.add(visits.into_iter().map(|visit| visit * &scale).collect());
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

/// What [`options`] tends to as the discount tends to 1, of a deterministic process: the average over the cycle that a policy ends in.
///
/// # Errors
/// Names a choice with several successors.
pub fn far_sighted_options(mdp: &Mdp, state: StateId) -> Result<Options, OptionsError> {
    if let Some(choice) = (0..mdp.choices()).find(|&choice| mdp.successors(choice).len() != 1) {
        let (state, action) = (mdp.state_name(mdp.state_of(choice)), mdp.action_name(choice));
        return Err(OptionsError::Random { state: state.to_owned(), action: action.to_owned() });
    }
    let mut options = Options { vectors: Vec::new() };
    for policy in deterministic_policies(mdp) {
        let mut path = vec![state];
        let cycle = loop {
            let here = path[path.len() - 1];
            let next = policy.choice(here).and_then(|choice| mdp.successors(choice).next()).unwrap_or(here);
            if let Some(at) = path.iter().position(|&before| before == next) {
                break &path[at..];
            }
            path.push(next);
        };
        let share = Rational::ONE / Rational::from(cycle.len());
        let mut vector = vec![Rational::ZERO; mdp.states()];
        for &visited in cycle {
            vector[visited] += &share;
        }
        options.add(vector);
    }
    Ok(options)
}
