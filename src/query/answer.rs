//! The answer to a query about a model.

use std::cmp::Ordering;
use std::ops::Range;

use thiserror::Error;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Extended, LabelledMdp, Policy, Rational, RewardStructure, StateId};
use crate::query::meaning::Meaning;
use crate::query::syntax::{Asked, Query, Relation};
use crate::solve::{
    DiscountedBounds, InductiveBounds, Measure, Optimum, ReachedOptimum, Sense, ShortOptimum, discounted_bounds,
    inductive_bounds, optimum, quotient_optimum, reached_optimum, short_optimum,
};

/// Comparisons of discounted rewards are tried with bounds this part of 1 apart before exact values.
const DECIDING_PART: u32 = 1 << 30;

/// Exact values of all states are computed if their numerators have at most this many bits a state; if they are longer, only those
/// that matter for the states that are asked for, if these are not many.
const SHORT: usize = 128;

/// In models of fewer states exact values are as cheap as bounds of probabilities and undiscounted rewards.
const SMALL: usize = 1_000;

/// Why a query cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// A label or a reward structure that the model does not have.
    #[error("the model has no {what} `{name}`")]
    Unknown {
        /// `label` or `reward structure`.
        what: &'static str,
        /// The name.
        name: String,
        /// Where it stands in the query.
        span: Range<usize>,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Neither max nor min, where policies differ.
    #[error("the model has choices, and the query says neither max nor min")]
    NoSense,
    /// A discounted reward without a discount.
    #[error("there is no discount")]
    NoDiscount,
    /// The time is over.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

/// How exact values are found. They are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Policy iteration on the model as it is, or where values are long on the part that matters.
    PolicyIteration,
    /// Policy iteration on the quotient by bisimulation; the values are lifted back.
    Quotient,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::PolicyIteration, Self::Quotient];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PolicyIteration => "policy-iteration",
            Self::Quotient => "quotient",
        }
    }

    fn values(
        self,
        model: &LabelledMdp,
        (measure, sense, complement): (&Measure<'_>, Sense, bool),
        states: &[StateId],
        budget: &Budget,
    ) -> Result<Values, Exhausted> {
        let mdp = &model.mdp;
        let all = |optimum| Values::Exact { optimum, complement };
        if self == Self::Quotient {
            return Ok(all(quotient_optimum(mdp, measure, sense, budget)?.0));
        }
        if mdp.states() >= SMALL && states.len() < mdp.states() {
            let proposed = match short_optimum(mdp, measure, sense, states, SHORT * mdp.states(), budget)? {
                ShortOptimum::Everywhere(optimum) => return Ok(all(optimum)),
                ShortOptimum::Infinite(optimum) => return Ok(Values::Reached { optimum, complement }),
                ShortOptimum::Long(proposed) => proposed,
            };
            if let Some(optimum) = reached_optimum(mdp, measure, sense, states, Some(&proposed), budget)? {
                return Ok(Values::Reached { optimum, complement });
            }
        }
        Ok(all(optimum(mdp, measure, sense, budget)?))
    }
}

/// Whether a comparison is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// At every initial state.
    Holds,
    /// Not at every initial state.
    Fails,
}

/// An answer: exact values and a policy that attains them, or proved bounds where these are enough.
#[derive(Debug)]
pub struct Answer {
    pub(super) values: Values,
    /// For a comparison, whether it is true.
    pub verdict: Option<Verdict>,
}

#[derive(Debug)]
pub(super) enum Values {
    /// The values, or for `G` 1 less those of the opposite.
    Exact {
        optimum: Optimum,
        complement: bool,
    },
    /// The same at some states.
    Reached {
        optimum: ReachedOptimum,
        complement: bool,
    },
    Discounted(DiscountedBounds),
    /// Bounds of a probability or reward, or for `G` of the opposite.
    Inductive {
        bounds: InductiveBounds,
        complement: bool,
    },
}

impl Answer {
    /// The value at a state, unless bounds were enough or it was not asked for.
    #[must_use]
    pub fn value(&self, state: StateId) -> Option<Extended> {
        let (value, complement) = match &self.values {
            Values::Exact { optimum, complement } => (optimum.value(state), *complement),
            Values::Reached { optimum, complement } => (optimum.value(state)?, *complement),
            Values::Discounted(_) | Values::Inductive { .. } => return None,
        };
        Some(match value {
            Extended::Finite(value) if complement => Extended::Finite(Rational::ONE - value),
            value => value,
        })
    }

