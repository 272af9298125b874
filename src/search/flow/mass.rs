//! Mass that flows through the model under the policy: what a demand on some distribution needs.

use std::collections::BTreeMap;

use crate::decomposition::RewardName;
use crate::mdp::{Mask, Policy, Rational, StateId, StateSet};
use crate::search::flow::Encoder;
use crate::search::flow::quantify::Start;
use crate::search::flow::region::between;
use crate::search::flow::values::any;
use crate::smt::{BoolVar, Formula, LinExpr, Literal, Model};
use crate::solve::{end_components, reachable_under};

/// A flow in which a cycle that the policy keeps to forever could carry mass that came from nowhere.
pub(super) struct RewardFlow {
    /// By state, the mass that passes through it.
    through: BTreeMap<StateId, LinExpr>,
    /// The states of end components.
    endless: StateSet,
}

impl Encoder<'_> {
    /// More than `bound` of the mass gets to the catastrophe.
    ///
    /// Mass may be dropped anywhere and appears nowhere but at the start. A cycle may hold any amount of
    /// it, but gives away no more than it was given: the bound is that of the least fixpoint.
    pub(super) fn likely_catastrophe(&mut self, start: Start) {
        let mdp = self.mdp();
        let catastrophe = self.catastrophe();
        let sources: Vec<StateId> = start.mass.keys().copied().collect();
        let region = between(mdp, &self.policy.mask, &sources, &catastrophe);
        if self.sure_catastrophe(&start, &region, &catastrophe) {
            return;
        }
        let mut inflow: BTreeMap<StateId, LinExpr> = BTreeMap::new();
        let mut reached = LinExpr::zero();
        for (state, mass) in start.mass {
            if catastrophe.contains(state) {
                reached += mass;
            } else if region.contains(state) {
                inflow.insert(state, mass);
            }
        }
        let mut outflow: BTreeMap<StateId, LinExpr> = BTreeMap::new();
        for state in region.ones() {
            for (choice, taken) in self.policy.choices_of(mdp, state) {
                if !mdp.successors(choice).any(|target| region.contains(target) || catastrophe.contains(target)) {
                    continue;
                }
                let mass = self.guarded_mass(taken.variable());
                for (target, probability) in mdp.row(choice) {
                    let share = mass.clone() * probability;
                    if catastrophe.contains(target) {
                        reached += share;
                    } else if region.contains(target) {
                        *inflow.entry(target).or_default() += share;
                    }
                }
                *outflow.entry(state).or_default() += mass;
            }
        }
        for (state, leaving) in outflow {
            let entering = inflow.remove(&state).unwrap_or_default();
            self.solver.assert(leaving.le(entering).into());
        }
        self.solver.assert(reached.gt(start.bound).into());
    }

    /// The value of the policy is below the bound.
    ///
    /// All mass goes on. Without a discount, mass may instead be taken out where the policy goes on
    /// forever, and then its value is −∞, below any bound.
    pub(super) fn low_reward(&mut self, reward: RewardName, start: Start) -> Option<RewardFlow> {
        let mdp = self.mdp();
        let discount = self.arena.discount().clone();
        let gains = self.arena.reward(reward);
        let sources: Vec<StateId> = start.mass.keys().copied().collect();
        let mut inflow = start.mass;
        let mut through: BTreeMap<StateId, LinExpr> = BTreeMap::new();
        let mut value = LinExpr::zero();
        let region = reachable_under(mdp, &self.policy.mask, sources);
        for state in region.ones() {
            for (choice, taken) in self.policy.choices_of(mdp, state) {
                let mass = self.guarded_mass(taken.variable());
                for (target, probability) in mdp.row(choice) {
                    *inflow.entry(target).or_default() += mass.clone() * &(probability * &discount);
                }
                value += mass.clone() * &gains[choice];
                *through.entry(state).or_default() += mass;
            }
        }
        let mut endless = StateSet::with_capacity(mdp.states());
        let mut taken_out = LinExpr::zero();
        if discount == Rational::ONE {
            let kept = self.kept_to_forever(&region);
            for (&state, &forever) in &kept {
                endless.insert(state);
                let out = self.guarded_mass(Some(forever));
                inflow.entry(state).and_modify(|mass| *mass -= out.clone()).or_insert_with(|| -out.clone());
                taken_out += out;
            }
        }
        for (state, leaving) in &through {
            let entering = inflow.remove(state).unwrap_or_default();
            self.solver.assert(leaving.clone().equals(entering).into());
        }
        let below = Formula::from(value.lt(start.bound));
        if endless.is_clear() {
            self.solver.assert(below);
            return None;
        }
        self.solver.assert(Formula::Any(vec![below, taken_out.gt(0).into()]));
        Some(RewardFlow { through, endless })
    }

    /// Variables that are true only on sets that the policy never leaves and never stops in.
    fn kept_to_forever(&mut self, region: &StateSet) -> BTreeMap<StateId, BoolVar> {
        let mdp = self.mdp();
        let mut kept = BTreeMap::new();
        let mut within = Mask::all(mdp);
        for choice in 0..mdp.choices() {
            within.forbid(choice);
        }
        for component in end_components(mdp, &self.policy.mask) {
            for choice in component.choices {
                within.allow(choice);
            }
            for state in component.states.into_iter().filter(|&state| region.contains(state)) {
                kept.insert(state, self.solver.bool_var());
            }
        }
        for (&state, &forever) in &kept {
            for (choice, taken) in self.policy.choices_of(mdp, state) {
                let unless: Vec<Literal> = std::iter::once(!forever).chain(taken.unless()).collect();
                if !within.allows(choice) {
                    self.solver.assert(Formula::clause(unless));
                    continue;
                }
                for target in mdp.successors(choice).filter(|&target| target != state) {
                    self.solver.assert(any(unless.iter().copied(), kept[&target].into()));
                }
            }
        }
        kept
    }

    /// A nonnegative variable that is 0 unless `guard` is true.
    fn guarded_mass(&mut self, guard: Option<BoolVar>) -> LinExpr {
        let mass = self.nonnegative();
        if let Some(guard) = guard {
            self.solver.assert(Formula::Any(vec![guard.into(), mass.clone().le(0).into()]));
        }
        mass
    }
}

