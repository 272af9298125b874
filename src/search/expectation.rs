//! Means over distributions.

use crate::mdp::{Distribution, Rational, StateId, Value};

/// `Σ ν(s) gain(s)`, −∞ as soon as a state of positive mass has value −∞.
#[must_use]
pub fn expectation(distribution: &Distribution, gain: impl Fn(StateId) -> Value) -> Value {
    let mut sum = Rational::ZERO;
    for (state, mass) in distribution.iter() {
        match gain(state) {
            Value::MinusInfinity => return Value::MinusInfinity,
            Value::Finite(value) => sum += mass * value,
        }
    }
    Value::Finite(sum)
}
