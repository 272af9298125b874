//! Literals, and lemmas with what they follow from.

/// A variable or its negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Literal(pub(super) usize);

impl Literal {
    pub(super) fn new(variable: usize, holds: bool) -> Self {
        Self(2 * variable + usize::from(!holds))
    }

    pub(super) fn variable(self) -> usize {
        self.0 / 2
    }

    /// Whether the variable is to be true.
    pub(super) fn holds(self) -> bool {
        self.0.is_multiple_of(2)
    }

    pub(super) fn negated(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// Why a lemma holds.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// It was given.
    Given,
    /// When its literals are false, these lemmas, in this order, leave one literal each that must be true, the last none.
    Follows(Vec<usize>),
}

/// A clause that is not part of the structure.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    pub(super) literals: Vec<Literal>,
    pub(super) origin: Origin,
}
