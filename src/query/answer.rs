//! The answer to a query about a model.

use std::cmp::Ordering;
use std::ops::Range;

use thiserror::Error;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Extended, LabelledMdp, Policy, Rational, RewardStructure, StateSet};
use crate::query::syntax::{Asked, Name, Path, Quantity, Query, Relation, StateFormula};
use crate::solve::{Measure, Sense, optimum};

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

/// Whether a comparison is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// At every initial state.
    Holds,
    /// Not at every initial state.
    Fails,
}

/// An answer: exact values, and a policy that attains them.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The value at each state.
    pub values: Vec<Extended>,
    /// A policy that attains them (see [`crate::solve::Optimum::policy`]).
    pub policy: Policy,
    /// For a comparison, whether it is true.
    pub verdict: Option<Verdict>,
}

/// Answers a query about a model.
///
/// # Errors
/// When a name is unknown, something is missing, or the budget is exhausted.
pub fn answer(
    model: &LabelledMdp,
    query: &Query,
    discount: Option<&Rational>,
    budget: &Budget,
) -> Result<Answer, Refusal> {
    let everywhere = every_state(model);
    let mut sense = match query.sense() {
        Some(sense) => sense,
        None if (0..model.mdp.states()).all(|state| model.mdp.choices_of(state).len() < 2) => Sense::Max,
        None => return Err(Refusal::NoSense),
    };
    let mut complement = false;
    let (stay, goal) = match &query.path {
        None => (everywhere.clone(), StateSet::new()),
        Some(Path::Eventually(goal)) => (everywhere.clone(), states_of(model, goal)?),
        Some(Path::Until(stay, goal)) => (states_of(model, stay)?, states_of(model, goal)?),
        Some(Path::Always(invariant)) => {
            // Always staying good is never getting to what is not.
            complement = true;
            sense = sense.opposite();
            let mut broken = states_of(model, invariant)?;
            broken.toggle_range(..model.mdp.states());
            (everywhere.clone(), broken)
        }
    };
    let measure = match &query.quantity {
        Quantity::Probability => Measure::Until { stay: &stay, goal: &goal },
        Quantity::Reward(name) => Measure::RewardTo { reward: Some(structure(model, name)?), goal: &goal },
        Quantity::Steps => Measure::RewardTo { reward: None, goal: &goal },
        Quantity::Discounted(name) => {
            Measure::Discounted { reward: structure(model, name)?, discount: discount.ok_or(Refusal::NoDiscount)? }
        }
    };
    let optimum = optimum(&model.mdp, &measure, sense, budget)?;
    let mut values = optimum.values;
    if complement {
        for value in &mut values {
            if let Extended::Finite(value) = value {
                *value = Rational::ONE - &*value;
            }
        }
    }
    let verdict = match &query.asked {
        Asked::Value(_) => None,
        Asked::Threshold { relation, bound, .. } => {
            let bound = Extended::Finite(bound.clone());
            let holds = model.initial.iter().all(|&state| relation.holds(values[state].cmp(&bound)));
            Some(if holds { Verdict::Holds } else { Verdict::Fails })
        }
    };
    Ok(Answer { values, policy: optimum.policy, verdict })
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

fn every_state(model: &LabelledMdp) -> StateSet {
    let mut all = StateSet::with_capacity(model.mdp.states());
    all.insert_range(..);
    all
}

fn structure<'a>(model: &'a LabelledMdp, name: &Name) -> Result<&'a RewardStructure, Refusal> {
    model.reward(&name.text).ok_or_else(|| Refusal::Unknown {
        what: "reward structure",
        name: name.text.clone(),
        span: name.span.clone(),
        known: model.rewards.iter().map(|reward| reward.name().to_owned()).collect(),
    })
}

fn states_of(model: &LabelledMdp, formula: &StateFormula) -> Result<StateSet, Refusal> {
    let mut states = match formula {
        StateFormula::True => every_state(model),
        StateFormula::False => StateSet::new(),
        StateFormula::Label(name) => model.label(&name.text).cloned().ok_or_else(|| Refusal::Unknown {
            what: "label",
            name: name.text.clone(),
            span: name.span.clone(),
            known: model.labels.iter().map(|(label, _)| label.clone()).collect(),
        })?,
        StateFormula::Not(inner) => {
            let mut states = states_of(model, inner)?;
            states.toggle_range(..model.mdp.states());
            states
        }
        StateFormula::And(left, right) => {
            let mut states = states_of(model, left)?;
            states.intersect_with(&states_of(model, right)?);
            states
        }
        StateFormula::Or(left, right) => {
            let mut states = states_of(model, left)?;
            states.union_with(&states_of(model, right)?);
            states
        }
    };
    states.grow(model.mdp.states());
    Ok(states)
}
