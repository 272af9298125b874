//! The baseline: the straightforward encoding of a question, given to z3 whole. It shares nothing with the searches.

use std::time::{Duration, Instant};

use lavaproof::mdp::{ChoiceId, Mask, Policy, Rational, StateId};
use lavaproof::problem::{DeploymentSet, Problem};
use z3::ast::{Bool, Real};
use z3::{Params, SatResult, Solver};

/// What z3 says.
pub enum Said {
    Some(Policy),
    None,
    Nothing,
}

/// One question in the making: Booleans for what the policy does.
pub struct Question<'p> {
    problem: &'p Problem,
    pub solver: Solver,
    takes: Vec<Bool>,
    deadline: Instant,
    names: usize,
}

pub fn number(q: &Rational) -> Real {
    Real::from_rational_str(&q.numerator().to_string(), &q.denominator().to_string()).expect("a fraction")
}

impl<'p> Question<'p> {
    /// Exactly one action in each observation.
    pub fn new(problem: &'p Problem, limit: Duration) -> Self {
        let mdp = &problem.mdp;
        let seen = |state: StateId| problem.observations.as_ref().map_or(state, |seen| seen.of(state));
        let takes: Vec<Bool> = (0..mdp.choices())
            .map(|choice| Bool::new_const(format!("b{}_{}", seen(mdp.state_of(choice)), mdp.action_name(choice))))
            .collect();
        let deadline = Instant::now() + limit;
        let question = Self { problem, solver: Solver::new(), takes, deadline, names: 0 };
        for state in 0..mdp.states() {
            let own: Vec<&Bool> = mdp.choices_of(state).map(|choice| &question.takes[choice]).collect();
            if !own.is_empty() {
                question.solver.assert(Bool::or(&own));
                question.solver.assert(z3::ast::atmost(own, 1));
            }
        }
        question
    }

    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    /// Wherever the policy gets from the support, it takes allowed choices; `if_` says when a situation is in the support.
    pub fn pinned(&mut self, support: &[(StateId, Bool)], allowed: impl Fn(ChoiceId) -> Bool) {
        let mdp = &self.problem.mdp;
        let visited: Vec<Bool> = (0..mdp.states()).map(|state| Bool::new_const(format!("u{state}"))).collect();
        for (state, met) in support {
            self.solver.assert(Bool::or(&[&met.not(), &visited[*state]]));
        }
        for choice in 0..mdp.choices() {
            let here = visited[mdp.state_of(choice)].not();
            self.solver.assert(Bool::or(&[&here, &self.takes[choice].not(), &allowed(choice)]));
            for target in mdp.successors(choice) {
                self.solver.assert(Bool::or(&[&here, &self.takes[choice].not(), &visited[target]]));
            }
        }
    }

    /// More than `bound` of the mass flows into the catastrophe. Handed back: the condition, so that the bound can change.
    pub fn flows(&mut self) -> Real {
        let mdp = &self.problem.mdp;
        let bad = &self.problem.catastrophe.as_ref().expect("declared").states;
        let zero = number(&Rational::ZERO);
        let mut inflow: Vec<Vec<Real>> = vec![Vec::new(); mdp.states()];
        match &self.problem.deploy {
            DeploymentSet::Point(point) => point.iter().for_each(|(state, mass)| inflow[state].push(number(mass))),
            DeploymentSet::Over(over) => {
                let mut all = Vec::new();
                for &state in over {
                    let mass = Real::new_const(self.fresh());
                    self.solver.assert(mass.ge(&zero));
                    inflow[state].push(mass.clone());
                    all.push(mass);
                }
                self.solver.assert(Real::add(&all).eq(number(&Rational::ONE)));
            }
            _ => unreachable!("no such family"),
        }
        let mut outflow: Vec<Vec<Real>> = vec![Vec::new(); mdp.states()];
        for choice in 0..mdp.choices() {
            let state = mdp.state_of(choice);
            if bad.contains(state) {
                continue;
            }
            let mass = Real::new_const(self.fresh());
            self.solver.assert(mass.ge(&zero));
            self.solver.assert(Bool::or(&[&self.takes[choice], &mass.le(&zero)]));
            for (target, probability) in mdp.row(choice) {
                inflow[target].push(Real::mul(&[&mass, &number(probability)]));
            }
            outflow[state].push(mass);
        }
        let mut reached = vec![zero];
        for (state, entering) in inflow.into_iter().enumerate() {
            if bad.contains(state) {
                reached.extend(entering);
            } else if !outflow[state].is_empty() {
                let entering = if entering.is_empty() { vec![number(&Rational::ZERO)] } else { entering };
                self.solver.assert(Real::add(&outflow[state]).le(Real::add(&entering)));
            }
        }
        Real::add(&reached)
    }

