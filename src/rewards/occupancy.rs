//! Occupancy measures: how often each choice is taken, discounted.

use thiserror::Error;

use crate::budget::{Budget, Exhausted};
use crate::lp::{Relation, Row};
use crate::mdp::{Distribution, Mdp, Policy, Rational, StateId, Value};
use crate::solve::{Behaviour, Objective, evaluate};

/// A discount that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("occupancy measures need a discount from 0 up to but not including 1, not {0}")]
pub struct UndiscountedError(Rational);

/// A decision process with where its episodes start and how their future is discounted.
#[derive(Debug, Clone, Copy)]
pub struct Episodes<'a> {
    mdp: &'a Mdp,
    discount: &'a Rational,
    start: &'a Distribution,
}

impl<'a> Episodes<'a> {
    /// Episodes of `mdp` that start as `start` says.
    ///
    /// # Errors
    /// When the discount is negative, or at least 1: an occupancy measure need not be finite then.
    pub fn new(mdp: &'a Mdp, discount: &'a Rational, start: &'a Distribution) -> Result<Self, UndiscountedError> {
        if *discount < Rational::ZERO || *discount >= Rational::ONE {
            return Err(UndiscountedError(discount.clone()));
        }
        Ok(Self { mdp, discount, start })
    }

    /// The decision process.
    #[must_use]
    pub fn mdp(&self) -> &'a Mdp {
        self.mdp
    }

    /// The discount.
    #[must_use]
    pub fn discount(&self) -> &'a Rational {
        self.discount
    }

    /// The value of a policy for a reward of each choice.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn value(&self, policy: &Policy, reward: &[Rational], budget: &Budget) -> Result<Rational, Exhausted> {
        let values = self.values(policy, reward, budget)?;
        Ok(self.start.iter().fold(Rational::ZERO, |sum, (state, mass)| sum + mass * &values[state]))
    }

    /// The value of a policy from every state.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn values(&self, policy: &Policy, reward: &[Rational], budget: &Budget) -> Result<Vec<Rational>, Exhausted> {
        let objective = Objective::Reward { reward, discount: self.discount };
        let values = evaluate(self.mdp, Behaviour::Deterministic(policy), objective, budget)?;
        let finite = values.into_iter().map(|value| match value {
            Value::Finite(value) => value,
            Value::MinusInfinity => unreachable!("a discounted sum of bounded rewards is finite"),
        });
        Ok(finite.collect())
    }

    /// The occupancy measure of a policy: for each choice, the expected discounted number of times that it is taken.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn occupancy(&self, policy: &Policy, budget: &Budget) -> Result<Vec<Rational>, Exhausted> {
        let mut measure = vec![Rational::ZERO; self.mdp.choices()];
        for state in 0..self.mdp.states() {
            if let Some(choice) = policy.choice(state) {
                let mut once = vec![Rational::ZERO; self.mdp.choices()];
                once[choice] = Rational::ONE;
                measure[choice] = self.value(policy, &once, budget)?;
            }
        }
        Ok(measure)
    }

    /// The occupancy measures of all deterministic policies, in the order of [`deterministic_policies`].
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn occupancies(&self, budget: &Budget) -> Result<Vec<Vec<Rational>>, Exhausted> {
        deterministic_policies(self.mdp).map(|policy| self.occupancy(&policy, budget)).collect()
    }

    /// The occupancy measures of all policies, randomised ones too, as the non-negative solutions of these rows: what
    /// leaves a state is what starts there and what comes in (Puterman, *Markov Decision Processes*, section 6.9).
    #[must_use]
    pub fn occupancy_polytope(&self) -> Vec<Row> {
        let acting = (0..self.mdp.states()).filter(|&state| !self.mdp.is_absorbing(state));
        acting.map(|state| self.flow_of(state)).collect()
    }

    fn flow_of(&self, state: StateId) -> Row {
        let through = |choice: usize| {
            let leaving = if self.mdp.state_of(choice) == state { Rational::ONE } else { Rational::ZERO };
            let back = self.mdp.row(choice).filter(|(target, _)| *target == state);
            back.fold(leaving, |flow, (_, mass)| flow - self.discount * mass)
        };
        let flows = (0..self.mdp.choices()).map(|choice| (choice, through(choice)));
        let coefficients = flows.filter(|(_, flow)| *flow != Rational::ZERO).collect();
        Row { coefficients, relation: Relation::Equal, bound: self.start.mass(state) }
    }
}

/// Every deterministic stationary policy, the choice of the last state changing fastest.
pub fn deterministic_policies(mdp: &Mdp) -> impl Iterator<Item = Policy> + '_ {
    let mut next = Some(Policy::first(mdp));
    std::iter::from_fn(move || {
        let policy = next.take()?;
        let mut following = policy.clone();
        for state in (0..mdp.states()).rev() {
            let Some(choice) = policy.choice(state) else { continue };
            let choices = mdp.choices_of(state);
            if choice + 1 < choices.end {
                following.set(state, choice + 1);
                next = Some(following);
                break;
            }
            following.set(state, choices.start);
        }
        Some(policy)
    })
}
