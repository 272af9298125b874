//! Stopping problems: the form that every objective is brought to before an engine sees it.

use crate::mdp::{ChoiceId, Mask, Mdp, Policy, Rational, StateId, StateSet, Value};
use crate::solve::graph::{
    Attractor, Predecessors, absorbing_states, almost_surely_reaching, attractor, end_components, surely_avoiding,
};
use crate::solve::{Objective, Sense};

static ZERO: Rational = Rational::ZERO;
static ONE: Rational = Rational::ONE;

/// Some states have a fixed value; from the others, `start` and every improvement on it stops.
///
/// Invariant for undiscounted problems: no choice of `allowed` leads from an open state to a state of
/// value −∞, and a policy that never stops is never an improvement. For a maximal total reward this is
/// the admissibility of the criterion; for a maximal reach probability it is the least fixpoint.
pub(super) struct Stopping<'a> {
    pub(super) mdp: &'a Mdp,
    pub(super) objective: Objective<'a>,
    pub(super) sense: Sense,
    /// The value of each state that is not open.
    pub(super) fixed: Vec<Option<Value>>,
    /// Choices of open states that may be taken.
    pub(super) allowed: Mask,
    /// The mask that was asked for.
    pub(super) original: &'a Mask,
    /// A policy that stops from every open state. Its choices at fixed states attain the fixed values.
    pub(super) start: Policy,
}

impl<'a> Stopping<'a> {
    /// Graph analysis only; no arithmetic.
    pub(super) fn new(mdp: &'a Mdp, objective: Objective<'a>, sense: Sense, mask: &'a Mask) -> Self {
        let start = (0..mdp.states()).map(|state| mask.choices_of(mdp, state).next()).collect();
        let mut problem = Self {
            mdp,
            objective,
            sense,
            fixed: vec![None; mdp.states()],
            allowed: mask.clone(),
            original: mask,
            start: Policy::new(start),
        };
        match (objective, sense) {
            (Objective::Reward { discount, .. }, _) if discount < &Rational::ONE => problem.fix_absorbing(),
            (Objective::Reward { .. }, Sense::Max) => problem.prepare_largest_total(),
            (Objective::Reward { .. }, Sense::Min) => problem.prepare_smallest_total(),
            (Objective::Reach { target }, Sense::Max) => problem.prepare_largest_reach(target),
            (Objective::Reach { target }, Sense::Min) => problem.prepare_smallest_reach(target),
        }
        problem
    }

    /// The same problem where only these states matter, which allowed choices do not leave: the others are not solved.
    pub(super) fn restricted_to(mut self, region: &StateSet) -> Self {
        for (state, fixed) in self.fixed.iter_mut().enumerate() {
            if !region.contains(state) && fixed.is_none() {
                *fixed = Some(Value::ZERO);
            }
        }
        self
    }