    /// Asks z3, for what is left of the time.
    pub fn ask(&self) -> Said {
        let left = self.deadline.saturating_duration_since(Instant::now()).as_millis();
        if left == 0 {
            return Said::Nothing;
        }
        let mut params = Params::new();
        params.set_u32("timeout", u32::try_from(left).unwrap_or(u32::MAX));
        self.solver.set_params(&params);
        match self.solver.check() {
            SatResult::Unsat => Said::None,
            SatResult::Unknown => Said::Nothing,
            SatResult::Sat => Said::Some(self.policy()),
        }
    }

    fn policy(&self) -> Policy {
        let model = self.solver.get_model().expect("a model");
        let mdp = &self.problem.mdp;
        let is_taken = |choice: ChoiceId| {
            model.eval(&self.takes[choice], true).and_then(|value| value.as_bool()).expect("a Boolean")
        };
        Policy::new((0..mdp.states()).map(|state| mdp.choices_of(state).find(|&choice| is_taken(choice))).collect())
    }
}

/// Is there a policy of allowed choices in training that reaches the catastrophe with more than the tolerance?
pub fn some_policy(problem: &Problem, allowed: &Mask, limit: Duration) -> Said {
    let mut question = Question::new(problem, limit);
    let support: Vec<_> = problem.train.support().map(|state| (state, Bool::from_bool(true))).collect();
    question.pinned(&support, |choice| Bool::from_bool(allowed.allows(choice)));
    let reached = question.flows();
    let tolerance = &problem.catastrophe.as_ref().expect("declared").tolerance;
    question.solver.assert(reached.gt(number(tolerance)));
    question.ask()
}

/// The most that a policy of allowed choices in training reaches the catastrophe: more and more is asked for, until there is no
/// more. `exactly` evaluates a policy.
pub fn most(
    problem: &Problem,
    allowed: &Mask,
    limit: Duration,
    exactly: impl Fn(&Policy) -> Rational,
) -> Option<Rational> {
    let mut question = Question::new(problem, limit);
    let support: Vec<_> = problem.train.support().map(|state| (state, Bool::from_bool(true))).collect();
    question.pinned(&support, |choice| Bool::from_bool(allowed.allows(choice)));
    let reached = question.flows();
    let mut most = Rational::ZERO;
    loop {
        question.solver.assert(reached.gt(number(&most)));
        match question.ask() {
            Said::None => return Some(most),
            Said::Nothing => return None,
            Said::Some(policy) => most = exactly(&policy),
        }
    }
}

