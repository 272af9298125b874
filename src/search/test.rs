//! Tests of a policy's values, decided by bounds where bounds decide and exactly where they do not.

use std::rc::Rc;

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Mask, Policy, Rational, StateId, Value};
use crate::search::arena::Arena;
use crate::search::distributions::{DistributionSet, expectation};
use crate::search::memo::Quantity;
use crate::solve::{Behaviour, Enclosure, Sense, able_to_reach, can_keep_to, reachable_under};

/// A property of a policy's values: what a demand comes down to once its thresholds are known.
#[derive(Debug, Clone)]
pub enum Test {
    /// `Σ μ(s) V(s) ≥ at_least` for every `μ` of the set; `Σ μ(s) (V(s) − V*(s)) ≥ at_least` if relative.
    Linear {
        /// The reward.
        reward: RewardName,
        /// The distributions.
        set: DistributionSet,
        /// Whether the values are compared with the best ones over all policies of the full state.
        relative: bool,
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

/// The policy of a mask that does most for a test or most against it, as far as bounds or exact values tell.
pub struct Extreme {
    /// A distribution at which it breaks the test.
    pub violation: Option<Distribution>,
    /// The policy.
    pub policy: Policy,
}

/// What bounds decide: where the test is broken, if it is, and the bounds.
type ByBounds = (Option<Distribution>, Rc<Enclosure>);

/// Two sides of values at all states: where they are the same, exact values.
struct Sides<'v> {
    lower: &'v dyn Fn(StateId) -> Value,
    upper: &'v dyn Fn(StateId) -> Value,
}

impl Test {
    /// What the test is about.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        match self {
            Self::Linear { reward, .. } | Self::Points { reward, .. } => Quantity::Reward(*reward),
            Self::Reach { .. } => Quantity::Reach,
        }
    }

    /// The situations at which the values matter.
    #[must_use]
    pub fn support(&self) -> Vec<StateId> {
        match self {
            Self::Linear { set, .. } | Self::Reach { set, .. } => set.support(),
            Self::Points { points, .. } => points.iter().flat_map(|(point, _)| point.support()).collect(),
        }
    }

    /// A distribution at which a policy breaks the test.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn broken_by(&self, arena: &Arena<'_>, behaviour: Behaviour<'_>) -> Result<Option<Distribution>, Exhausted> {
        let only = match behaviour {
            Behaviour::Deterministic(policy) => Some(policy.clone()),
            Behaviour::Randomized(policy) => policy.as_deterministic(),
        };
        if let Some(policy) = only {
            let mask = Mask::only(&arena.problem.mdp, &policy);
            if let Some((violation, _)) = self.by_bounds(arena, Sense::Max, &mask, false)? {
                return Ok(violation);
            }
        }
        self.violation(arena, &arena.values(self.quantity(), behaviour)?)
    }

    /// The policy of a mask that is most in favour of the test, or most against it, aliasing ignored.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn at_extreme(&self, arena: &Arena<'_>, mask: &Mask, in_favour: bool) -> Result<Extreme, Exhausted> {
        let largest = matches!(self, Self::Reach { .. }) != in_favour;
        let sense = if largest { Sense::Max } else { Sense::Min };
        if let Some((violation, enclosure)) = self.by_bounds(arena, sense, mask, in_favour)? {
            return Ok(Extreme { violation, policy: enclosure.policy.clone() });
        }
        let solution = arena.extreme(self.quantity(), sense, mask)?;
        Ok(Extreme { violation: self.violation(arena, &solution.values)?, policy: solution.policy.clone() })
    }

    /// A distribution at which exact values break the test.
    fn violation(&self, arena: &Arena<'_>, values: &[Value]) -> Result<Option<Distribution>, Exhausted> {
        let exact = |state: StateId| values[state].clone();
        let sides = Sides { lower: &exact, upper: &exact };
        let decided = if let Self::Linear { reward, relative: true, .. } = self {
            let best = &arena.best(*reward)?.values;
            let best = |state: StateId| best[state].clone();
            self.decided_within(&sides, Some(&Sides { lower: &best, upper: &best }))
        } else {
            self.decided_within(&sides, None)
        };
        Ok(decided.unwrap_or(None))
    }

    /// Whether the extreme values within a mask break the test, and where, if closer and closer bounds tell.
    fn by_bounds(
        &self,
        arena: &Arena<'_>,
        sense: Sense,
        mask: &Mask,
        in_favour: bool,
    ) -> Result<Option<ByBounds>, Exhausted> {
        for (round, &bits) in arena.precisions().iter().enumerate() {
            let Some(found) = arena.enclosure(self.quantity(), sense, mask, bits)? else { return Ok(None) };
            let sides = Sides { lower: &|state| found.lower_value(state), upper: &|state| found.upper_value(state) };
            let decided = if let Self::Linear { reward, relative: true, .. } = self {
                let reward = Quantity::Reward(*reward);
                let Some(best) = arena.enclosure(reward, Sense::Max, arena.everything(), bits)? else {
                    return Ok(None);
                };
                let (lower, upper) = (|state| best.lower_value(state), |state| best.upper_value(state));
                self.decided_within(&sides, Some(&Sides { lower: &lower, upper: &upper }))
            } else {
                self.decided_within(&sides, None)
            };
            if let Some(violation) = decided {
                return Ok(Some((violation, found)));
            }
            if round == 0
                && let Some(violation) = self.decided_by_graph(arena, mask, sense, in_favour)?
            {
                return Ok(Some((violation, found)));
            }
        }
        Ok(None)
    }

    /// `Some` if all values between the sides break the test, with where, or if none does.
    fn decided_within(&self, values: &Sides<'_>, best: Option<&Sides<'_>>) -> Option<Option<Distribution>> {
        match self {
            Self::Linear { set, at_least, .. } => {
                let least = |value: Value, best: Option<Value>| match (value, best) {
                    (Value::Finite(value), Some(Value::Finite(best))) => Value::Finite(value - best),
                    (value, _) => value,
                };
                let low = |state| least((values.lower)(state), best.map(|best| (best.upper)(state)));
                let high = |state| least((values.upper)(state), best.map(|best| (best.lower)(state)));
                decided(set, low, high, at_least)
            }
            Self::Points { points, .. } => {
                let mut certain = true;
                for (point, bound) in points {
                    let bound = Value::Finite(bound.clone());
                    if expectation(point, values.upper) < bound {
                        return Some(Some(point.clone()));
                    }
                    certain &= expectation(point, values.lower) >= bound;
                }
                certain.then_some(None)
            }
            Self::Reach { set, at_most } => {
                let negated = |value: Value| Value::Finite(-value.finite().unwrap_or(&Rational::ZERO));
                let low = |state| negated((values.upper)(state));
                let high = |state| negated((values.lower)(state));
                decided(set, low, high, &-at_most)
            }
        }
    }

    /// What the graph tells and bounds, however close, may not: that nothing is lost since only optimal choices are
    /// taken, or whether a catastrophe that must never happen can.
    fn decided_by_graph(
        &self,
        arena: &Arena<'_>,
        mask: &Mask,
        sense: Sense,
        in_favour: bool,
    ) -> Result<Option<Option<Distribution>>, Exhausted> {
        let mdp = &arena.problem.mdp;
        match self {
            Self::Linear { reward, set, relative: true, at_least } if at_least.is_zero() => {
                let optimal = arena.optimal_choices(*reward)?;
                let sources = set.support();
                let passes = if in_favour {
                    let mut both = mask.clone();
                    for state in 0..mdp.states() {
                        both.restrict_at(mdp, state, optimal);
                    }
                    can_keep_to(mdp, &both, &sources)
                } else {
                    let reached = reachable_under(mdp, mask, sources);
                    reached.ones().all(|state| mask.choices_of(mdp, state).all(|choice| optimal.allows(choice)))
                };
                Ok(passes.then_some(None))
            }
            Self::Reach { set, at_most } if at_most.is_zero() && sense == Sense::Max => {
                let Some(catastrophe) = &arena.problem.catastrophe else { return Ok(Some(None)) };
                let able = able_to_reach(mdp, mask, &catastrophe.states);
                let touched = |state| Value::Finite(if able.contains(state) { -Rational::ONE } else { Rational::ZERO });
                let (least, at) = set.minimise(touched);
                Ok(Some((least < Value::ZERO).then_some(at)))
            }
            _ => Ok(None),
        }
    }
}

/// Whether a linear function between two others is at least this on a set: `Some(None)`; or where it surely is not.
fn decided(
    set: &DistributionSet,
    low: impl Fn(StateId) -> Value,
    high: impl Fn(StateId) -> Value,
    at_least: &Rational,
) -> Option<Option<Distribution>> {
    let at_least = Value::Finite(at_least.clone());
    let (least, at) = set.minimise(high);
    if least < at_least {
        return Some(Some(at));
    }
    (set.minimise(low).0 >= at_least).then_some(None)
}
