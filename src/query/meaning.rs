//! What a query means in a model: labels looked up, `G` turned into what it excludes.

use crate::mdp::{LabelledMdp, Rational, RewardStructure, StateSet};
use crate::query::Refusal;
use crate::query::syntax::{Name, Path, Quantity, Query, StateFormula};
use crate::solve::{Measure, Sense};

/// A query about a model.
#[derive(Debug)]
pub(super) struct Meaning<'a> {
    /// The optimum that is computed.
    pub(super) sense: Sense,
    /// Whether the value that is asked for is 1 less it.
    pub(super) complement: bool,
    /// Where an execution may pass.
    pub(super) stay: StateSet,
    /// What it is to reach; nothing for discounted rewards.
    pub(super) goal: StateSet,
    pub(super) what: What<'a>,
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    Probability,
    /// Until the goal; `None` counts steps.
    Reward(Option<&'a RewardStructure>),
    Discounted(&'a RewardStructure, &'a Rational),
}

impl<'a> Meaning<'a> {
    /// # Errors
    /// When a name is unknown, or something is missing.
    pub(super) fn of(model: &'a LabelledMdp, query: &Query, discount: Option<&'a Rational>) -> Result<Self, Refusal> {
        let everywhere = every_state(model);
        let mut sense = match query.sense() {
            Some(sense) => sense,
            None if (0..model.mdp.states()).all(|state| model.mdp.choices_of(state).len() < 2) => Sense::Max,
            None => return Err(Refusal::NoSense),
        };
        let mut complement = false;
        let (stay, goal) = match &query.path {
            None => (everywhere, StateSet::new()),
            Some(Path::Eventually(goal)) => (everywhere, states_of(model, goal)?),
            Some(Path::Until(stay, goal)) => (states_of(model, stay)?, states_of(model, goal)?),
            Some(Path::Always(invariant)) => {
                // Always staying good is never getting to what is not.
                complement = true;
                sense = sense.opposite();
                let mut broken = states_of(model, invariant)?;
                broken.toggle_range(..model.mdp.states());
                (everywhere, broken)
            }
        };
        let what = match &query.quantity {
            Quantity::Probability => What::Probability,
            Quantity::Reward(name) => What::Reward(Some(structure(model, name)?)),
            Quantity::Steps => What::Reward(None),
            Quantity::Discounted(name) => {
                What::Discounted(structure(model, name)?, discount.ok_or(Refusal::NoDiscount)?)
            }
        };
        Ok(Self { sense, complement, stay, goal, what })
    }

    pub(super) fn measure(&self) -> Measure<'_> {
        match self.what {
            What::Probability => Measure::Until { stay: &self.stay, goal: &self.goal },
            What::Reward(reward) => Measure::RewardTo { reward, goal: &self.goal },
            What::Discounted(reward, discount) => Measure::Discounted { reward, discount },
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
