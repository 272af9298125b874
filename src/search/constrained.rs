//! The best value at a distribution among policies that satisfy a requirement.
//!
//! Best first over masks. A mask's bound is its best value with the requirement ignored; a mask in which nothing
//! satisfies the requirement is closed, and so is one whose bound is no better than the best policy found. The bound of
//! the first open mask holds for all of them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Mask, Policy, Rational, StateId, Value};
use crate::search::arena::Arena;
use crate::search::branch::{children, disagreement};
use crate::search::expectation::expectation;
use crate::search::memo::Quantity;
use crate::search::requirement::{Relaxation, Requirement, visited};
use crate::solve::{Behaviour, Sense, reachable_under};

/// How the search for the best policy ended.
#[derive(Debug, Clone)]
pub enum ConstrainedOptimum {
    /// The largest value, and a deterministic policy of the class that attains it.
    Attained(Rational, Policy),
    /// No deterministic policy of the class with a finite value satisfies the requirement.
    None,
    /// The search ended early.
    Open {
        /// The best so far.
        incumbent: Option<(Rational, Policy)>,
        /// No policy does better.
        bound: Rational,
        /// Why.
        reason: Exhausted,
    },
}

struct Case {
    bound: Rational,
    mask: Mask,
}

impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.bound == other.bound
    }
}

impl Eq for Case {}

impl PartialOrd for Case {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Case {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.cmp(&other.bound)
    }
}

/// The largest value of a reward at a distribution over the deterministic policies of the class that satisfy the
/// requirement.
///
/// # Errors
/// When the budget is exhausted before anything is known.
pub fn constrained_optimum(
    arena: &Arena<'_>,
    reward: RewardName,
    at: &Distribution,
    requirement: &Requirement<'_>,
) -> Result<ConstrainedOptimum, Exhausted> {
    let best = arena.best(reward)?;
    let Value::Finite(bound) = expectation(at, |state| best.values[state].clone()) else {
        return Ok(ConstrainedOptimum::None);
    };
    let mut sources: Vec<StateId> = at.support().chain(requirement.support()).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut search = Constrained { arena, reward, at, requirement, sources, incumbent: None };
    let mut open = BinaryHeap::from([Case { bound, mask: arena.everything().clone() }]);
    while let Some(case) = open.pop() {
        if search.incumbent.as_ref().is_some_and(|(value, _)| &case.bound <= value) {
            break;
        }
        match search.expand(&case.mask) {
            Ok(cases) => open.extend(cases),
            Err(reason) => {
                return Ok(ConstrainedOptimum::Open { incumbent: search.incumbent, bound: case.bound, reason });
            }
        }
    }
    Ok(match search.incumbent {
        Some((value, policy)) => ConstrainedOptimum::Attained(value, policy),
        None => ConstrainedOptimum::None,
    })
}

struct Constrained<'a> {
    arena: &'a Arena<'a>,
    reward: RewardName,
    at: &'a Distribution,
    requirement: &'a Requirement<'a>,
    sources: Vec<StateId>,
    incumbent: Option<(Rational, Policy)>,
}

impl Constrained<'_> {
    /// Tries the optima of the mask, and splits it.
    fn expand(&mut self, mask: &Mask) -> Result<Vec<Case>, Exhausted> {
        let arena = self.arena;
        arena.budget.check()?;
        let Some((bound, best)) = self.bound(mask)? else { return Ok(Vec::new()) };
        let Relaxation::Possible(willing) = self.requirement.relax(arena, mask)? else { return Ok(Vec::new()) };
        let best_consistent = arena.made_consistent(&best, mask, &self.sources);
        let attained = self.consider(best_consistent)?.is_some_and(|value| value == bound);
        if attained {
            return Ok(Vec::new());
        }
        if let Some(willing) = &willing {
            let willing = arena.made_consistent(willing, mask, &self.sources);
            self.consider(willing)?;
        }
        let Some(state) = self.branching_state(mask, &best, willing.as_ref()) else { return Ok(Vec::new()) };
        let mut cases = Vec::new();
        for mask in children(arena, mask, state, Some(&best)) {
            if let Some((bound, _)) = self.bound(&mask)?
                && self.incumbent.as_ref().is_none_or(|(value, _)| &bound > value)
            {
                cases.push(Case { bound, mask });
            }
        }
        Ok(cases)
    }

    /// The best value within a mask, if it is finite, and a policy of the full state that attains it.
    fn bound(&self, mask: &Mask) -> Result<Option<(Rational, Policy)>, Exhausted> {
        let relaxed = self.arena.optimise(self.reward, Sense::Max, mask)?;
        Ok(match expectation(self.at, |state| relaxed.values[state].clone()) {
            Value::Finite(bound) => Some((bound, relaxed.policy.clone())),
            Value::MinusInfinity => None,
        })
    }

    /// Keeps the policy if it satisfies the requirement and is better; its value if it satisfies the requirement.
    fn consider(&mut self, policy: Policy) -> Result<Option<Rational>, Exhausted> {
        if !self.requirement.is_met_by(self.arena, &policy)? {
            return Ok(None);
        }
        let values = self.arena.values(Quantity::Reward(self.reward), Behaviour::Deterministic(&policy))?;
        let Value::Finite(value) = expectation(self.at, |state| values[state].clone()) else { return Ok(None) };
        if self.incumbent.as_ref().is_none_or(|(best, _)| &value > best) {
            self.incumbent = Some((value.clone(), policy));
        }
        Ok(Some(value))
    }

    /// Where the optima disagree with themselves or one another; else any state that is open and may be visited.
    fn branching_state(&self, mask: &Mask, best: &Policy, willing: Option<&Policy>) -> Option<StateId> {
        let arena = self.arena;
        let undecided = |state: &StateId| arena.is_undecided(mask, *state);
        let of_itself = [Some(best), willing].into_iter().flatten();
        let mut disagreements = of_itself.filter_map(|policy| disagreement(arena, mask, &self.sources, policy));
        if let Some(state) = disagreements.next() {
            return Some(state);
        }
        let differ = |state: &StateId| willing.is_some_and(|willing| willing.choice(*state) != best.choice(*state));
        let seen = visited(arena, best, &self.sources);
        let between = seen.ones().find(|state| undecided(state) && differ(state));
        between
            .or_else(|| reachable_under(&arena.problem.mdp, mask, self.sources.iter().copied()).ones().find(undecided))
    }
}
