//! Rewards that are weighted sums of features: values are linear in the weights, choices are not.

use std::rc::Rc;

use crate::budget::Exhausted;
use crate::mdp::{Mask, Policy, Rational, Reward, StateId, StateSet, Value};
use crate::problem::Criterion;
use crate::search::arena::Arena;
use crate::search::rewards::region::{Side, WeightRow, dot};
use crate::solve::{Behaviour, Sense, Solution, end_components, optimal_choices, reachable_under};

/// The rewards `Σ wᵢ φᵢ` of some features `φᵢ`.
pub struct RewardClass<'p> {
    /// The problem whose MDP, criterion and budget are used.
    pub arena: &'p Arena<'p>,
    features: Vec<&'p Reward>,
}

/// What a policy collects of each feature from each state: `values[state][feature]`. The value of the policy
/// for weights `w` is the scalar product with `w` (successor features, Barreto et al. 2017).
pub type Expectations = Vec<Vec<Rational>>;

/// Weights with what is optimal for them.
#[derive(Debug, Clone)]
pub struct Optimised {
    /// The weights.
    pub weights: Vec<Rational>,
    /// Largest values and a policy.
    pub best: Solution,
    /// The optimal choices.
    pub choices: Mask,
}

impl<'p> RewardClass<'p> {
    /// The class of these features. `None` where some weights would leave total reward undefined: with a
    /// `total` criterion and a policy that may go on for ever.
    #[must_use]
    pub fn new(arena: &'p Arena<'p>, features: Vec<&'p Reward>) -> Option<Self> {
        let endless = arena.problem.criterion == Criterion::Total
            && !end_components(&arena.problem.mdp, arena.everything()).is_empty();
        (!endless).then_some(Self { arena, features })
    }

    /// The class of the features that the problem declares.
    #[must_use]
    pub fn declared(arena: &'p Arena<'p>) -> Option<Self> {
        Self::new(arena, arena.problem.features.iter().map(|feature| &feature.values).collect())
    }

    /// Number of features.
    #[must_use]
    pub fn size(&self) -> usize {
        self.features.len()
    }

    /// The reward for weights.
    #[must_use]
    pub fn reward(&self, weights: &[Rational]) -> Reward {
        let mut reward = vec![Rational::ZERO; self.arena.problem.mdp.choices()];
        for (feature, weight) in self.features.iter().zip(weights).filter(|(_, weight)| !weight.is_zero()) {
            for (sum, value) in reward.iter_mut().zip(*feature).filter(|(_, value)| !value.is_zero()) {
                *sum += weight * value;
            }
        }
        reward
    }

    /// What is optimal for weights.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn optimise(&self, weights: Vec<Rational>) -> Result<Optimised, Exhausted> {
        let reward = self.reward(&weights);
        let best = self.arena.optimise_reward(&reward, Sense::Max, self.arena.everything())?;
        let choices = optimal_choices(&self.arena.problem.mdp, &reward, self.arena.discount(), &best);
        Ok(Optimised { weights, best, choices })
    }

    /// What a deterministic policy collects of each feature.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn expectations(&self, policy: &Policy) -> Result<Rc<Expectations>, Exhausted> {
        let mut expectations = vec![Vec::with_capacity(self.size()); self.arena.problem.mdp.states()];
        for feature in &self.features {
            let values = self.arena.evaluate_reward(feature, Behaviour::Deterministic(policy))?;
            for (row, value) in expectations.iter_mut().zip(values) {
                row.push(value.finite().cloned().unwrap_or(Rational::ZERO));
            }
        }
        Ok(Rc::new(expectations))
    }

    /// Whether all policies of a mask collect the same of every feature from each of these states.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn collects_the_same(&self, mask: &Mask, states: &[StateId]) -> Result<bool, Exhausted> {
        let mdp = &self.arena.problem.mdp;
        let visited = reachable_under(mdp, mask, states.iter().copied());
        if visited.ones().all(|state| !self.arena.is_undecided(mask, state)) {
            return Ok(true);
        }
        for feature in &self.features {
            let most = self.arena.optimise_reward(feature, Sense::Max, mask)?;
            let least = self.arena.optimise_reward(feature, Sense::Min, mask)?;
            if states.iter().any(|&state| most.values[state] != least.values[state]) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What taking a choice and going on to collect `onward` collects of each feature: `φ(s,a) + γ Σ P ψ`.
    #[must_use]
    pub fn collected(&self, choice: usize, onward: &Expectations) -> Vec<Rational> {
        let mut row: Vec<Rational> = self.features.iter().map(|feature| feature[choice].clone()).collect();
        for (successor, probability) in self.arena.problem.mdp.row(choice) {
            let share = self.arena.discount() * probability;
            for (entry, next) in row.iter_mut().zip(&onward[successor]) {
                *entry += &share * next;
            }
        }
        row
    }

    /// By how much a choice falls short of the policy that collects `expectations`: `ψ(s) − φ(s,a) − γ Σ P ψ`.
    #[must_use]
    pub fn shortfall(&self, expectations: &Expectations, choice: usize) -> Vec<Rational> {
        let own = &expectations[self.arena.problem.mdp.state_of(choice)];
        own.iter().zip(self.collected(choice, expectations)).map(|(own, other)| own - other).collect()
    }

    /// The weights for which every choice that `used` allows in the states `within` is as good as what `policy`
    /// does there, as equations. `policy` stays within them and collects `expectations`.
    #[must_use]
    pub fn ties(&self, used: &Mask, within: &StateSet, policy: &Policy, expectations: &Expectations) -> Vec<WeightRow> {
        let mdp = &self.arena.problem.mdp;
        let mut rows = Vec::new();
        for state in within.ones() {
            for choice in used.choices_of(mdp, state).filter(|&choice| policy.choice(state) != Some(choice)) {
                push_new(&mut rows, WeightRow::homogeneous(self.shortfall(expectations, choice), Side::Equal));
            }
        }
        rows
    }

    /// Whether a policy is worth as much as the best for weights, from each of these states.
    #[must_use]
    pub fn attains(&self, optimised: &Optimised, expectations: &Expectations, states: &[StateId]) -> bool {
        states
            .iter()
            .all(|&state| optimised.best.values[state] == Value::Finite(dot(&optimised.weights, &expectations[state])))
    }
}

/// Adds a row unless it says nothing or was there before, up to its length.
pub(super) fn push_new(rows: &mut Vec<WeightRow>, row: WeightRow) {
    let Some(length) = row.normal.iter().find(|entry| !entry.is_zero()).cloned() else {
        // `0 = 0` and `0 ≥ 0` say nothing; `0 > 0` says that there is nothing.
        if row.side == Side::Above || !row.bound.is_zero() {
            rows.push(row);
        }
        return;
    };
    let length = if length < Rational::ZERO && row.side != Side::Equal { -length } else { length };
    let normal: Vec<Rational> = row.normal.iter().map(|entry| entry / &length).collect();
    let scaled = WeightRow { bound: &row.bound / &length, normal, side: row.side };
    if !rows.contains(&scaled) {
        rows.push(scaled);
    }
}
