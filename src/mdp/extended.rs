//! Values of queries: rationals and both infinities.

use std::fmt;

use crate::mdp::Rational;

/// A rational, or an infinity. The order is that of the extended real line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extended {
    /// Below every rational.
    MinusInfinity,
    /// A rational.
    Finite(Rational),
    /// Above every rational.
    PlusInfinity,
}

impl Extended {
    /// The rational, unless the value is infinite.
    #[must_use]
    pub fn finite(&self) -> Option<&Rational> {
        match self {
            Self::Finite(value) => Some(value),
            Self::MinusInfinity | Self::PlusInfinity => None,
        }
    }
}

impl fmt::Display for Extended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MinusInfinity => formatter.write_str("-inf"),
            Self::Finite(value) => value.fmt(formatter),
            Self::PlusInfinity => formatter.write_str("inf"),
        }
    }
}

impl From<Rational> for Extended {
    fn from(value: Rational) -> Self {
        Self::Finite(value)
    }
}
