//! Replaying a witness: is it one?
//!
//! A witness may leave things out; what it says must be right. Values are those of the intended reward, and of the
//! specified one in parts that end in *optimal*.

use lavaproof::decomposition::{Answer, Path, Reading, Status, Witness};
use lavaproof::mdp::{Distribution, RandomizedPolicy, Rational, StateId, Value};
use lavaproof::problem::{Good, PolicyClass, Problem};

use super::decide::Oracle;
use super::definitions::{Atom, Claim, claim};
use super::exact::dot;
use super::family::{Family, masses, members};
use super::outcome::{Outcome, mean, outcome};

/// What is wrong with a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The distribution is none that the part speaks of.
    Distribution,
    /// The policy is not one, is not in the class, or does not do what the part says.
    Policy,
    /// The value is another one.
    Value,
    /// The best value is another one.
    Best,
    /// The probability of reaching the catastrophe is another one.
    Reach,
    /// The path is not one of the policy, or is described wrongly.
    Path,
}

fn ensure(right: bool, wrong: Wrong) -> Result<(), Wrong> {
    if right { Ok(()) } else { Err(wrong) }
}

/// A problem whose witnesses are replayed; with a finite horizon, the unrolled one.
pub struct Replay<'a> {
    problem: &'a Problem,
    oracle: Oracle<'a>,
}

impl<'a> Replay<'a> {
    /// Evaluates every policy once.
    pub fn new(problem: &'a Problem) -> Self {
        Self { problem, oracle: Oracle::new(problem) }
    }

    /// Whether the witness of an answer is right.
    pub fn check(&self, answer: &Answer) -> Result<(), Wrong> {
        let Some(witness) = &answer.witness else { return Ok(()) };
        let properties: Vec<(Family, Atom)> = match *claim(&answer.decomposition, answer.half) {
            Claim::Inclusion(family, _, last) => vec![(family, last)],
            Claim::Trained(properties) | Claim::OptimalInTraining(properties) => properties.to_vec(),
            // What the witness of a statement about mesa-objectives holds is not said here.
            Claim::Mesa => return Ok(()),
        };
        if let Some(policy) = &witness.policy {
            ensure(self.is_policy(policy) && self.is_asked_about(answer, policy, witness), Wrong::Policy)?;
            ensure(self.is_example(answer, policy, witness, &properties), Wrong::Policy)?;
        }
        let Some(at) = &witness.distribution else { return Ok(()) };
        let here: Vec<Atom> =
            properties.iter().filter(|(family, _)| self.is_in(*family, at)).map(|(_, atom)| *atom).collect();
        ensure(!here.is_empty(), Wrong::Distribution)?;
        let specified = here.contains(&Atom::Optimal);
        if let Some(best) = witness.best.as_ref().filter(|_| self.oracle.deterministic_suffice()) {
            ensure(best == &self.oracle.best(specified, &masses(self.problem, at)), Wrong::Best)?;
        }
        let Some(policy) = &witness.policy else { return Ok(()) };
        ensure(self.says_enough(policy, at.support()), Wrong::Policy)?;
        if answer.status() == Status::Fails && answer.reading != Reading::Exists {
            ensure(here.iter().any(|atom| !self.has(policy, *atom, at)) || self.unsettled(), Wrong::Policy)?;
        }
        let achieved = self.achieved(policy, at);
        let own = if specified { &achieved.specified } else { &achieved.intended };
        ensure(witness.value.as_ref().is_none_or(|value| value == own), Wrong::Value)?;
        ensure(witness.reach.as_ref().is_none_or(|reach| reach == &achieved.reach), Wrong::Reach)?;
        ensure(witness.path.as_ref().is_none_or(|path| self.is_path(path, at, policy)), Wrong::Path)
    }

    fn unsettled(&self) -> bool {
        !self.oracle.deterministic_suffice()
    }

    fn is_in(&self, family: Family, distribution: &Distribution) -> bool {
        let masses = masses(self.problem, distribution);
        members(self.problem, family).iter().any(|region| region.contains(&masses))
    }

    /// Rows are empty or distributions over the state's own choices, alike in states that look alike, and
    /// deterministic where the class is; what the given policy does is allowed.
    fn is_policy(&self, policy: &RandomizedPolicy) -> bool {
        let mdp = &self.problem.mdp;
        let deterministic = self.problem.policy_class() == PolicyClass::Deterministic;
        let given = |state| self.problem.learner.given.as_ref().map(|given| given.row(state));
        let actions = |&state: &StateId| {
            let row = policy.row(state).iter();
            let mut actions: Vec<_> = row.map(|(choice, share)| (mdp.action_id(*choice), share.clone())).collect();
            actions.sort();
            actions
        };
        let rows_are_right = (0..mdp.states()).all(|state| {
            let row = policy.row(state);
            let own =
                row.iter().all(|(choice, share)| mdp.choices_of(state).contains(choice) && share > &Rational::ZERO);
            let sum = row.iter().fold(Rational::ZERO, |sum, (_, share)| sum + share);
            let in_class = row.len() == 1 || !deterministic || given(state) == Some(row);
            row.is_empty() || own && sum == Rational::ONE && in_class
        });
        let alike_acts_alike = self.problem.observations.as_ref().is_none_or(|seen| {
            (0..seen.count()).all(|observation| {
                let mut said = seen.members(observation).iter().map(actions).filter(|actions| !actions.is_empty());
                said.next().is_none_or(|first| said.all(|actions| actions == first))
            })
        });
        rows_are_right && alike_acts_alike
    }

