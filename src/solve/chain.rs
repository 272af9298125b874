//! Exact evaluation of one policy, strongly connected component by component.

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, Mdp, Policy, RandomizedPolicy, Rational, StateId, StateSet, Value, closure};
use crate::solve::Objective;
use crate::solve::dixon::lift;
use crate::solve::elimination::eliminate;
use crate::solve::graph::{absorbing_states, components};
use crate::solve::integer_system::IntegerSystem;
use crate::solve::meter::metered;

/// Systems of at most this size are eliminated; larger ones are lifted.
const LARGEST_ELIMINATION: usize = 60;

/// A policy to evaluate.
#[derive(Debug, Clone, Copy)]
pub enum Behaviour<'a> {
    /// One choice a state.
    Deterministic(&'a Policy),
    /// A distribution over choices a state.
    Randomized(&'a RandomizedPolicy),
}

impl Behaviour<'_> {
    /// The choices taken in a state with their probabilities.
    pub fn taken(&self, state: StateId) -> Vec<(ChoiceId, Rational)> {
        match self {
            Self::Deterministic(policy) => {
                policy.choice(state).map(|choice| (choice, Rational::ONE)).into_iter().collect()
            }
            Self::Randomized(policy) => policy.row(state).to_vec(),
        }
    }
}

/// The Markov chain of a policy: one row a state, and its expected reward.
struct Chain {
    rows: Vec<Vec<(StateId, Rational)>>,
    rewards: Vec<Rational>,
}

impl Chain {
    fn new(mdp: &Mdp, behaviour: Behaviour<'_>, reward: Option<&[Rational]>) -> Self {
        let mut chain = Self { rows: Vec::with_capacity(mdp.states()), rewards: Vec::with_capacity(mdp.states()) };
        for state in 0..mdp.states() {
            let taken = behaviour.taken(state);
            let gain = reward.map_or(Rational::ZERO, |reward| {
                taken.iter().fold(Rational::ZERO, |sum, (choice, weight)| sum + &reward[*choice] * weight)
            });
            let row = if let [(choice, _)] = taken.as_slice() {
                mdp.row(*choice).map(|(target, probability)| (target, probability.clone())).collect()
            } else {
                let mut merged = std::collections::BTreeMap::new();
                for (choice, weight) in &taken {
                    for (target, probability) in mdp.row(*choice) {
                        *merged.entry(target).or_insert(Rational::ZERO) += probability * weight;
                    }
                }
                merged.into_iter().collect()
            };
            chain.rows.push(row);
            chain.rewards.push(gain);
        }
        chain
    }

    /// The states from which `target` is reached with positive probability.
    fn can_reach(&self, target: &StateSet) -> StateSet {
        let mut predecessors = vec![Vec::new(); self.rows.len()];
        for (state, row) in self.rows.iter().enumerate() {
            for (successor, _) in row {
                predecessors[*successor].push(state);
            }
        }
        closure(self.rows.len(), target.ones(), |state| predecessors[state].iter().copied())
    }

    /// Solves `v = r + γPv` on the states that are not fixed; the chain stops from each of them.
    fn solve(&self, fixed: Vec<Option<Value>>, discount: &Rational, budget: &Budget) -> Result<Vec<Value>, Exhausted> {
        let open: Vec<StateId> = (0..self.rows.len()).filter(|&state| fixed[state].is_none()).collect();
        let mut position = vec![usize::MAX; self.rows.len()];
        for (index, &state) in open.iter().enumerate() {
            position[state] = index;
        }
        let blocks = components(open.len(), |index| {
            let inside = self.rows[open[index]].iter().map(|(target, _)| position[*target]);
            inside.filter(|&target| target != usize::MAX).collect()
        });
        let mut values = fixed;
        let mut local = vec![usize::MAX; self.rows.len()];
        for block in blocks {
            budget.check()?;
            let block: Vec<StateId> = block.into_iter().map(|index| open[index]).collect();
            for (index, &state) in block.iter().enumerate() {
                local[state] = index;
            }
            let solved = self.solve_block(&block, &local, &values, discount, budget)?;
            for (state, value) in block.iter().zip(solved) {
                values[*state] = Some(Value::Finite(value));
                local[*state] = usize::MAX;
            }
        }
        Ok(values.into_iter().map(|value| value.unwrap_or(Value::MinusInfinity)).collect())
    }

