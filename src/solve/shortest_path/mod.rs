//! Exact optima of large models: stochastic shortest paths (Bertsekas and Tsitsiklis, *Math. Oper. Res.* 16, 1991),
//! component by component.
//!
//! Probabilities of reaching, expected rewards until a goal and discounted rewards are one problem: graph analysis
//! (`prepare`, `qualitative`) leaves open states from which the execution ends. Their strongly connected components
//! are solved one after the other, those first that others lead to: a single state by comparing its choices, a
//! larger component by policy iteration that floating point starts (`propose`) and exact arithmetic ends
//! (`evaluate`, `values`). What is returned solves the Bellman equation exactly.

mod bounds;
mod components;
mod enclosure;
mod evaluate;
mod float_block;
mod float_solution;
mod fractions;
mod incoming;
mod inductive;
mod inductive_proof;
mod integers;
mod limit;
mod lumping;
mod partition;
mod prepare;
mod propose;
mod qualitative;
mod quotient;
mod reached;
mod solver;
mod value_iteration;
mod values;
mod weights;

use dashu_int::{IBig, UBig};

pub use bounds::{DiscountedBounds, discounted_bounds};
pub use inductive::{InductiveBounds, inductive_bounds};
pub use quotient::quotient_optimum;
pub use reached::{ReachedOptimum, reached_optimum};

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Extended, Mdp, Policy, Rational, RewardStructure, StateId, StateSet};
use crate::solve::Sense;
use crate::solve::shortest_path::fractions::Fraction;
use crate::solve::shortest_path::limit::{MostBits, Unlimited, are_infinite};
use crate::solve::shortest_path::prepare::Known;
use crate::solve::shortest_path::weights::Weights;

/// What is asked of an MDP.
#[derive(Debug, Clone, Copy)]
pub enum Measure<'a> {
    /// The probability of reaching `goal` through states of `stay`; being in the goal counts.
    Until {
        /// Where an execution may pass.
        stay: &'a StateSet,
        /// What it is to reach.
        goal: &'a StateSet,
    },
    /// The expected reward until `goal` is reached, +∞ for a policy that with positive probability never reaches it.
    RewardTo {
        /// The reward of each choice; `None` counts steps.
        reward: Option<&'a RewardStructure>,
        /// Where it ends.
        goal: &'a StateSet,
    },
    /// The expected discounted reward.
    Discounted {
        /// The reward of each choice.
        reward: &'a RewardStructure,
        /// The discount, in `(0, 1)`.
        discount: &'a Rational,
    },
}

impl Measure<'_> {
    /// Whether every policy ends, or the open states are such that it does.
    fn ends(&self, sense: Sense) -> bool {
        !matches!((self, sense), (Measure::Until { .. }, Sense::Max) | (Measure::RewardTo { .. }, Sense::Min))
    }

    /// Whether bounds by inductive numbers are to be had at all: not where a cycle may gain for ever, nor for discounted
    /// rewards, which have bounds of their own.
    fn has_inductive_bounds(&self, sense: Sense, weights: &Weights<'_>) -> bool {
        let may_gain = sense == Sense::Min && weights.rewards.iter().any(|reward| reward.exact < Rational::ZERO);
        !(may_gain || matches!(self, Measure::Discounted { .. }))
    }
}

/// The optimal values of a measure and a policy that attains them.
///
/// Values are kept over shared denominators, not reduced, and made into rationals when asked for: those of a large
/// model are long, and few of them are looked at.
#[derive(Debug)]
pub struct Optimum {
    known: Vec<Known>,
    numerators: Vec<Fraction>,
    denominators: Vec<UBig>,
    policy: Policy,
}

impl Optimum {
    /// The value at a state.
    #[must_use]
    pub fn value(&self, state: StateId) -> Extended {
        match self.known[state] {
            Known::MinusInfinity => Extended::MinusInfinity,
            Known::PlusInfinity => Extended::PlusInfinity,
            Known::Open | Known::Zero | Known::One => {
                let Fraction { numerator, denominator } = &self.numerators[state];
                let denominator = &self.denominators[*denominator as usize];
                Extended::Finite(Rational::from_parts(numerator.clone(), denominator.clone()))
            }
        }
    }

