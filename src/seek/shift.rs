//! How far deployment must shift before a fixed policy does harm, in closed form.
//!
//! For one policy harm is linear in the distribution, `Σ μ(s) g(s) < floor`. The least of the left-hand side over a
//! ball is a convex, piecewise linear function of its size, which falls strictly until it is as low as it can be. So
//! it meets the floor at one size: up to it there is no harm, beyond it there is
//! (`proofs/theory/searches.md`).

use crate::mdp::{Distribution, Rational, StateId, Value};
use crate::seek::subject::Gains;

/// From where on a policy does harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Onset {
    /// On the center itself.
    AtOnce,
    /// On some distribution of every larger ball, and on none of this one.
    Beyond(Rational),
    /// On no ball.
    Never,
}

/// Balls around a distribution that grow with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Distance {
    /// Total variation: half the L1 distance; mass may move to any situation.
    TotalVariation,
    /// The largest factor by which a mass may grow; mass stays on the support.
    LikelihoodRatio,
}

impl Distance {
    /// Where a policy begins to do harm around `center`, mass moving within `over`.
    pub(super) fn onset(self, center: &Distribution, over: &[StateId], gains: &Gains) -> Onset {
        let Value::Finite(start) = gains.mean(center) else { return Onset::AtOnce };
        if start < gains.floor {
            return Onset::AtOnce;
        }
        match self {
            Self::TotalVariation => total_variation(center, over, gains, start),
            Self::LikelihoodRatio => likelihood_ratio(center, gains),
        }
    }
}

/// Mass moves from the highest gains to the lowest gain of all.
fn total_variation(center: &Distribution, over: &[StateId], gains: &Gains, start: Rational) -> Onset {
    let Some(lowest) = over.iter().map(|&state| &gains.values[state]).min() else { return Onset::Never };
    let Value::Finite(lowest) = lowest else { return Onset::Beyond(Rational::ZERO) };
    if lowest >= &gains.floor {
        return Onset::Never;
    }
    let mut from: Vec<(&Rational, &Rational)> =
        center.iter().filter_map(|(state, mass)| Some((gains.values[state].finite()?, mass))).collect();
    from.sort_by(|left, right| right.0.cmp(left.0));
    let mut radius = Rational::ZERO;
    let mut mean = start;
    for (gain, mass) in from {
        let step = gain - lowest;
        let lower = &mean - &step * mass;
        if lower < gains.floor {
            return Onset::Beyond(radius + (mean - &gains.floor) / step);
        }
        mean = lower;
        radius += mass;
    }
    // All mass is at the lowest gain, which is below the floor: the loop has passed the floor before.
    Onset::Never
}

/// The lowest gains are filled first, each up to the factor times its mass.
fn likelihood_ratio(center: &Distribution, gains: &Gains) -> Onset {
    let mut support: Vec<(&Rational, &Rational)> =
        center.iter().filter_map(|(state, mass)| Some((gains.values[state].finite()?, mass))).collect();
    support.sort_by(|left, right| left.0.cmp(right.0));
    if support.first().is_none_or(|(lowest, _)| *lowest >= &gains.floor) {
        return Onset::Never;
    }
    // With the first `full` filled and the rest of the mass on the next one: linear in the factor.
    for full in (0..support.len()).rev() {
        let next = support[full].0;
        let filled = &support[..full];
        let mass = filled.iter().fold(Rational::ZERO, |sum, (_, mass)| sum + *mass);
        let slope = filled.iter().fold(Rational::ZERO, |sum, (gain, mass)| sum + *mass * (*gain - next));
        if slope.is_zero() {
            continue;
        }
        let factor = (&gains.floor - next) / &slope;
        let from = Rational::ONE / (&mass + support[full].1);
        let to = Rational::ONE / &mass;
        if factor >= from && factor <= to {
            return Onset::Beyond(factor);
        }
    }
    Onset::Never
}
