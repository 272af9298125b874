//! What every search needs of one problem: its class of policies, and optimal values computed once.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::budget::{Budget, Exhausted};
use crate::decomposition::RewardName;
use crate::mdp::{Mask, Observation, Policy, Rational, Reward, StateId, StateSet, Value};
use crate::problem::{Criterion, PolicyClass, Problem};
use crate::search::memo::{Memo, Quantity};
use crate::solve::{
    Behaviour, Enclosure, Engine, Objective, Sense, Solution, enclose, enclosed_optimal_choices, evaluate,
    evaluate_from, optimal_choices, optimise,
};

/// How close bounds are made, in bits behind the point, until they decide; then exact values have to.
const PRECISIONS: [usize; 4] = [32, 42, 128, 320];

/// Up to so many states exact values are at hand sooner than closer bounds.
const SMALL: usize = 300;

/// Optimal values of one reward over all policies of the full state.
#[derive(Clone, Default)]
struct Optimum {
    solution: OnceCell<Rc<Solution>>,
    choices: OnceCell<Mask>,
}

/// A problem without a horizon, ready to be searched.
pub struct Arena<'p> {
    /// The problem.
    pub problem: &'p Problem,
    /// Who sees what; the identity for full observation.
    pub observation: Observation,
    /// Whether policies see the full state.
    pub fully_observed: bool,
    /// The class of policies.
    pub class: PolicyClass,
    /// How long searches may run.
    pub budget: Budget,
    engine: Engine,
    discount: Rational,
    everything: Mask,
    nowhere: StateSet,
    memo: Memo,
    specified: Optimum,
    intended: Optimum,
}

impl<'p> Arena<'p> {
    /// `problem` must not have a horizon: unroll it first.
    #[must_use]
    pub fn new(problem: &'p Problem, budget: Budget, engine: Engine) -> Self {
        let discount = match &problem.criterion {
            Criterion::Discounted(discount) => discount.clone(),
            Criterion::Total | Criterion::Horizon(_) => Rational::ONE,
        };
        Self {
            problem,
            observation: problem.observations.clone().unwrap_or_else(|| Observation::identity(&problem.mdp)),
            fully_observed: problem.observations.is_none(),
            class: problem.policy_class(),
            budget,
            engine,
            discount,
            everything: Mask::all(&problem.mdp),
            nowhere: StateSet::new(),
            memo: Memo::default(),
            specified: Optimum::default(),
            intended: Optimum::default(),
        }
    }

    /// The same problem, with the optima that are known, under a budget that can be stopped alone.
    #[must_use]
    pub(super) fn attempt(&self) -> Self {
        Self {
            specified: self.specified.clone(),
            intended: self.intended.clone(),
            ..Self::new(self.problem, self.budget.attempt(), self.engine)
        }
    }

    /// How optima are found.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Every choice allowed.
    #[must_use]
    pub fn everything(&self) -> &Mask {
        &self.everything
    }

