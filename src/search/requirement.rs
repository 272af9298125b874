//! What a sought policy must satisfy, each with a relaxation that masked solves decide.

use std::rc::Rc;

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Mask, Policy, Rational, StateId, StateSet, Value, closure};
use crate::search::arena::Arena;
use crate::search::distributions::{DistributionSet, expectation};
use crate::search::memo::Quantity;
use crate::solve::{Behaviour, Sense, Solution};

/// A property of a policy's values: what a demand comes down to once its thresholds are known.
#[derive(Debug, Clone)]
pub enum Test {
    /// `Σ μ(s) (V(s) − base(s)) ≥ at_least` for every `μ` of the set.
    Linear {
        /// The reward.
        reward: RewardName,
        /// The distributions.
        set: DistributionSet,
        /// What is subtracted from the value at each state; nothing when absent.
        base: Option<Vec<Value>>,
        /// The bound.
        at_least: Rational,
    },
    /// `Σ μ(s) V(s) ≥ bound` at each of these distributions.
    Points {
        /// The reward.
        reward: RewardName,
        /// The distributions with their bounds.
        points: Vec<(Distribution, Rational)>,
    },
    /// The probability of the catastrophe is at most this on every `μ` of the set.
    Reach {
        /// The distributions.
        set: DistributionSet,
        /// The bound.
        at_most: Rational,
    },
}

impl Test {
    /// A distribution at which values (or reach probabilities) break the test.
    #[must_use]
    pub fn violation(&self, values: &[Value]) -> Option<Distribution> {
        match self {
            Self::Linear { set, base, at_least, .. } => {
                let gain = |state: StateId| match (&values[state], base) {
                    (Value::Finite(value), Some(base)) => {
                        Value::Finite(value - base[state].finite().unwrap_or(&Rational::ZERO))
                    }
                    (value, _) => value.clone(),
                };
                let (least, at) = set.minimise(gain);
                (least < Value::Finite(at_least.clone())).then_some(at)
            }
            Self::Points { points, .. } => points.iter().find_map(|(point, bound)| {
                let value = expectation(point, |state| values[state].clone());
                (value < Value::Finite(bound.clone())).then(|| point.clone())
            }),
            Self::Reach { set, at_most } => {
                let negated = |state: StateId| Value::Finite(-values[state].finite().unwrap_or(&Rational::ZERO));
                let (least, at) = set.minimise(negated);
                (least < Value::Finite(-at_most)).then_some(at)
            }
        }
    }

    /// What the test is about.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        match self {
            Self::Linear { reward, .. } | Self::Points { reward, .. } => Quantity::Reward(*reward),
            Self::Reach { .. } => Quantity::Reach,
        }
    }

    /// A distribution at which a policy breaks the test, by its exact values.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn broken_by(&self, arena: &Arena<'_>, behaviour: Behaviour<'_>) -> Result<Option<Distribution>, Exhausted> {
        Ok(self.violation(&arena.values(self.quantity(), behaviour)?))
    }

    /// The values most in favour of the test within a mask, or most against it.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn extreme(&self, arena: &Arena<'_>, mask: &Mask, in_favour: bool) -> Result<Rc<Solution>, Exhausted> {
        let largest = matches!(self, Self::Reach { .. }) != in_favour;
        arena.extreme(self.quantity(), if largest { Sense::Max } else { Sense::Min }, mask)
    }

    /// The situations at which the values matter.
    #[must_use]
    pub fn support(&self) -> Vec<StateId> {
        match self {
            Self::Linear { set, .. } | Self::Reach { set, .. } => set.support(),
            Self::Points { points, .. } => points.iter().flat_map(|(point, _)| point.support()).collect(),
        }
    }
}

/// One thing that the sought policy must satisfy.
#[derive(Debug, Clone)]
pub enum Requirement<'a> {
    /// In every state that it visits from the support, it takes one of these choices.
    Pinned {
        /// Where episodes start.
        support: Vec<StateId>,
        /// The choices.
        choices: &'a Mask,
    },
    /// It passes a test.
    Meets(Test),
    /// It breaks a test.
    Breaks(Test),
}

/// Whether the policies of a mask can satisfy a requirement.
pub(super) enum Relaxation {
    /// None can.
    Impossible,
    /// Nothing excludes it; this policy of the full state does most for it.
    Possible(Option<Policy>),
}

impl Requirement<'_> {
    /// Decides the requirement for the policies of a mask, aliasing ignored.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn relax(&self, arena: &Arena<'_>, mask: &Mask) -> Result<Relaxation, Exhausted> {
        let (test, in_favour) = match self {
            Self::Pinned { .. } => return Ok(Relaxation::Possible(None)),
            Self::Meets(test) => (test, true),
            Self::Breaks(test) => (test, false),
        };
        let solution = test.extreme(arena, mask, in_favour)?;
        let passes = test.violation(&solution.values).is_none();
        Ok(if passes == in_favour {
            Relaxation::Possible(Some(solution.policy.clone()))
        } else {
            Relaxation::Impossible
        })
    }

    /// Decides the requirement for one policy, exactly.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn is_met_by(&self, arena: &Arena<'_>, policy: &Policy) -> Result<bool, Exhausted> {
        Ok(match self {
            Self::Pinned { support, choices } => visited(arena, policy, support)
                .ones()
                .all(|state| policy.choice(state).is_none_or(|choice| choices.allows(choice))),
            Self::Meets(test) => test.broken_by(arena, Behaviour::Deterministic(policy))?.is_none(),
            Self::Breaks(test) => test.broken_by(arena, Behaviour::Deterministic(policy))?.is_some(),
        })
    }

    /// Whether a policy meets all of these requirements.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn all_met_by(requirements: &[Self], arena: &Arena<'_>, policy: &Policy) -> Result<bool, Exhausted> {
        for requirement in requirements {
            if !requirement.is_met_by(arena, policy)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The situations that the requirement is about.
    #[must_use]
    pub fn support(&self) -> Vec<StateId> {
        match self {
            Self::Pinned { support, .. } => support.clone(),
            Self::Meets(test) | Self::Breaks(test) => test.support(),
        }
    }
}

/// The states that a policy visits from `sources`.
#[must_use]
pub(super) fn visited(arena: &Arena<'_>, policy: &Policy, sources: &[StateId]) -> StateSet {
    let mdp = &arena.problem.mdp;
    closure(mdp.states(), sources.iter().copied(), |state| {
        policy.choice(state).into_iter().flat_map(|choice| mdp.successors(choice))
    })
}