    /// The discount between steps.
    pub(super) fn discount(&self) -> &'a Rational {
        match self.objective {
            Objective::Reward { discount, .. } => discount,
            Objective::Reach { .. } => &ONE,
        }
    }

    /// The reward of a choice.
    pub(super) fn reward(&self, choice: ChoiceId) -> &'a Rational {
        match self.objective {
            Objective::Reward { reward, .. } => &reward[choice],
            Objective::Reach { .. } => &ZERO,
        }
    }

    /// The open states.
    pub(super) fn open(&self) -> impl Iterator<Item = StateId> + '_ {
        (0..self.mdp.states()).filter(|&state| self.fixed[state].is_none())
    }

    /// The allowed choices of a state.
    pub(super) fn choices_of(&self, state: StateId) -> impl Iterator<Item = ChoiceId> + Clone + '_ {
        self.allowed.choices_of(self.mdp, state)
    }

    /// Changes `policy` where needed so that it stops from every open state.
    ///
    /// States that stop already keep their choice; the others step towards those.
    pub(super) fn make_stopping(&self, policy: &mut Policy) {
        if self.discount() < &Rational::ONE {
            return;
        }
        let mut stopped = StateSet::with_capacity(self.mdp.states());
        stopped.extend((0..self.mdp.states()).filter(|&state| self.fixed[state].is_some()));
        let mut own = Mask::all(self.mdp);
        for state in self.open() {
            for choice in self.mdp.choices_of(state).filter(|&choice| policy.choice(state) != Some(choice)) {
                own.forbid(choice);
            }
        }
        let reaching = attractor(self.mdp, &Predecessors::new(self.mdp, &own), &stopped, |_| true);
        let all = Predecessors::new(self.mdp, &self.allowed);
        let repair = attractor(self.mdp, &all, &reaching.states, |_| true);
        for (state, choice) in repair.closer.iter().enumerate() {
            if let Some(choice) = choice {
                policy.set(state, *choice);
            }
        }
    }

    fn fix_absorbing(&mut self) {
        for state in absorbing_states(self.mdp).ones() {
            self.fixed[state] = Some(Value::ZERO);
        }
    }

    fn adopt(&mut self, strategy: &Attractor) {
        for (state, choice) in strategy.closer.iter().enumerate() {
            if let Some(choice) = choice {
                self.start.set(state, *choice);
            }
        }
    }

    /// −∞ where no policy surely stops; elsewhere only choices that keep to where one does.
    fn prepare_largest_total(&mut self) {
        self.fix_absorbing();
        let stopping = almost_surely_reaching(self.mdp, &self.allowed, &absorbing_states(self.mdp));
        for state in (0..self.mdp.states()).filter(|&state| !stopping.states.contains(state)) {
            self.fixed[state] = Some(Value::MinusInfinity);
        }
        for choice in 0..self.mdp.choices() {
            if !self.mdp.successors(choice).all(|successor| stopping.states.contains(successor)) {
                self.allowed.forbid(choice);
            }
        }
        self.adopt(&stopping);
    }

    /// −∞ where some policy may go on forever: an end component can be reached.
    fn prepare_smallest_total(&mut self) {
        self.fix_absorbing();
        let mut endless = StateSet::with_capacity(self.mdp.states());
        let mut staying = Vec::new();
        for component in end_components(self.mdp, &self.allowed) {
            endless.extend(component.states.iter().copied());
            staying.extend(component.choices);
        }
        let reaching = attractor(self.mdp, &Predecessors::new(self.mdp, &self.allowed), &endless, |_| true);
        for choice in staying {
            self.start.set(self.mdp.state_of(choice), choice);
        }
        self.adopt(&reaching);
        for state in reaching.states.ones() {
            self.fixed[state] = Some(Value::MinusInfinity);
        }
    }

    /// 1 on and almost surely into the target, 0 where it is out of reach.
    fn prepare_largest_reach(&mut self, target: &StateSet) {
        let sure = almost_surely_reaching(self.mdp, &self.allowed, target);
        let possible = attractor(self.mdp, &Predecessors::new(self.mdp, &self.allowed), &sure.states, |_| true);
        self.adopt(&possible);
        self.adopt(&sure);
        for state in 0..self.mdp.states() {
            if sure.states.contains(state) {
                self.fixed[state] = Some(Rational::ONE.into());
            } else if !possible.states.contains(state) {
                self.fixed[state] = Some(Value::ZERO);
            }
        }
    }

    /// 1 on the target, 0 where it can be avoided surely; elsewhere every policy stops.
    fn prepare_smallest_reach(&mut self, target: &StateSet) {
        let avoiding = surely_avoiding(self.mdp, &self.allowed, target);
        self.adopt(&avoiding);
        for state in 0..self.mdp.states() {
            if target.contains(state) {
                self.fixed[state] = Some(Rational::ONE.into());
            } else if avoiding.states.contains(state) {
                self.fixed[state] = Some(Value::ZERO);
            }
        }
    }
}