    /// The value at a state as a numerator and the number of its denominator (see [`Optimum::denominators`]), unless it is
    /// infinite.
    #[must_use]
    pub fn fraction(&self, state: StateId) -> Option<(&IBig, usize)> {
        match self.known[state] {
            Known::MinusInfinity | Known::PlusInfinity => None,
            Known::Open | Known::Zero | Known::One => {
                let Fraction { numerator, denominator } = &self.numerators[state];
                Some((numerator, *denominator as usize))
            }
        }
    }

    /// Whether the value is −∞, which no single policy attains.
    #[must_use]
    pub fn is_unattained(&self, state: StateId) -> bool {
        self.known[state] == Known::MinusInfinity
    }

    /// The denominators that values share; fractions are not in lowest terms.
    #[must_use]
    pub fn denominators(&self) -> &[UBig] {
        &self.denominators
    }

    /// The values at all states.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Extended> + '_ {
        (0..self.known.len()).map(|state| self.value(state))
    }

    /// A deterministic policy that attains every finite value, and every infinite one that is attained. From a state
    /// of value −∞ no single policy does: there is a negative cycle to be repeated at will.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// The optimum of a measure over all policies.
///
/// # Errors
/// When the budget is exhausted.
///
/// ```
/// use lavaproof::budget::Budget;
/// use lavaproof::mdp::{Extended, MdpBuilder, Rational, StateSet};
/// use lavaproof::solve::{Measure, Sense, optimum};
/// let mut builder = MdpBuilder::default();
/// let (start, end) = (builder.state("start"), builder.state("end"));
/// builder.absorbing(end);
/// let half = Rational::from(1) / Rational::from(2);
/// builder.choice(start, "try", [(start, half.clone()), (end, half)]);
/// let mdp = builder.build().expect("valid").mdp;
/// let goal: StateSet = [end].into_iter().collect();
/// let steps = Measure::RewardTo { reward: None, goal: &goal };
/// let optimum = optimum(&mdp, &steps, Sense::Min, &Budget::unlimited())?;
/// assert_eq!(optimum.value(start), Extended::Finite(Rational::from(2)));
/// # Ok::<(), lavaproof::budget::Exhausted>(())
/// ```
pub fn optimum(mdp: &Mdp, measure: &Measure<'_>, sense: Sense, budget: &Budget) -> Result<Optimum, Exhausted> {
    let Ok(optimum) = solver::solve(mdp, measure, sense, &Unlimited, budget)?;
    Ok(optimum)
}

/// What [`short_optimum`] comes to.
#[derive(Debug)]
pub enum ShortOptimum {
    /// The values of all states.
    Everywhere(Optimum),
    /// All values that were asked for are infinite; no others are known.
    Infinite(ReachedOptimum),
    /// They are too long. The policy that was being improved is a proposal.
    Long(Policy),
}

/// The same, when the values of some states are asked for, and unless the numerators have more than `most_bits` bits together.
///
/// # Errors
/// When the budget is exhausted.
pub fn short_optimum(
    mdp: &Mdp,
    measure: &Measure<'_>,
    sense: Sense,
    states: &[StateId],
    most_bits: usize,
    budget: &Budget,
) -> Result<ShortOptimum, Exhausted> {
    Ok(match solver::solve(mdp, measure, sense, &MostBits { bits: most_bits, states }, budget)? {
        Ok(optimum) if are_infinite(&optimum.known, states) => {
            ShortOptimum::Infinite(ReachedOptimum::infinite(optimum))
        }
        Ok(optimum) => ShortOptimum::Everywhere(optimum),
        Err((_, policy)) => ShortOptimum::Long(policy),
    })
}