impl RewardFlow {
    /// What rules out mass in the cycles that the policy never leaves. Mass that truly gets there is taken
    /// out on its way in, so nothing that is sought is lost; `None` if there is no such mass.
    pub(super) fn circulation_cut(&self, encoder: &Encoder<'_>, policy: &Policy, model: &Model) -> Option<Formula> {
        let mdp = encoder.mdp();
        let mut closed = self.endless.clone();
        loop {
            let leaving: Vec<StateId> = closed
                .ones()
                .filter(|&state| {
                    policy.choice(state).is_none_or(|own| mdp.successors(own).any(|target| !closed.contains(target)))
                })
                .collect();
            if leaving.is_empty() {
                break;
            }
            for state in leaving {
                closed.set(state, false);
            }
        }
        let carries = |state: &StateId| self.through.get(state).is_some_and(|mass| mass.value(model) > Rational::ZERO);
        // The cut is about what one carrying state leads to, so that it speaks of few observations.
        let first = closed.ones().find(carries)?;
        let cycle = crate::search::requirement::visited(encoder.arena, policy, &[first]);
        let mut taken: Vec<BoolVar> =
            cycle.ones().filter_map(|state| encoder.policy.taken(policy.choice(state)?).variable()).collect();
        taken.sort_unstable();
        taken.dedup();
        let mass: LinExpr = cycle.ones().filter_map(|state| self.through.get(&state).cloned()).sum();
        Some(any(taken.into_iter().map(|variable| !variable), mass.le(0).into()))
    }
}
