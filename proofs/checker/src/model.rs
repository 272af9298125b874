//! The model (FORMAT.md, section 1.1), in compressed rows.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::number::Number;
use crate::policy::Rows;
use crate::rational::Rational;

/// Masses of states, by increasing state; all positive, their sum is 1.
pub(crate) type Distribution = Vec<(usize, Number)>;

/// Which of the two rewards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reward {
    Specified,
    Intended,
}

/// The policies that a question speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Deterministic,
    Stationary,
}

/// What *good* means.
#[derive(Debug, Clone)]
pub(crate) enum Good {
    Regret(Rational),
    Value(Rational),
}

/// A set of distributions over listed situations.
#[derive(Debug, Clone)]
pub(crate) enum Deployment {
    Point(Distribution),
    Over(Vec<usize>),
    TotalVariation { radius: Rational, center: Distribution, over: Vec<usize> },
    Ratio { bound: Rational, center: Distribution, over: Vec<usize> },
    Polytope { over: Vec<usize>, rows: Vec<Constraint> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    AtMost,
    AtLeast,
    Equal,
}

/// A row of a polytope; the terms are indices into its list of situations, increasing.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) relation: Relation,
    pub(crate) bound: Rational,
    pub(crate) terms: Vec<(usize, Number)>,
}

/// The rows `P(c, ·)` of all choices, each as integer weights over one denominator.
#[derive(Debug, Default)]
pub(crate) struct Transitions {
    pub(crate) ends: Vec<usize>,
    pub(crate) successors: Vec<u32>,
    pub(crate) weights: Vec<i64>,
    /// The sum of the weights; 0 for a row whose numbers are too large.
    pub(crate) denominators: Vec<i64>,
    /// The rows that are too large.
    pub(crate) large: BTreeMap<usize, Vec<Rational>>,
}

/// A row in machine integers.
pub(crate) struct SmallRow<'m> {
    pub(crate) successors: &'m [u32],
    pub(crate) weights: &'m [i64],
    pub(crate) denominator: i64,
}

impl Transitions {
    fn range(&self, choice: usize) -> Range<usize> {
        let start = choice.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        start.unwrap_or(0)..self.ends.get(choice).copied().unwrap_or(0)
    }

    pub(crate) fn successors(&self, choice: usize) -> &[u32] {
        self.successors.get(self.range(choice)).unwrap_or(&[])
    }

    /// The row, if its numbers are small.
    pub(crate) fn small(&self, choice: usize) -> Option<SmallRow<'_>> {
        let range = self.range(choice);
        let denominator = self.denominators.get(choice).copied().filter(|denominator| *denominator > 0)?;
        let successors = self.successors.get(range.clone())?;
        Some(SmallRow { successors, weights: self.weights.get(range)?, denominator })
    }

    /// The row's probabilities, in the order of its successors.
    pub(crate) fn probabilities(&self, choice: usize) -> Vec<Rational> {
        if let Some(row) = self.small(choice) {
            return row.weights.iter().map(|weight| Rational::ratio(*weight, row.denominator)).collect();
        }
        self.large.get(&choice).cloned().unwrap_or_default()
    }
}

/// Which states look alike, and where each one's choices are in the order of the actions.
#[derive(Debug)]
pub(crate) struct Observations {
    pub(crate) of: Vec<usize>,
    /// The states of each observation.
    pub(crate) members: BTreeMap<usize, Vec<usize>>,
    /// The choices of each state by increasing action, at the places of the state's choices.
    pub(crate) by_action: Vec<u32>,
    /// How many actions of the choice's state have smaller numbers.
    pub(crate) place: Vec<u32>,
}

/// An explicit model, read and found sound.
#[derive(Debug)]
pub struct Model {
    pub(crate) digest: String,
    /// `None` for total reward.
    pub(crate) discount: Option<Rational>,
    pub(crate) names: Vec<u8>,
    pub(crate) name_ends: Vec<usize>,
    pub(crate) choice_ends: Vec<usize>,
    pub(crate) actions: Vec<u32>,
    pub(crate) specified: Vec<Number>,
    pub(crate) intended: Vec<Number>,
    pub(crate) transitions: Transitions,
    /// `None` for full observation.
    pub(crate) observations: Option<Observations>,
    pub(crate) class: Class,
    pub(crate) situations: Vec<usize>,
    pub(crate) train: Distribution,
    pub(crate) deploy: Deployment,
    /// The tolerance; `None` if there is no catastrophe.
    pub(crate) tolerance: Option<Rational>,
    pub(crate) catastrophic: Vec<bool>,
    pub(crate) good: Good,
    pub(crate) epsilon: Rational,
    pub(crate) given: Option<Rows>,
}

impl Model {
    /// The SHA-256 of the file, in lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How many states there are.
    #[must_use]
    pub fn states(&self) -> usize {
        self.choice_ends.len()
    }

    pub(crate) fn choices(&self) -> usize {
        self.actions.len()
    }

    /// The choices of a state.
    pub(crate) fn choices_of(&self, state: usize) -> Range<usize> {
        let start = state.checked_sub(1).map_or(Some(0), |before| self.choice_ends.get(before).copied());
        start.unwrap_or(0)..self.choice_ends.get(state).copied().unwrap_or(0)
    }

    pub(crate) fn is_absorbing(&self, state: usize) -> bool {
        self.choices_of(state).is_empty()
    }

    /// The state that has the choice.
    pub(crate) fn state_of(&self, choice: usize) -> usize {
        self.choice_ends.partition_point(|end| *end <= choice)
    }

    /// The name as it is in the file.
    pub(crate) fn name(&self, state: usize) -> String {
        let start = state.checked_sub(1).map_or(Some(0), |before| self.name_ends.get(before).copied());
        let range = start.unwrap_or(0)..self.name_ends.get(state).copied().unwrap_or(0);
        self.names.get(range).unwrap_or(&[]).iter().map(|byte| char::from(*byte)).collect()
    }

    pub(crate) fn reward(&self, which: Reward, choice: usize) -> Option<&Number> {
        match which {
            Reward::Specified => self.specified.get(choice),
            Reward::Intended => self.intended.get(choice),
        }
    }

    pub(crate) fn is_catastrophic(&self, state: usize) -> bool {
        self.catastrophic.get(state).copied().unwrap_or(false)
    }

    pub(crate) fn is_total(&self) -> bool {
        self.discount.is_none()
    }

    /// The successors of a choice.
    pub(crate) fn successors(&self, choice: usize) -> impl Iterator<Item = usize> {
        self.transitions.successors(choice).iter().map(|state| index(*state))
    }

    /// The choices with the action of `choice` at the states that look like its own.
    pub(crate) fn alike(&self, choice: usize) -> Vec<usize> {
        let Some(observations) = &self.observations else { return vec![choice] };
        let state = self.state_of(choice);
        let members = observations.of.get(state).and_then(|observation| observations.members.get(observation));
        let place = observations.place.get(choice).map_or(0, |place| index(*place));
        let at = |member: &usize| {
            let slot = self.choices_of(*member).start.checked_add(place)?;
            observations.by_action.get(slot).map(|choice| index(*choice))
        };
        members.map_or_else(Vec::new, |members| members.iter().filter_map(at).collect())
    }
}

/// A stored number as an index.
pub(crate) fn index(stored: u32) -> usize {
    usize::try_from(stored).unwrap_or(usize::MAX)
}

/// The mass of a state.
pub(crate) fn mass(distribution: &Distribution, state: usize) -> Option<&Number> {
    let at = distribution.binary_search_by_key(&state, |(state, _)| *state).ok()?;
    distribution.get(at).map(|(_, mass)| mass)
}