    /// A lower and an upper bound of the value at a state, where there are these in place of the value.
    #[must_use]
    pub fn bounds(&self, state: StateId) -> Option<(Rational, Rational)> {
        match &self.values {
            Values::Exact { .. } | Values::Reached { .. } => None,
            Values::Discounted(bounds) => Some((bounds.lower(state), bounds.upper(state))),
            Values::Inductive { bounds, complement } => {
                let (lower, upper) = bounds.at(state)?;
                Some(if *complement { (Rational::ONE - upper, Rational::ONE - lower) } else { (lower, upper) })
            }
        }
    }

    /// A policy that attains exact values (see [`Optimum::policy`]), those that were asked for.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        match &self.values {
            Values::Exact { optimum, .. } => Some(optimum.policy()),
            Values::Reached { optimum, .. } => Some(optimum.optimum().policy()),
            Values::Discounted(_) | Values::Inductive { .. } => None,
        }
    }
}

/// Answers a query about a model at some states. With `epsilon`, discounted rewards may be answered by bounds that are at most so far
/// apart; comparisons of them are decided by bounds wherever these decide.
///
/// # Errors
/// When a name is unknown, something is missing, or the budget is exhausted.
pub fn answer(
    model: &LabelledMdp,
    query: &Query,
    discount: Option<&Rational>,
    epsilon: Option<&Rational>,
    method: Method,
    states: &[StateId],
    budget: &Budget,
) -> Result<Answer, Refusal> {
    let meaning = Meaning::of(model, query, discount)?;
    let Meaning { sense, complement, .. } = meaning;
    let measure = meaning.measure();
    if let Measure::Discounted { reward, discount } = measure
        && let Some(answer) = bounded(model, (reward, discount), sense, (&query.asked, epsilon), budget)?
    {
        return Ok(answer);
    }
    if let Asked::Threshold { relation, bound, .. } = &query.asked
        && model.mdp.states() >= SMALL
        && let Some(bounds) = inductive_bounds(&model.mdp, &measure, sense, &model.initial, budget)?
    {
        let mut answer = Answer { values: Values::Inductive { bounds, complement }, verdict: None };
        answer.verdict = decided(&answer, model, *relation, bound);
        if answer.verdict.is_some() {
            return Ok(answer);
        }
    }
    let compared = if matches!(query.asked, Asked::Threshold { .. }) { model.initial.as_slice() } else { &[] };
    let asked = [states, compared].concat();
    let values = method.values(model, (&measure, sense, complement), &asked, budget)?;
    let mut answer = Answer { values, verdict: None };
    if let Asked::Threshold { relation, bound, .. } = &query.asked {
        let bound = Extended::Finite(bound.clone());
        let mut values = model.initial.iter().filter_map(|&state| answer.value(state));
        answer.verdict = Some(Verdict::of(values.all(|value| relation.holds(value.cmp(&bound)))));
    }
    Ok(answer)
}

/// The answer by bounds, if they are wanted and enough.
fn bounded(
    model: &LabelledMdp,
    (reward, discount): (&RewardStructure, &Rational),
    sense: Sense,
    (asked, epsilon): (&Asked, Option<&Rational>),
    budget: &Budget,
) -> Result<Option<Answer>, Refusal> {
    let narrow = Rational::ONE / Rational::from(DECIDING_PART);
    let wanted = match (asked, epsilon) {
        (Asked::Threshold { .. }, None) => &narrow,
        (_, Some(epsilon)) => epsilon,
        (Asked::Value(_), None) => return Ok(None),
    };
    let Some(bounds) = discounted_bounds(&model.mdp, (reward, discount), sense, wanted, budget)? else {
        return Ok(None);
    };
    let enough = bounds.width() <= *wanted;
    let mut answer = Answer { values: Values::Discounted(bounds), verdict: None };
    match asked {
        Asked::Value(_) => Ok(enough.then_some(answer)),
        Asked::Threshold { relation, bound, .. } => {
            answer.verdict = decided(&answer, model, *relation, bound);
            Ok(answer.verdict.is_some().then_some(answer))
        }
    }
}

/// What bounds say of a comparison, if they decide it at every initial state.
fn decided(answer: &Answer, model: &LabelledMdp, relation: Relation, bound: &Rational) -> Option<Verdict> {
    let at = |&state: &StateId| {
        let (low, high) = answer.bounds(state)?;
        let (low, high) = (relation.holds(low.cmp(bound)), relation.holds(high.cmp(bound)));
        (low == high).then_some(low)
    };
    let decided: Option<Vec<bool>> = model.initial.iter().map(at).collect();
    Some(Verdict::of(decided?.into_iter().all(|holds| holds)))
}

impl Verdict {
    fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}

impl Relation {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering == Ordering::Less,
            Self::AtMost => ordering != Ordering::Greater,
            Self::Greater => ordering == Ordering::Greater,
            Self::AtLeast => ordering != Ordering::Less,
        }
    }
}
