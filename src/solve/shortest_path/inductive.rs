//! Bounds of probabilities and undiscounted rewards that prove themselves.
//!
//! For a largest value, `u ≥ r + Pu` for every choice makes `u` an upper bound, and `l ≤ r + Pl` for the choices of a policy
//! that ends makes `l` a lower one; for a smallest value the other way round (the superharmonic and subharmonic functions
//! of Puterman, *Markov Decision Processes*, 1994, chapter 7).

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, Mdp, Rational, StateId, StateSet};
use crate::solve::Sense;
use crate::solve::shortest_path::Measure;
use crate::solve::shortest_path::incoming::Incoming;
use crate::solve::shortest_path::inductive_proof::{Proof, Side};
use crate::solve::shortest_path::prepare::{Known, prepare};
use crate::solve::shortest_path::qualitative::{Graph, NONE};
use crate::solve::shortest_path::weights::Weights;

/// Proved bounds of optimal values at all states whose value is finite.
#[derive(Debug, Clone)]
pub struct InductiveBounds {
    lower: Vec<i64>,
    upper: Vec<i64>,
    fraction_bits: u32,
    infinite: StateSet,
    policy: Vec<u32>,
}

impl InductiveBounds {
    /// The value at the state is between these; `None` where it is infinite.
    #[must_use]
    pub fn at(&self, state: StateId) -> Option<(Rational, Rational)> {
        let number = |integer: i64| Rational::from(integer) / Rational::from(1u64 << self.fraction_bits);
        (!self.infinite.contains(state)).then(|| (number(self.lower[state]), number(self.upper[state])))
    }

    /// A bound as an integer over `2^`[`InductiveBounds::fraction_bits`]; `None` where the value is infinite.
    #[must_use]
    pub fn scaled(&self, state: StateId, upper: bool) -> Option<i64> {
        (!self.infinite.contains(state)).then(|| if upper { self.upper[state] } else { self.lower[state] })
    }

    /// See [`InductiveBounds::scaled`].
    #[must_use]
    pub fn fraction_bits(&self) -> u32 {
        self.fraction_bits
    }

    /// What the policy does that attains the lower bound of a maximum, the upper bound of a minimum.
    #[must_use]
    pub fn choice(&self, state: StateId) -> Option<ChoiceId> {
        let choice = self.policy[state];
        (choice != NONE).then_some(choice as usize)
    }
}

/// Bounds of the optimum of a probability or a reward until a goal. `None` if there are none that prove themselves, if the
/// value at one of the states of interest is infinite, and for discounted rewards, which have bounds of their own.
///
/// # Errors
/// When the budget is exhausted.
pub fn inductive_bounds(
    mdp: &Mdp,
    measure: &Measure<'_>,
    sense: Sense,
    interest: &[StateId],
    budget: &Budget,
) -> Result<Option<InductiveBounds>, Exhausted> {
    let weights = Weights::new(mdp, measure);
    if !measure.has_inductive_bounds(sense, &weights) {
        return Ok(None);
    }
    let incoming = Incoming::new(mdp);
    let graph = Graph { mdp, incoming: &incoming };
    let prepared = prepare(graph, measure, sense, &StateSet::new());
    let is_infinite = |state: &StateId| prepared.known[*state] == Known::PlusInfinity;
    let infinite: StateSet = (0..mdp.states()).filter(is_infinite).collect();
    if interest.iter().any(|&state| infinite.contains(state)) {
        return Ok(None);
    }
    let wanted = (&[Side::Attained, Side::Every][..], None);
    let proof = Proof::new(graph, &weights, &prepared, (measure, sense), wanted, budget)?;
    let Some(proof) = proof else { return Ok(None) };
    let fraction_bits = proof.most_bits();
    let mut sides = [None, None];
    for (side, bound) in [Side::Attained, Side::Every].into_iter().zip(&mut sides) {
        budget.check()?;
        *bound = proof.bound(side, fraction_bits);
    }
    let [attained, every] = sides;
    let probability = matches!(measure, Measure::Until { .. });
    // Probabilities are between 0 and 1 whether this is proved again or not.
    let trivial = |upper: bool| probability.then(|| vec![if upper { 1i64 << fraction_bits } else { 0 }; mdp.states()]);
    let (lower, upper) = match sense {
        Sense::Max => (attained, every),
        Sense::Min => (every, attained),
    };
    let (lower, upper) = (lower.or_else(|| trivial(false)), upper.or_else(|| trivial(true)));
    let policy = proof.policy().to_vec();
    Ok(lower.zip(upper).map(|(lower, upper)| InductiveBounds { lower, upper, fraction_bits, infinite, policy }))
}
