//! Certified bounds of optimal values, in integers over one power of two, that prove themselves.
//!
//! Exact values of a large model that is one stochastic knot have as many digits as the knot has states. Most
//! questions need far fewer: whether a value is above a threshold, whether a choice is worse than another. An
//! [`Enclosure`] answers those. Floating point proposes it, exact integer residuals refine it ([`refine`]), and
//! exact integer inequalities, one for each choice, make it a proof. `proofs/theory/enclosures.md` says why.

mod evaluation;
mod lumping;
mod proposal;
mod quotient;
mod refine;
mod ties;

pub use ties::{alike_states, enclosed_optimal_choices};

use dashu_base::BitTest;
use dashu_int::{IBig, UBig};

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mask, Mdp, Policy, Rational, StateId, Value};
use crate::solve::meter::metered;
use crate::solve::stopping::Stopping;
use crate::solve::{Objective, Sense};

/// Lower and upper bounds of optimal values at all states, and a policy that attains the bound on its side.
///
/// With `l = lower / 2^fraction_bits`, `u = upper / 2^fraction_bits` and reward `r`, discount `γ` (reaching: `r = 0`,
/// `γ = 1`), these inequalities hold exactly:
///
/// - for a largest value, `u(s) ≥ r(s,a) + γ Σ P(s,a,s') u(s')` for *every* allowed choice, and
///   `l(s) ≤ r(s,π) + γ Σ P(s,π,s') l(s')` for the choice of the policy;
/// - for a smallest value, `l(s) ≤ r(s,a) + γ Σ P(s,a,s') l(s')` for every allowed choice, and
///   `u(s) ≥ r(s,π) + γ Σ P(s,π,s') u(s')` for the choice of the policy;
/// - at an absorbing state `l = u = 0`; when reaching, `l = u = 1` on the target and `0 ≤ l ≤ u ≤ 1` everywhere.
///
/// States whose value graph analysis alone tells (reaching surely or never) have `l = u` equal to it. A state of value −∞
/// has no bounds; for a largest total reward, *allowed* leaves out the choices that may lead to one. Undiscounted, the
/// policy surely leaves the states whose value graph analysis does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// How many bits of the integers are behind the point.
    pub fraction_bits: usize,
    /// The lower bound at each state, times `2^fraction_bits`; `None` where the value is −∞.
    pub lower: Vec<Option<IBig>>,
    /// The upper bound at each state, times `2^fraction_bits`; `None` where the value is −∞.
    pub upper: Vec<Option<IBig>>,
    /// A policy within the mask whose values lie within the bounds too.
    pub policy: Policy,
}

impl Enclosure {
    /// The lower bound at a state.
    #[must_use]
    pub fn lower_value(&self, state: StateId) -> Value {
        self.value(self.lower[state].as_ref())
    }

    /// The upper bound at a state.
    #[must_use]
    pub fn upper_value(&self, state: StateId) -> Value {
        self.value(self.upper[state].as_ref())
    }

    fn value(&self, bound: Option<&IBig>) -> Value {
        bound.map_or(Value::MinusInfinity, |bound| Value::Finite(self.rational(bound.clone())))
    }

    /// An integer of the enclosure as the number that it stands for.
    fn rational(&self, integer: IBig) -> Rational {
        let power = UBig::ONE << self.fraction_bits;
        Rational::from_parts(integer, power)
    }

    /// The largest distance between two bounds, in bits behind the point: all are closer than `2^-width`.
    #[must_use]
    pub fn agreeing_bits(&self) -> usize {
        let widest = self.lower.iter().zip(&self.upper).filter_map(|(lower, upper)| {
            let (Some(lower), Some(upper)) = (lower, upper) else { return None };
            Some((upper - lower).bit_len())
        });
        self.fraction_bits.saturating_sub(widest.max().unwrap_or(0))
    }
}

/// Encloses the optimum of an objective over the policies that use allowed choices only.
///
/// `bits` says how close the bounds are to be, in binary digits behind the point. An `earlier` enclosure of the same
/// problem is a start. The conditions are those of [`crate::solve::optimise`]. `None` if the bounds do not get that
/// close: the model mixes too slowly for the floating-point steps, or its numbers are too large for them.
///
/// # Errors
/// When the budget is exhausted.
pub fn enclose(
    mdp: &Mdp,
    objective: Objective<'_>,
    sense: Sense,
    mask: &Mask,
    bits: usize,
    earlier: Option<&Enclosure>,
    budget: &Budget,
) -> Result<Option<Enclosure>, Exhausted> {
    let problem = Stopping::new(mdp, objective, sense, mask);
    let quotient = quotient::Quotient::new(&problem);
    let floats = proposal::Floats::new(&quotient);
    let Some(guess) = floats.guess(earlier, budget)? else { return Ok(None) };
    metered(|| refine::refine(&floats, &quotient, guess, bits, budget))
}
