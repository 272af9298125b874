//! What a query says.

use std::fmt;
use std::ops::Range;

use crate::mdp::Rational;
use crate::solve::Sense;

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// `P`: the probability of a path.
    Probability,
    /// `R{"name"}`: the expected reward until a goal.
    Reward(Name),
    /// `T`: the expected number of steps until a goal.
    Steps,
    /// `V{"name"}`: the expected discounted reward.
    Discounted(Name),
}

/// A name in a query, and where it stands in the text.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Bytes of the query.
    pub span: Range<usize>,
}

/// Names are equal wherever they stand.
impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Name {}

/// A set of states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateFormula {
    /// Every state.
    True,
    /// No state.
    False,
    /// The states with a label.
    Label(Name),
    /// The other states.
    Not(Box<StateFormula>),
    /// States of both.
    And(Box<StateFormula>, Box<StateFormula>),
    /// States of either.
    Or(Box<StateFormula>, Box<StateFormula>),
}

/// What a path is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// `F goal`.
    Eventually(StateFormula),
    /// `stay U goal`.
    Until(StateFormula, StateFormula),
    /// `G invariant`.
    Always(StateFormula),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// Whether a value or a comparison is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// `max=?`, `min=?`, or `=?` where there is nothing to choose.
    Value(Option<Sense>),
    /// A bound on every policy, or with `max` or `min` on that optimum.
    Threshold {
        /// The optimum that is compared, if it is named.
        sense: Option<Sense>,
        /// How.
        relation: Relation,
        /// With what.
        bound: Rational,
    },
}

/// A query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What is measured.
    pub quantity: Quantity,
    /// What is asked of it.
    pub asked: Asked,
    /// The path; discounted rewards have none.
    pub path: Option<Path>,
}

impl Query {
    /// The optimum that the query is about. A bound from above is one on the maximum, from below on the minimum.
    #[must_use]
    pub fn sense(&self) -> Option<Sense> {
        match &self.asked {
            Asked::Value(sense) => *sense,
            Asked::Threshold { sense: Some(sense), .. } => Some(*sense),
            Asked::Threshold { relation: Relation::Less | Relation::AtMost, .. } => Some(Sense::Max),
            Asked::Threshold { relation: Relation::Greater | Relation::AtLeast, .. } => Some(Sense::Min),
        }
    }
}

fn quoted(name: &Name) -> String {
    format!("\"{}\"", name.text)
}

impl fmt::Display for StateFormula {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::True => formatter.write_str("true"),
            Self::False => formatter.write_str("false"),
            Self::Label(name) => formatter.write_str(&quoted(name)),
            Self::Not(inner) => write!(formatter, "!{inner}"),
            Self::And(left, right) => write!(formatter, "({left} & {right})"),
            Self::Or(left, right) => write!(formatter, "({left} | {right})"),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eventually(goal) => write!(formatter, "F {goal}"),
            Self::Until(stay, goal) => write!(formatter, "{stay} U {goal}"),
            Self::Always(invariant) => write!(formatter, "G {invariant}"),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        })
    }
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.quantity {
            Quantity::Probability => formatter.write_str("P")?,
            Quantity::Reward(name) => write!(formatter, "R{{{}}}", quoted(name))?,
            Quantity::Steps => formatter.write_str("T")?,
            Quantity::Discounted(name) => write!(formatter, "V{{{}}}", quoted(name))?,
        }
        let word = |sense: &Option<Sense>| match sense {
            Some(Sense::Max) => "max",
            Some(Sense::Min) => "min",
            None => "",
        };
        match &self.asked {
            Asked::Value(sense) => write!(formatter, "{}=?", word(sense))?,
            Asked::Threshold { sense, relation, bound } => write!(formatter, "{}{relation}{bound}", word(sense))?,
        }
        match &self.path {
            Some(path) => write!(formatter, " [{path}]"),
            None => Ok(()),
        }
    }
}