/// Weights in a box for which every policy that is optimal in training is optimal for the intended reward, and a policy that
/// reaches the catastrophe in deployment: values, optimal choices and flow in one question.
pub fn some_weights(problem: &Problem, intended: &Mask, idle: bool, limit: Duration) -> Said {
    let mut question = Question::new(problem, limit);
    let mdp = &problem.mdp;
    let (one, zero) = (number(&Rational::ONE), number(&Rational::ZERO));
    let lavaproof::problem::Criterion::Discounted(discount) = &problem.criterion else { unreachable!("discounted") };
    let weights: Vec<Real> =
        problem.features.iter().map(|feature| Real::new_const(format!("w_{}", feature.name))).collect();
    for (index, weight) in weights.iter().enumerate() {
        let (lower, upper) = if idle { (index == 0, index == 2) } else { (false, false) };
        question.solver.assert(weight.ge(if lower { zero.clone() } else { number(&Rational::NEG_ONE) }));
        question.solver.assert(weight.le(if upper { zero.clone() } else { one.clone() }));
    }
    question.solver.assert(Bool::or(&weights.iter().map(|weight| weight.eq(&zero).not()).collect::<Vec<_>>()));
    let values: Vec<Real> = (0..mdp.states()).map(|state| Real::new_const(format!("V{state}"))).collect();
    let mut optimal = vec![Bool::from_bool(true); mdp.choices()];
    for state in 0..mdp.states() {
        let mut own = Vec::new();
        for choice in mdp.choices_of(state) {
            let mut sum = vec![zero.clone()];
            for (weight, feature) in weights.iter().zip(&problem.features) {
                if !feature.values[choice].is_zero() {
                    sum.push(Real::mul(&[weight, &number(&feature.values[choice])]));
                }
            }
            for (target, probability) in mdp.row(choice) {
                sum.push(Real::mul(&[&values[target], &number(&(probability * discount))]));
            }
            let next = Real::add(&sum);
            question.solver.assert(values[state].ge(&next));
            let is_optimal = Bool::new_const(format!("o{choice}"));
            question.solver.assert(is_optimal.iff(values[state].le(&next)));
            own.push(is_optimal.clone());
            optimal[choice] = is_optimal;
        }
        question.solver.assert(if own.is_empty() { values[state].eq(&zero) } else { Bool::or(&own) });
    }
    // Wherever optimal choices lead from training, they are optimal for the intended reward.
    let visited: Vec<Bool> = (0..mdp.states()).map(|state| Bool::new_const(format!("t{state}"))).collect();
    problem.train.support().for_each(|state| question.solver.assert(&visited[state]));
    for choice in 0..mdp.choices() {
        let unless = [visited[mdp.state_of(choice)].not(), optimal[choice].not()];
        question.solver.assert(Bool::or(&[&unless[0], &unless[1], &Bool::from_bool(intended.allows(choice))]));
        for target in mdp.successors(choice) {
            question.solver.assert(Bool::or(&[&unless[0], &unless[1], &visited[target]]));
        }
    }
    let support: Vec<_> = problem.train.support().map(|state| (state, Bool::from_bool(true))).collect();
    question.pinned(&support, |choice| optimal[choice].clone());
    let reached = question.flows();
    question.solver.assert(reached.gt(&zero));
    question.ask()
}

/// The fewest situations to add to training: counterexamples by z3, hitting sets by z3 too.
pub fn coverage(problem: &Problem, allowed: &Mask, limit: Duration) -> Option<usize> {
    let deadline = Instant::now() + limit;
    let situations = &problem.situations;
    let added: Vec<Bool> = (0..situations.len()).map(|index| Bool::new_const(format!("a{index}"))).collect();
    let hitting = Solver::new();
    let mut least = 0;
    loop {
        let weights: Vec<(&Bool, i32)> = added.iter().map(|added| (added, 1)).collect();
        let within = Bool::pb_le(&weights, i32::try_from(least).expect("few"));
        let chosen: Vec<bool> = match hitting.check_assumptions(&[within]) {
            SatResult::Unsat => {
                least += 1;
                if least > situations.len() {
                    return Some(usize::MAX);
                }
                continue;
            }
            SatResult::Unknown => return None,
            SatResult::Sat => {
                let model = hitting.get_model()?;
                added
                    .iter()
                    .map(|added| model.eval(added, true).and_then(|value| value.as_bool()) == Some(true))
                    .collect()
            }
        };
        let mut question = Question::new(problem, deadline.saturating_duration_since(Instant::now()));
        let met = |index: usize| chosen[index] || !problem.train.mass(situations[index]).is_zero();
        let support: Vec<_> = (0..situations.len())
            .filter(|&index| met(index))
            .map(|index| (situations[index], Bool::from_bool(true)))
            .collect();
        question.pinned(&support, |choice| Bool::from_bool(allowed.allows(choice)));
        let reached = question.flows();
        question.solver.assert(reached.gt(number(&problem.catastrophe.as_ref()?.tolerance)));
        match question.ask() {
            Said::None => return Some(least),
            Said::Nothing => return None,
            Said::Some(policy) => {
                let missed: Vec<Bool> = (0..situations.len())
                    .filter(|&index| leaves(problem, allowed, &policy, situations[index]))
                    .map(|index| added[index].clone())
                    .collect();
                hitting.assert(Bool::or(&missed));
            }
        }
    }
}

/// Whether a policy gets from a state to a choice that is not allowed.
fn leaves(problem: &Problem, allowed: &Mask, policy: &Policy, from: StateId) -> bool {
    let mut seen = vec![false; problem.mdp.states()];
    let mut open = vec![from];
    while let Some(state) = open.pop() {
        if std::mem::replace(&mut seen[state], true) {
            continue;
        }
        if let Some(choice) = policy.choice(state) {
            if !allowed.allows(choice) {
                return true;
            }
            open.extend(problem.mdp.successors(choice));
        }
    }
    false
}
