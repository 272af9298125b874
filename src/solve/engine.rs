//! Engines: ways to find the optimum of a stopping problem. Whatever proposes, exact policy iteration ends it.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Policy, Value};
use crate::solve::chain::evaluate_stopping;
use crate::solve::improve::Comparison;
use crate::solve::meter::metered;
use crate::solve::stopping::Stopping;
use crate::solve::{Sense, Solution, brute, float, lp_proposal};

/// How an optimum is found. All of them give the same values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// Floating-point value iteration proposes a policy; exact policy iteration repairs it.
    #[default]
    PolicyIteration,
    /// A linear program proposes a policy; exact policy iteration repairs it.
    LinearProgram,
    /// Every deterministic policy is evaluated. For small models.
    BruteForce,
}

impl Engine {
    /// All engines, for tests and `--help`.
    pub const ALL: [Self; 3] = [Self::PolicyIteration, Self::LinearProgram, Self::BruteForce];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PolicyIteration => "policy-iteration",
            Self::LinearProgram => "linear-program",
            Self::BruteForce => "brute-force",
        }
    }

    pub(super) fn solve(self, problem: &Stopping<'_>, budget: &Budget) -> Result<Solution, Exhausted> {
        match self {
            Self::PolicyIteration => {
                let proposal = float::propose(problem, budget)?;
                metered(|| policy_iteration(problem, proposal, budget))
            }
            Self::LinearProgram => {
                let proposal = lp_proposal::propose(problem).unwrap_or_else(|| problem.start.clone());
                metered(|| policy_iteration(problem, proposal, budget))
            }
            Self::BruteForce => brute::enumerate(problem, budget),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, UnknownEngine> {
        Self::ALL.into_iter().find(|engine| engine.name() == text).ok_or_else(|| UnknownEngine(text.to_owned()))
    }
}

/// A name that no engine has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no engine `{0}`; there are policy-iteration, linear-program and brute-force")]
pub struct UnknownEngine(String);

/// Howard's policy iteration from a policy that stops; only strict improvements change a choice.
///
/// With strict improvements alone every further policy stops too: on a recurrent class of the new policy
/// no choice can have changed (average the improvement over its stationary distribution).
pub(super) fn policy_iteration(
    problem: &Stopping<'_>,
    mut policy: Policy,
    budget: &Budget,
) -> Result<Solution, Exhausted> {
    loop {
        let values = evaluate_stopping(problem.mdp, &policy, problem.objective, &problem.fixed, budget)?;
        let comparison = Comparison::new(problem.mdp, &values, problem.discount());
        let wanted = match problem.sense {
            Sense::Max => Ordering::Greater,
            Sense::Min => Ordering::Less,
        };
        let mut improved = policy.clone();
        let mut changed = false;
        for state in problem.open() {
            let mut best: Option<Value> = None;
            for choice in problem.choices_of(state).filter(|&choice| policy.choice(state) != Some(choice)) {
                let reward = problem.reward(choice);
                let bound = best.as_ref().unwrap_or(&values[state]);
                if comparison.against(choice, reward, bound) == wanted {
                    best = Some(comparison.one_step(choice, reward));
                    improved.set(state, choice);
                    changed = true;
                }
            }
        }
        if !changed {
            return Ok(Solution { values, policy });
        }
        policy = improved;
    }
}
