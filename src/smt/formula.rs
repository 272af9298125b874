//! Boolean structure over literals and linear constraints.

use std::ops::Not;

use super::{LinConstraint, Model};

/// A Boolean variable of one solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoolVar(pub(super) usize);

/// A Boolean variable or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// The variable.
    pub variable: BoolVar,
    /// Whether the literal is the variable itself, and not its negation.
    pub positive: bool,
}

/// What a solver can be asked to make true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The literal is true.
    Literal(Literal),
    /// The constraint is true.
    Linear(LinConstraint),
    /// Every one of them holds; true if there are none.
    All(Vec<Formula>),
    /// At least one of them holds; false if there are none.
    Any(Vec<Formula>),
    /// At most one of the literals is true.
    AtMostOne(Vec<Literal>),
    /// One of the literals is true, and no other.
    ExactlyOne(Vec<Literal>),
}

impl Formula {
    /// At least one of the literals is true.
    #[must_use]
    pub fn clause(literals: impl IntoIterator<Item = impl Into<Literal>>) -> Self {
        Self::Any(literals.into_iter().map(|l| Self::Literal(l.into())).collect())
    }

    /// Not all of the literals are true: what rules out a choice that was found wanting.
    #[must_use]
    pub fn not_all(literals: impl IntoIterator<Item = impl Into<Literal>>) -> Self {
        Self::clause(literals.into_iter().map(|l| !l.into()))
    }

    /// If `guard` is true then `consequence` holds.
    #[must_use]
    pub fn implied(guard: impl Into<Literal>, consequence: impl Into<Formula>) -> Self {
        Self::Any(vec![Self::Literal(!guard.into()), consequence.into()])
    }

    /// Whether it is true under `model`.
    #[must_use]
    pub fn holds(&self, model: &Model) -> bool {
        let count = |literals: &[Literal]| literals.iter().filter(|l| model.is_true(**l)).count();
        match self {
            Formula::Literal(literal) => model.is_true(*literal),
            Formula::Linear(constraint) => constraint.holds(model),
            Formula::All(parts) => parts.iter().all(|part| part.holds(model)),
            Formula::Any(parts) => parts.iter().any(|part| part.holds(model)),
            Formula::AtMostOne(literals) => count(literals) <= 1,
            Formula::ExactlyOne(literals) => count(literals) == 1,
        }
    }
}

impl From<BoolVar> for Literal {
    fn from(variable: BoolVar) -> Self {
        Self { variable, positive: true }
    }
}

impl Not for Literal {
    type Output = Self;
    fn not(self) -> Self {
        Self { positive: !self.positive, ..self }
    }
}

impl Not for BoolVar {
    type Output = Literal;
    fn not(self) -> Literal {
        !Literal::from(self)
    }
}

impl From<BoolVar> for Formula {
    fn from(variable: BoolVar) -> Self {
        Self::Literal(variable.into())
    }
}

impl From<Literal> for Formula {
    fn from(literal: Literal) -> Self {
        Self::Literal(literal)
    }
}

impl From<LinConstraint> for Formula {
    fn from(constraint: LinConstraint) -> Self {
        Self::Linear(constraint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[a, b, c]` under the model where only `b` is true.
    fn only_b() -> ([BoolVar; 3], Model) {
        let model = Model::new(vec![false, true, false], vec![]);
        ([BoolVar(0), BoolVar(1), BoolVar(2)], model)
    }

    #[test]
    fn empty_conjunction_is_true_and_empty_disjunction_false() {
        let (_, model) = only_b();
        assert!(Formula::All(vec![]).holds(&model));
        assert!(!Formula::Any(vec![]).holds(&model));
        assert!(Formula::AtMostOne(vec![]).holds(&model));
        assert!(!Formula::ExactlyOne(vec![]).holds(&model));
    }

    #[test]
    fn each_form_means_what_it_says() {
        let ([a, b, c], model) = only_b();
        assert!(Formula::clause([a, b]).holds(&model));
        assert!(!Formula::clause([a, c]).holds(&model));
        assert!(Formula::not_all([a, b]).holds(&model));
        assert!(!Formula::not_all([!a, b.into()]).holds(&model));
        assert!(Formula::implied(a, c).holds(&model));
        assert!(!Formula::implied(b, c).holds(&model));
        assert!(Formula::ExactlyOne(vec![a.into(), b.into()]).holds(&model));
        assert!(!Formula::AtMostOne(vec![!a, b.into()]).holds(&model));
    }
}