    /// One of the two rewards.
    #[must_use]
    pub fn reward(&self, name: RewardName) -> &'p Reward {
        match name {
            RewardName::Specified => &self.problem.specified,
            RewardName::Intended => &self.problem.intended,
        }
    }

    /// The discount between steps, 1 for total reward.
    #[must_use]
    pub fn discount(&self) -> &Rational {
        &self.discount
    }

    /// A reward as an objective.
    #[must_use]
    pub fn objective(&self, name: RewardName) -> Objective<'_> {
        Objective::Reward { reward: self.reward(name), discount: &self.discount }
    }

    /// The optimum of a reward within a mask.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn optimise(&self, name: RewardName, sense: Sense, mask: &Mask) -> Result<Rc<Solution>, Exhausted> {
        self.extreme(Quantity::Reward(name), sense, mask)
    }

    /// The least or largest value of a quantity within a mask; the probability of a catastrophe that is not
    /// declared is 0.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn extreme(&self, quantity: Quantity, sense: Sense, mask: &Mask) -> Result<Rc<Solution>, Exhausted> {
        self.budget.check()?;
        self.memo.optimum(quantity, sense, mask, || {
            optimise(&self.problem.mdp, self.quantity(quantity), sense, mask, self.engine, &self.budget)
        })
    }

    /// How close bounds are made, one after the other, before exact values are asked for; not at all with an
    /// engine that is asked for exact values.
    #[must_use]
    pub fn precisions(&self) -> &'static [usize] {
        match self.engine {
            Engine::PolicyIteration if self.problem.mdp.states() > SMALL => &PRECISIONS,
            Engine::PolicyIteration => &PRECISIONS[..1],
            Engine::LinearProgram | Engine::BruteForce => &[],
        }
    }

    /// Bounds of the least or largest value of a quantity within a mask, so many bits close; `None` where bounds do
    /// not get so close.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn enclosure(
        &self,
        quantity: Quantity,
        sense: Sense,
        mask: &Mask,
        bits: usize,
    ) -> Result<Option<Rc<Enclosure>>, Exhausted> {
        self.budget.check()?;
        self.memo.enclosure(quantity, sense, mask, bits, |earlier| {
            enclose(&self.problem.mdp, self.quantity(quantity), sense, mask, bits, earlier, &self.budget)
        })
    }

    /// The exact values of a policy at the states that it visits from `sources`; the others mean nothing.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn values_from(
        &self,
        quantity: Quantity,
        behaviour: Behaviour<'_>,
        sources: &[StateId],
    ) -> Result<Vec<Value>, Exhausted> {
        evaluate_from(&self.problem.mdp, behaviour, self.quantity(quantity), sources, &self.budget)
    }

    /// The exact values of a policy.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn values(&self, quantity: Quantity, behaviour: Behaviour<'_>) -> Result<Rc<Vec<Value>>, Exhausted> {
        let compute = || evaluate(&self.problem.mdp, behaviour, self.quantity(quantity), &self.budget);
        match behaviour {
            Behaviour::Deterministic(policy) => self.memo.evaluation(quantity, policy, compute),
            Behaviour::Randomized(policy) => match policy.as_deterministic() {
                Some(policy) => self.memo.evaluation(quantity, &policy, compute),
                None => Ok(Rc::new(compute()?)),
            },
        }
    }

    /// The optimum of some other reward within a mask.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn optimise_reward(&self, reward: &Reward, sense: Sense, mask: &Mask) -> Result<Solution, Exhausted> {
        self.budget.check()?;
        let objective = Objective::Reward { reward, discount: &self.discount };
        optimise(&self.problem.mdp, objective, sense, mask, self.engine, &self.budget)
    }

    /// The exact values of a policy for some other reward.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn evaluate_reward(&self, reward: &Reward, behaviour: Behaviour<'_>) -> Result<Vec<Value>, Exhausted> {
        let objective = Objective::Reward { reward, discount: &self.discount };
        evaluate(&self.problem.mdp, behaviour, objective, &self.budget)
    }

    /// A quantity as an objective; the probability of a catastrophe that is not declared is 0.
    #[must_use]
    pub fn quantity(&self, quantity: Quantity) -> Objective<'_> {
        match quantity {
            Quantity::Reward(name) => self.objective(name),
            Quantity::Reach => Objective::Reach {
                target: self.problem.catastrophe.as_ref().map_or(&self.nowhere, |catastrophe| &catastrophe.states),
            },
        }
    }

    /// The largest values of a reward over all policies of the full state.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn best(&self, name: RewardName) -> Result<&Solution, Exhausted> {
        let cell = &self.optimum(name).solution;
        if let Some(known) = cell.get() {
            return Ok(known);
        }
        let found = self.optimise(name, Sense::Max, &self.everything)?;
        Ok(cell.get_or_init(|| found))
    }

    /// The optimal choices `A*` of a reward.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn optimal_choices(&self, name: RewardName) -> Result<&Mask, Exhausted> {
        let cell = &self.optimum(name).choices;
        if let Some(known) = cell.get() {
            return Ok(known);
        }
        let mut closer = |bits| self.enclosure(Quantity::Reward(name), Sense::Max, &self.everything, bits);
        let (mdp, reward, precisions) = (&self.problem.mdp, self.reward(name), self.precisions());
        let by_bounds = match precisions {
            [] => None,
            _ => enclosed_optimal_choices(mdp, reward, &self.discount, precisions, &mut closer, &self.budget)?,
        };
        let found = match by_bounds {
            Some(choices) => choices,
            None => optimal_choices(mdp, reward, &self.discount, self.best(name)?),
        };
        Ok(cell.get_or_init(|| found))
    }

    fn optimum(&self, name: RewardName) -> &Optimum {
        match name {
            RewardName::Specified => &self.specified,
            RewardName::Intended => &self.intended,
        }
    }

    /// Whether two policies of the class that agree on what is seen in `states` may differ there.
    #[must_use]
    pub fn is_undecided(&self, mask: &Mask, state: StateId) -> bool {
        mask.choices_of(&self.problem.mdp, state).nth(1).is_some()
    }

    /// At every state that looks like `state`, allows only choices with the action of one of `choices`
    /// (which belong to `state`). Returns whether anything changed.
    pub fn restrict_observation(&self, mask: &mut Mask, state: StateId, allowed: impl Fn(usize) -> bool) -> bool {
        let mdp = &self.problem.mdp;
        let mut changed = false;
        for &member in self.observation.members(self.observation.of(state)) {
            for choice in mdp.choices_of(member) {
                let keep = mdp.same_action_at(state, choice).is_some_and(&allowed);
                if mask.allows(choice) && !keep {
                    mask.forbid(choice);
                    changed = true;
                }
            }
        }
        changed
    }

    /// A policy of the class that does what `policy` does wherever states that look alike agree, and
    /// otherwise what it does in the first of them that it visits from `sources`.
    #[must_use]
    pub fn made_consistent(&self, policy: &Policy, mask: &Mask, sources: &[StateId]) -> Policy {
        if self.fully_observed {
            return policy.clone();
        }
        let mdp = &self.problem.mdp;
        let mut action: Vec<Option<usize>> = vec![None; self.observation.count()];
        let mut seen = StateSet::with_capacity(mdp.states());
        let mut queue: std::collections::VecDeque<StateId> = sources.iter().copied().collect();
        seen.extend(sources.iter().copied());
        let mut result = policy.clone();
        while let Some(state) = queue.pop_front() {
            let Some(own) = policy.choice(state) else { continue };
            let wanted = *action[self.observation.of(state)].get_or_insert_with(|| mdp.action_id(own));
            let choice = mdp.choices_of(state).find(|&choice| mdp.action_id(choice) == wanted).unwrap_or(own);
            result.set(state, choice);
            for successor in mdp.successors(choice) {
                if !seen.put(successor) {
                    queue.push_back(successor);
                }
            }
        }
        for state in (0..mdp.states()).filter(|&state| !seen.contains(state) && !mdp.is_absorbing(state)) {
            let observation = self.observation.of(state);
            let wanted = action[observation];
            let choice = mask
                .choices_of(mdp, state)
                .find(|&choice| wanted.is_none_or(|wanted| mdp.action_id(choice) == wanted))
                .or_else(|| mdp.choices_of(state).find(|&choice| Some(mdp.action_id(choice)) == wanted));
            if let Some(choice) = choice {
                action[observation].get_or_insert(mdp.action_id(choice));
                result.set(state, choice);
            }
        }
        result
    }
}
