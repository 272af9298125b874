//! Bounds of probabilities and undiscounted rewards that prove themselves: floating point proposes values `w` and
//! expected steps `t`, and machine integers prove that `w + δt` and `w − δt` are inductive.
//!
//! For a largest value, `u ≥ r + Pu` for every choice makes `u` an upper bound, and `l ≤ r + Pl` for the choices of a policy
//! that ends makes `l` a lower one; for a smallest value the other way round (the superharmonic and subharmonic functions
//! of Puterman, *Markov Decision Processes*, 1994, chapter 7). As `t ≥ 1 + Pt`, the step that `δt` loses in each step pays
//! for the errors of `w`.

use rayon::prelude::*;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, CompressedRows, Mdp, Rational, StateId, StateSet};
use crate::solve::Sense;
use crate::solve::shortest_path::Measure;
use crate::solve::shortest_path::float_solution::{FloatSolution, solve_in_floats};
use crate::solve::shortest_path::incoming::Incoming;
use crate::solve::shortest_path::integers::{Integers, fits};
use crate::solve::shortest_path::prepare::{Known, Prepared, prepare};
use crate::solve::shortest_path::qualitative::{Graph, NONE};
use crate::solve::shortest_path::weights::Weights;

/// How many times the error seen is tried as `δ`.
const MULTIPLES: [i64; 3] = [4, 64, 4096];

/// States that one thread takes at a time.
const SHARE: usize = 1 << 12;

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
    let negative = weights.rewards.iter().any(|reward| reward.exact < Rational::ZERO);
    if matches!(measure, Measure::Discounted { .. }) || (negative && sense == Sense::Min) {
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
    let ends =
        !matches!((measure, sense), (Measure::Until { .. }, Sense::Max) | (Measure::RewardTo { .. }, Sense::Min));
    let proposal = solve_in_floats(mdp, &weights, &prepared, (sense, ends), budget)?;
    let Some(fraction_bits) = proposal.fraction_bits(&weights) else { return Ok(None) };
    let Some(integers) = Integers::new(mdp, &weights, fraction_bits) else { return Ok(None) };
    let probability = matches!(measure, Measure::Until { .. });
    let proof =
        Proof { rows: mdp.compressed(), integers, prepared: &prepared, proposal: &proposal, sense, probability };
    if !proof.ends(graph) {
        return Ok(None);
    }
    let centre = proposal.integers(fraction_bits);
    let mut sides = [None, None];
    for (side, bound) in [Side::Attained, Side::Every].into_iter().zip(&mut sides) {
        budget.check()?;
        *bound = proof.bound(side, &centre);
    }
    let [attained, every] = sides;
    // Probabilities are between 0 and 1 whether this is proved again or not.
    let trivial = |upper: bool| probability.then(|| vec![if upper { 1i64 << fraction_bits } else { 0 }; mdp.states()]);
    let (lower, upper) = match sense {
        Sense::Max => (attained, every),
        Sense::Min => (every, attained),
    };
    let (lower, upper) = (lower.or_else(|| trivial(false)), upper.or_else(|| trivial(true)));
    let policy = proposal.policy;
    Ok(lower.zip(upper).map(|(lower, upper)| InductiveBounds { lower, upper, fraction_bits, infinite, policy }))
}

/// Which of the two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// That of the policy proposed: it attains this much.
    Attained,
    /// That of all choices: none attains more.
    Every,
}

struct Proof<'a> {
    rows: CompressedRows<'a>,
    integers: Integers<'a>,
    prepared: &'a Prepared,
    proposal: &'a FloatSolution,
    sense: Sense,
    /// Whether values are probabilities, least fixpoints.
    probability: bool,
}

impl Proof<'_> {
    /// Whether the policy proposed ends from every open state.
    fn ends(&self, graph: Graph<'_>) -> bool {
        let count = self.prepared.known.len();
        let open: StateSet = (0..count).filter(|&state| self.prepared.is_open(state)).collect();
        let known: StateSet = (0..count).filter(|&state| !self.prepared.is_open(state)).collect();
        let policy = &self.proposal.policy;
        let taken = |choice: usize| policy[self.rows.owner[choice] as usize] as usize == choice;
        let ending = graph.possibly(&known, &open, taken).states;
        open.ones().all(|state| ending.contains(state))
    }

    /// Whether the bound is an upper one.
    fn is_upper(&self, side: Side) -> bool {
        (self.sense == Sense::Max) == (side == Side::Every)
    }

    /// By how much the inequality of a state is missed at most; not positive if it holds.
    fn miss(&self, side: Side, state: usize, values: &[i64]) -> i64 {
        let own = values[state];
        let of = |choice: usize| {
            let step = self.integers.one_step(choice, values);
            if self.is_upper(side) { step.high - own } else { own - step.low }
        };
        match side {
            Side::Attained => match self.proposal.policy[state] {
                NONE => i64::MAX,
                choice => of(choice as usize),
            },
            Side::Every => {
                let allowed = self.rows.choices(state).filter(|&choice| self.prepared.allows(choice));
                allowed.map(of).max().unwrap_or(i64::MAX)
            }
        }
    }

    fn worst_miss(&self, side: Side, values: &[i64]) -> i64 {
        (0..values.len())
            .into_par_iter()
            .with_min_len(SHARE)
            .filter(|&state| self.prepared.is_open(state))
            .map(|state| self.miss(side, state, values))
            .reduce(|| i64::MIN, i64::max)
    }

    /// Inductive numbers next to the centre.
    fn bound(&self, side: Side, centre: &[i64]) -> Option<Vec<i64>> {
        let steps = match side {
            Side::Attained => &self.proposal.steps,
            Side::Every => &self.proposal.most_steps,
        };
        let error = self.worst_miss(side, centre).max(1);
        MULTIPLES.into_iter().find_map(|multiple| {
            let delta = error.checked_mul(multiple)?;
            let moved = |(state, &value): (usize, &i64)| {
                if !self.prepared.is_open(state) {
                    return Some(value);
                }
                let shift = steps.times(state, delta)?;
                let bound = if self.is_upper(side) { value + shift } else { value - shift };
                // What bounds a least fixpoint from above is not negative.
                let sensible = bound >= 0 || !self.probability || !self.is_upper(side);
                (fits(bound) && sensible).then_some(bound)
            };
            let bound: Vec<i64> = centre.iter().enumerate().map(moved).collect::<Option<_>>()?;
            (self.worst_miss(side, &bound) <= 0).then_some(bound)
        })
    }
}
