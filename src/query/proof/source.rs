//! The numbers of an answer, as vectors of a certificate (`proofs/FORMAT.md`, section 2.2).

use std::fmt::Write as _;

use dashu_int::{IBig, UBig};

use crate::mdp::{ChoiceId, Rational, StateId, StateSet};
use crate::query::answer::{Answer, Values};
use crate::solve::{DiscountedBounds, InductiveBounds, Optimum, ReachedOptimum};

/// Where bounds come from: exact values are bounds on both sides.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Exact(&'a Optimum),
    Reached(&'a ReachedOptimum),
    Discounted(&'a DiscountedBounds),
    Inductive(&'a InductiveBounds),
}

/// Which numbers, and with which sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) upper: bool,
    pub(super) negated: bool,
}

impl<'a> Source<'a> {
    pub(super) fn of(answer: &'a Answer) -> Self {
        match &answer.values {
            Values::Exact { optimum, .. } => Self::Exact(optimum),
            Values::Reached { optimum, .. } => Self::Reached(optimum),
            Values::Discounted(bounds) => Self::Discounted(bounds),
            Values::Inductive { bounds, .. } => Self::Inductive(bounds),
        }
    }

    pub(super) fn is_finite(&self, state: StateId) -> bool {
        match self {
            Self::Exact(optimum) => optimum.fraction(state).is_some(),
            Self::Reached(optimum) => optimum.optimum().fraction(state).is_some(),
            Self::Discounted(_) => true,
            Self::Inductive(bounds) => bounds.scaled(state, true).is_some(),
        }
    }

    /// Whether the value is −∞.
    pub(super) fn is_unattained(&self, state: StateId) -> bool {
        matches!(self, Self::Exact(optimum) if optimum.is_unattained(state))
    }

    /// Whether the lower bound is positive.
    pub(super) fn is_positive(&self, state: StateId) -> bool {
        match self {
            Self::Exact(optimum) => is_positive(optimum, state),
            Self::Reached(optimum) if optimum.exact().contains(state) => is_positive(optimum.optimum(), state),
            Self::Reached(optimum) => optimum.bound(state) > 0,
            Self::Discounted(bounds) => bounds.lower(state) > Rational::ZERO,
            Self::Inductive(bounds) => bounds.scaled(state, false).is_some_and(|integer| integer > 0),
        }
    }

    /// A bound, with the sign that is asked for; `None` where the value is infinite.
    pub(super) fn at(&self, state: StateId, side: Side) -> Option<Rational> {
        let value = match self {
            Self::Exact(optimum) => optimum.value(state).finite()?.clone(),
            Self::Reached(optimum) => match optimum.value(state) {
                Some(value) => value.finite()?.clone(),
                None => {
                    Rational::from(optimum.bound(state)) / Rational::from(IBig::ONE << optimum.fraction_bits() as usize)
                }
            },
            Self::Discounted(bounds) if side.upper => bounds.upper(state),
            Self::Discounted(bounds) => bounds.lower(state),
            Self::Inductive(bounds) => {
                let (lower, upper) = bounds.at(state)?;
                if side.upper { upper } else { lower }
            }
        };
        Some(if side.negated { -value } else { value })
    }

    /// What the attaining policy does.
    pub(super) fn choice(&self, state: StateId) -> Option<ChoiceId> {
        match self {
            Self::Exact(optimum) => optimum.policy().choice(state),
            Self::Reached(optimum) => optimum.optimum().policy().choice(state),
            Self::Discounted(bounds) => bounds.choice(state),
            Self::Inductive(bounds) => bounds.choice(state),
        }
    }

    /// What is added to the vector where an execution goes on.
    pub(super) fn shift(&self, side: Side) -> Rational {
        let Self::Discounted(bounds) = self else { return Rational::ZERO };
        let shift = bounds.shift(side.upper).clone();
        if side.upper == side.negated { -shift } else { shift }
    }

    /// The numbers on a domain; `beyond` has those of states whose value is infinite.
    pub(super) fn vector(
        &self,
        domain: &StateSet,
        count: usize,
        side: Side,
        beyond: &dyn Fn(StateId) -> Option<Rational>,
    ) -> String {
        let sign = |integer: i64| if side.negated { -integer } else { integer };
        let dyadic = |bits: u32, entry: &dyn Fn(StateId) -> i64| {
            let mut text = format!("dyadic {bits} {count}");
            for state in 0..count {
                let _ = if domain.contains(state) { write!(text, " {}", entry(state)) } else { write!(text, " -") };
            }
            text
        };
        let mut column = Column { text: format!("rational {count}"), over: None };
        match self {
            Self::Discounted(bounds) => return dyadic(bounds.fraction_bits(), &|state| sign(bounds.scaled(state))),
            Self::Inductive(bounds) if domain.ones().all(|state| self.is_finite(state)) => {
                let entry = |state| bounds.scaled(state, side.upper).map_or(0, sign);
                return dyadic(bounds.fraction_bits(), &entry);
            }
            Self::Exact(_) | Self::Reached(_) | Self::Inductive(_) => {}
        }
        for state in 0..count {
            if !domain.contains(state) {
                column.text.push_str(" -");
                continue;
            }
            match (self, beyond(state)) {
                (_, Some(number)) => column.put(number.numerator(), None, number.denominator()),
                (Self::Exact(optimum), None) => column.put_value(optimum, state, side),
                (Self::Reached(optimum), None) if optimum.exact().contains(state) => {
                    column.put_value(optimum.optimum(), state, side);
                }
                (Self::Reached(optimum), None) => {
                    let entry = IBig::from(sign(optimum.bound(state)));
                    column.put(&entry, Some(usize::MAX), &(UBig::ONE << optimum.fraction_bits() as usize));
                }
                (Self::Inductive(bounds), None) => {
                    let entry = IBig::from(bounds.scaled(state, side.upper).map_or(0, sign));
                    column.put(&entry, Some(0), &(UBig::ONE << bounds.fraction_bits() as usize));
                }
                (Self::Discounted(_), None) => {}
            }
        }
        column.text
    }
}

fn is_positive(optimum: &Optimum, state: StateId) -> bool {
    optimum.fraction(state).is_some_and(|(numerator, _)| *numerator > IBig::ZERO)
}

/// A vector of numbers over denominators that change seldom.
struct Column {
    text: String,
    /// Which of the shared denominators holds.
    over: Option<usize>,
}

impl Column {
    /// A value, if it is finite.
    fn put_value(&mut self, optimum: &Optimum, state: StateId, side: Side) {
        let Some((numerator, denominator)) = optimum.fraction(state) else { return };
        let shared = &optimum.denominators()[denominator];
        if side.negated {
            self.put(&-numerator, Some(denominator), shared);
        } else {
            self.put(numerator, Some(denominator), shared);
        }
    }

    fn put(&mut self, numerator: &IBig, shared: Option<usize>, denominator: &UBig) {
        // Zero is zero over any denominator, and over none.
        if (shared.is_none() || shared != self.over) && !numerator.is_zero() {
            let _ = write!(self.text, " over {denominator}");
            self.over = shared;
        }
        let _ = write!(self.text, " {numerator}");
    }
}
