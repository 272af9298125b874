//! What rewards on a fixed decision process can say: which policies they can prefer, and to what.
//!
//! The value of a policy is linear in the reward: it is the product of the reward with the policy's occupancy
//! measure. Questions about all rewards are therefore questions about a few vectors, and are decided exactly:
//!
//! - [`separate`] finds a reward that satisfies linear conditions, or a combination of them that shows there is none;
//! - [`WeakOrder`]: which orders of policies some reward has, which pairs of rewards are *unhackable*, and which
//!   are *simplifications*;
//! - [`express`]: which sets of acceptable policies some reward expresses;
//! - [`Power`]: how much a state is worth to a reward drawn at random, and how often an option is the best one;
//! - [`AlignedCone`]: the rewards whose optimal policies are optimal for a given one;
//! - [`safe_data`], [`safe_process_data`]: the data distributions on which a small error of a learned reward cannot cost much,
//!   of a bandit and of a small process.
//!
//! [`order_evidence`], [`set_evidence`], [`power_evidence`], [`aligned_evidence`] and [`data_evidence`] answer these with evidence that
//! `proofs/rewards.py` checks.

mod aligned;
mod bisection;
mod coverage;
mod evidence;
mod expression;
mod linear;
mod occupancy;
mod options;
mod orders;
mod piecewise;
mod power;
mod process_coverage;
mod separation;
mod volume;

pub use aligned::AlignedCone;
pub use coverage::{SafeRow, safe_data, unsafe_reward};
pub use evidence::{
    EvidenceError, Shown, Sight, aligned_evidence, data_evidence, order_evidence, power_evidence, set_evidence,
};
pub use expression::{Acceptance, express};
pub use occupancy::{Episodes, UndiscountedError, deterministic_policies};
pub use options::{Options, OptionsError, far_sighted_options, options};
pub use orders::{WeakOrder, realise};
pub use piecewise::PiecewisePolynomial;
pub use power::Power;
pub use process_coverage::{CoverageError, ProcessRow, safe_process_data};
pub use separation::{Separation, separate};
pub use volume::{HalfSpace, volume};

use crate::mdp::Rational;

/// The product of two vectors of one length.
fn product(left: &[Rational], right: &[Rational]) -> Rational {
    left.iter().zip(right).fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}

/// `left - right`, entry by entry.
fn difference(left: &[Rational], right: &[Rational]) -> Vec<Rational> {
    left.iter().zip(right).map(|(a, b)| a - b).collect()
}
