//! Which sets of acceptable policies a reward expresses, after Abel, Dabney, Harutyunyan, Ho, Littman, Precup, Singh, *On
//! the Expressivity of Markov Reward* (2021).

use crate::mdp::Rational;
use crate::rewards::{Separation, difference, separate};

/// What a reward that expresses a set has to say of the acceptable policies. Every other policy is worse than each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// They are equally good (the paper's equal SOAP).
    Equal,
    /// They may differ (the paper's range SOAP).
    Range,
}

/// A reward that expresses the set of acceptable policies among the policies with these occupancy measures, or the reason why none does.
///
/// `acceptable` says of each policy whether it is. A set of all policies, or of none, is expressed by the reward 0.
#[must_use]
pub fn express(measures: &[Vec<Rational>], acceptable: &[bool], acceptance: Acceptance) -> Separation {
    let of_kind =
        |kind: bool| measures.iter().zip(acceptable).filter(move |(_, own)| **own == kind).map(|(one, _)| one);
    let better = of_kind(true).flat_map(|good| of_kind(false).map(move |bad| difference(good, bad)));
    let strict: Vec<_> = better.collect();
    let mut equal = Vec::new();
    if acceptance == Acceptance::Equal {
        let mut accepted = of_kind(true);
        if let Some(first) = accepted.next() {
            equal.extend(accepted.map(|other| difference(other, first)));
        }
    }
    separate(&strict, &equal)
}
