//! Values of policies: rationals, and −∞ for undiscounted policies that never stop.

use std::fmt;

use crate::mdp::Rational;

/// A value. The order puts −∞ below every rational.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A `total` reward of a policy that, with positive probability, never stops.
    MinusInfinity,
    /// A rational value.
    Finite(Rational),
}

impl Value {
    /// The value 0.
    pub const ZERO: Self = Self::Finite(Rational::ZERO);

    /// The rational, unless the value is −∞.
    #[must_use]
    pub fn finite(&self) -> Option<&Rational> {
        match self {
            Self::MinusInfinity => None,
            Self::Finite(value) => Some(value),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MinusInfinity => formatter.write_str("-inf"),
            Self::Finite(value) => value.fmt(formatter),
        }
    }
}

impl From<Rational> for Value {
    fn from(value: Rational) -> Self {
        Self::Finite(value)
    }
}