    /// Whether no state that the policy gets to from the sources has an empty row.
    fn says_enough(&self, policy: &RandomizedPolicy, sources: impl Iterator<Item = StateId>) -> bool {
        let mdp = &self.problem.mdp;
        let mut open: Vec<StateId> = sources.collect();
        let mut seen = Vec::new();
        while let Some(state) = open.pop() {
            if !seen.contains(&state) {
                seen.push(state);
                open.extend(policy.row(state).iter().flat_map(|(choice, _)| mdp.successors(*choice)));
            }
        }
        seen.iter().all(|&state| mdp.is_absorbing(state) || !policy.row(state).is_empty())
    }

    /// Whether the policy is one that the part quantifies over.
    fn is_asked_about(&self, answer: &Answer, policy: &RandomizedPolicy, witness: &Witness) -> bool {
        let optimal_in_training = || self.has(policy, Atom::Optimal, &self.problem.train) || self.unsettled();
        match (claim(&answer.decomposition, answer.half), answer.reading) {
            (_, Reading::Given) => self.problem.learner.given.as_ref().is_some_and(|given| {
                (0..self.problem.mdp.states())
                    .all(|state| policy.row(state).is_empty() || policy.row(state) == given.row(state))
            }),
            (Claim::Inclusion(_, first, _), _) => {
                witness.distribution.as_ref().is_none_or(|at| self.has(policy, *first, at) || self.unsettled())
            }
            _ => optimal_in_training(),
        }
    }

    /// Whether the policy, if it is shown as an example, has the properties: everywhere, for one trained policy; at
    /// the distribution that is shown, for one that may depend on it.
    fn is_example(
        &self,
        answer: &Answer,
        policy: &RandomizedPolicy,
        witness: &Witness,
        properties: &[(Family, Atom)],
    ) -> bool {
        if answer.status() != Status::Holds || self.unsettled() {
            return true;
        }
        let situations = &self.problem.situations;
        match claim(&answer.decomposition, answer.half) {
            Claim::Inclusion(..) => {
                let has_all = |at: &Distribution| properties.iter().all(|(_, atom)| self.has(policy, *atom, at));
                witness.distribution.as_ref().is_none_or(has_all)
            }
            _ if self.says_enough(policy, situations.iter().copied()) => {
                self.oracle.keeps(&outcome(self.problem, policy, situations), properties)
            }
            _ => true,
        }
    }

    /// Whether the policy has a property at a distribution; it has none where it does not say what it does.
    fn has(&self, policy: &RandomizedPolicy, atom: Atom, at: &Distribution) -> bool {
        if !self.says_enough(policy, at.support()) {
            return false;
        }
        let achieved = self.achieved(policy, at);
        let within = |own: &Value, specified: bool, slack: &Rational| {
            let best = self.oracle.best(specified, &masses(self.problem, at));
            match (own, best) {
                (Value::Finite(own), Value::Finite(best)) => own + slack >= best,
                _ => false,
            }
        };
        match (atom, &self.problem.good) {
            (Atom::Optimal, _) => within(&achieved.specified, true, &self.problem.learner.epsilon),
            (Atom::Good, Good::Regret(regret)) => within(&achieved.intended, false, regret),
            (Atom::Good, Good::Value(threshold)) => achieved.intended >= Value::Finite(threshold.clone()),
            (Atom::Safe, _) => {
                self.problem.catastrophe.as_ref().is_some_and(|catastrophe| achieved.reach <= catastrophe.tolerance)
            }
        }
    }

    fn achieved(&self, policy: &RandomizedPolicy, at: &Distribution) -> Achieved {
        let (sources, masses): (Vec<StateId>, Vec<Rational>) =
            at.iter().map(|(state, mass)| (state, mass.clone())).unzip();
        let Outcome { specified, intended, reach } = outcome(self.problem, policy, &sources);
        Achieved {
            specified: mean(&specified, &masses),
            intended: mean(&intended, &masses),
            reach: dot(&reach, &masses),
        }
    }

    /// The path starts where the distribution has mass, and each step is one of the policy and leads to the next.
    fn is_path(&self, path: &Path, at: &Distribution, policy: &RandomizedPolicy) -> bool {
        let states: Vec<StateId> = path.steps.iter().map(|step| step.state).chain([path.end]).collect();
        let mut probability = Rational::ONE;
        for (step, &next) in path.steps.iter().zip(&states[1..]) {
            let share =
                policy.row(step.state).iter().find(|(choice, _)| *choice == step.choice).map(|(_, share)| share);
            let moves = self.problem.mdp.row(step.choice).find(|(target, _)| *target == next);
            let (Some(share), Some((_, moves))) = (share, moves) else { return false };
            probability *= share * moves;
        }
        let catastrophe = self.problem.catastrophe.as_ref();
        at.support().any(|situation| situation == states[0])
            && probability == path.probability
            && path.catastrophic == catastrophe.is_some_and(|catastrophe| catastrophe.states.contains(path.end))
    }
}

/// What a policy achieves at one distribution.
struct Achieved {
    specified: Value,
    intended: Value,
    reach: Rational,
}