    fn solve_block(
        &self,
        block: &[StateId],
        local: &[usize],
        values: &[Option<Value>],
        discount: &Rational,
        budget: &Budget,
    ) -> Result<Vec<Rational>, Exhausted> {
        let mut matrix = Vec::with_capacity(block.len());
        let mut rhs = Vec::with_capacity(block.len());
        for (index, &state) in block.iter().enumerate() {
            let mut diagonal = Rational::ONE;
            let mut entries = Vec::new();
            let mut gain = self.rewards[state].clone();
            for (target, probability) in &self.rows[state] {
                let weight = probability * discount;
                if local[*target] == index {
                    diagonal -= weight;
                } else if local[*target] != usize::MAX {
                    entries.push((local[*target], -weight));
                } else if let Some(Value::Finite(value)) = &values[*target] {
                    gain += weight * value;
                }
            }
            entries.push((index, diagonal));
            matrix.push(entries);
            rhs.push(gain);
        }
        if let ([row], [gain]) = (matrix.as_slice(), rhs.as_slice()) {
            return Ok(vec![gain / &row[0].1]);
        }
        let system = IntegerSystem::new(&matrix, &rhs);
        let lifted = if block.len() > LARGEST_ELIMINATION { lift(&system, budget)? } else { None };
        let solution = lifted.map_or_else(|| eliminate(&system, budget), Ok)?;
        Ok(system.unscaled(solution))
    }
}

/// The exact value of a policy at every state.
///
/// Reaching is a least fixpoint; a total reward is −∞ where the policy, with positive probability, never
/// stops.
///
/// # Errors
/// When the budget is exhausted.
pub fn evaluate(
    mdp: &Mdp,
    behaviour: Behaviour<'_>,
    objective: Objective<'_>,
    budget: &Budget,
) -> Result<Vec<Value>, Exhausted> {
    evaluate_within(mdp, behaviour, objective, None, budget)
}

/// As [`evaluate`], only at the states that the policy visits from `sources`; the other values mean nothing.
///
/// # Errors
/// When the budget is exhausted.
pub fn evaluate_from(
    mdp: &Mdp,
    behaviour: Behaviour<'_>,
    objective: Objective<'_>,
    sources: &[StateId],
    budget: &Budget,
) -> Result<Vec<Value>, Exhausted> {
    let visited = closure(mdp.states(), sources.iter().copied(), |state| {
        behaviour.taken(state).into_iter().flat_map(|(choice, _)| mdp.successors(choice))
    });
    evaluate_within(mdp, behaviour, objective, Some(&visited), budget)
}

fn evaluate_within(
    mdp: &Mdp,
    behaviour: Behaviour<'_>,
    objective: Objective<'_>,
    region: Option<&StateSet>,
    budget: &Budget,
) -> Result<Vec<Value>, Exhausted> {
    let outside = |state: StateId| region.is_some_and(|region| !region.contains(state)).then_some(Value::ZERO);
    match objective {
        Objective::Reach { target } => {
            let chain = Chain::new(mdp, behaviour, None);
            let possible = chain.can_reach(target);
            let fixed = (0..mdp.states())
                .map(|state| {
                    if target.contains(state) {
                        Some(Rational::ONE.into())
                    } else {
                        (!possible.contains(state)).then_some(Value::ZERO).or_else(|| outside(state))
                    }
                })
                .collect();
            metered(|| chain.solve(fixed, &Rational::ONE, budget))
        }
        Objective::Reward { reward, discount } => {
            let chain = Chain::new(mdp, behaviour, Some(reward));
            let absorbing = absorbing_states(mdp);
            let endless = if discount < &Rational::ONE {
                StateSet::with_capacity(mdp.states())
            } else {
                let mut stuck = chain.can_reach(&absorbing);
                stuck.toggle_range(..);
                chain.can_reach(&stuck)
            };
            let fixed = (0..mdp.states())
                .map(|state| {
                    if endless.contains(state) {
                        Some(Value::MinusInfinity)
                    } else {
                        absorbing.contains(state).then_some(Value::ZERO).or_else(|| outside(state))
                    }
                })
                .collect();
            metered(|| chain.solve(fixed, discount, budget))
        }
    }
}

/// The value of a policy that stops from every state that is not fixed.
pub(super) fn evaluate_stopping(
    mdp: &Mdp,
    policy: &Policy,
    objective: Objective<'_>,
    fixed: &[Option<Value>],
    budget: &Budget,
) -> Result<Vec<Value>, Exhausted> {
    let (reward, discount) = match objective {
        Objective::Reward { reward, discount } => (Some(reward), discount),
        Objective::Reach { .. } => (None, &Rational::ONE),
    };
    Chain::new(mdp, Behaviour::Deterministic(policy), reward).solve(fixed.to_vec(), discount, budget)
}
