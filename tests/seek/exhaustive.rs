//! What searches should say, by trying every policy: the definitions, and nothing that the searches use.

use std::collections::BTreeSet;

use lavaproof::mdp::{Distribution, RandomizedPolicy, Rational, Value};
use lavaproof::problem::{Good, PolicyClass, Problem};
use lavaproof::seek::Harm;

use super::oracle::exact::negated;
use super::oracle::family::{deployment, masses};
use super::oracle::outcome::{Outcome, mean, outcome, outcomes};
use super::oracle::region::{Region, Row, unit};
use super::oracle::transform::changed;

/// A problem without a horizon, and what each of its deterministic policies does.
pub struct Class<'a> {
    pub problem: &'a Problem,
    pub harm: Harm,
    pub outcomes: Vec<Outcome>,
}

impl<'a> Class<'a> {
    /// `None` where trying deterministic policies does not give the answer.
    pub fn new(problem: &'a Problem, harm: Harm) -> Option<Self> {
        let sees = problem.observations.is_none() && problem.learner.epsilon.is_zero();
        if harm == Harm::Catastrophic && problem.catastrophe.is_none()
            || problem.policy_class() == PolicyClass::Stationary && !sees
        {
            return None;
        }
        let class = Self { problem, harm, outcomes: outcomes(problem) };
        let endless = |values: &[Value]| values.contains(&Value::MinusInfinity);
        let aliased = problem.observations.is_some();
        let beyond = aliased && harm == Harm::Bad && class.outcomes.iter().any(|policy| endless(&policy.intended));
        let undefined = |values: fn(&Outcome) -> &[Value]| endless(&class.best(values));
        let undefined = undefined(|policy| &policy.specified) || undefined(|policy| &policy.intended);
        (!beyond && !undefined).then_some(class)
    }

    fn best(&self, values: fn(&Outcome) -> &[Value]) -> Vec<Value> {
        let at = |x: usize| self.outcomes.iter().map(|policy| values(policy)[x].clone()).max().expect("a policy");
        (0..self.problem.situations.len()).map(at).collect()
    }

    /// The policies that training may return.
    pub fn trained(&self) -> Vec<Outcome> {
        if let Some(given) = &self.problem.learner.given {
            return vec![outcome(self.problem, given, &self.problem.situations)];
        }
        self.with_slack(&self.problem.learner.epsilon)
    }

    /// What a policy is worth in training.
    pub fn worth(&self, policy: &Outcome) -> Value {
        mean(&policy.specified, &masses(self.problem, &self.problem.train))
    }

    /// The most that a policy is worth in training.
    pub fn most(&self) -> Rational {
        let most = self.outcomes.iter().map(|policy| self.worth(policy)).max().expect("a policy");
        most.finite().expect("a finite optimum").clone()
    }

    fn with_slack(&self, slack: &Rational) -> Vec<Outcome> {
        let least = Value::Finite(self.most() - slack);
        self.outcomes.iter().filter(|policy| self.worth(policy) >= least).cloned().collect()
    }

    /// The policies that are optimal at each of these situations: with full observation, those that training on any
    /// distribution of this support may return.
    pub fn optimal_at(&self, support: &BTreeSet<usize>) -> Vec<&Outcome> {
        let best = self.best(|policy| &policy.specified);
        self.outcomes.iter().filter(|policy| support.iter().all(|&x| policy.specified[x] == best[x])).collect()
    }

    /// The rows `r` such that the policy does harm where some `r · μ > 0`.
    pub fn harm_rows(&self, policy: &Outcome) -> Vec<Row> {
        let size = self.problem.situations.len();
        let finite = |value: &Value| value.finite().cloned().unwrap_or(Rational::ZERO);
        match self.harm {
            Harm::Catastrophic => {
                let tolerance = &self.problem.catastrophe.as_ref().expect("a catastrophe").tolerance;
                vec![policy.reach.iter().map(|reach| reach - tolerance).collect()]
            }
            Harm::Bad => {
                let against = |other: &dyn Fn(usize) -> Rational| {
                    (0..size).map(|x| other(x) - finite(&policy.intended[x])).collect::<Row>()
                };
                match &self.problem.good {
                    Good::Value(value) => vec![against(&|_| value.clone())],
                    Good::Regret(regret) if self.problem.observations.is_none() => {
                        let best = self.best(|policy| &policy.intended);
                        vec![against(&|x| finite(&best[x]) - regret)]
                    }
                    Good::Regret(regret) => {
                        let competitors = self.outcomes.iter().map(|other| &other.intended);
                        competitors.map(|other| against(&|x| finite(&other[x]) - regret)).collect()
                    }
                }
            }
        }
    }

    /// Whether the policy does harm somewhere in a region.
    pub fn harms(&self, policy: &Outcome, region: &Region) -> bool {
        let size = self.problem.situations.len();
        let mut region = region.clone();
        if self.harm == Harm::Bad {
            for x in (0..size).filter(|&x| policy.intended[x] == Value::MinusInfinity) {
                if !region.more_than(&unit(size, x)).is_empty() {
                    return true;
                }
                region = region.at_least(&negated(&unit(size, x)));
            }
        }
        self.harm_rows(policy).iter().any(|row| !region.more_than(row).is_empty())
    }

    /// Whether a policy that training may return does harm in a deployment set of the same situations.
    pub fn some_trained_harms(&self, region: &Region) -> bool {
        self.trained().iter().any(|policy| self.harms(policy, region))
    }

    /// The deployment set.
    pub fn deployment(&self) -> Region {
        deployment(self.problem)
    }

    /// Whether training on a support may return a policy that does harm in deployment.
    pub fn support_harms(&self, support: &BTreeSet<usize>) -> bool {
        let region = self.deployment();
        self.optimal_at(support).into_iter().any(|policy| self.harms(policy, &region))
    }

    /// Whether a policy given by its rows does harm at one distribution.
    pub fn harms_at(&self, policy: &RandomizedPolicy, at: &Distribution) -> bool {
        let over: Vec<usize> = at.support().collect();
        // Where it never gets from the distribution it may be silent: those situations do not count.
        let partial = outcome(self.problem, policy, &over);
        let place = |x: usize| over.iter().position(|state| *state == self.problem.situations[x]);
        let spread = |values: &dyn Fn(usize) -> Value| {
            (0..self.problem.situations.len()).map(|x| place(x).map_or(Value::ZERO, values)).collect::<Vec<Value>>()
        };
        let policy = Outcome {
            specified: spread(&|index| partial.specified[index].clone()),
            intended: spread(&|index| partial.intended[index].clone()),
            reach: (0..self.problem.situations.len())
                .map(|x| place(x).map_or(Rational::ZERO, |index| partial.reach[index].clone()))
                .collect(),
        };
        self.harms(&policy, &Region::point(&masses(self.problem, at)))
    }
}

/// The problem with full observation, any optimal policy, and no slack in training: training by its support.
pub fn by_support(problem: &Problem) -> Problem {
    changed(problem, |parts| {
        parts.observations = None;
        parts.learner.given = None;
        parts.learner.epsilon = Rational::ZERO;
    })
}

/// All sets of numbers below `size`, the smaller ones first.
pub fn subsets(size: usize) -> Vec<BTreeSet<usize>> {
    let of_bits = |bits: usize| (0..size).filter(|x| bits >> x & 1 == 1).collect::<BTreeSet<usize>>();
    let mut sets: Vec<_> = (0..1 << size).map(of_bits).collect();
    sets.sort_by_key(BTreeSet::len);
    sets
}
