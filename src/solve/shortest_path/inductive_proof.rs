//! Inductive numbers: floating point proposes values `w` and expected steps `t`, and machine integers prove that `w + δt` and
//! `w − δt` are inductive.
//!
//! As `t ≥ c + Pt` for some `c > 0`, the step that `δt` loses in each step pays for the errors of `w`.

use rayon::prelude::*;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mdp, Policy, StateSet};
use crate::solve::Sense;
use crate::solve::shortest_path::Measure;
use crate::solve::shortest_path::float_solution::{FloatSolution, solve_in_floats};
use crate::solve::shortest_path::integers::{Integers, fits};
use crate::solve::shortest_path::prepare::Prepared;
use crate::solve::shortest_path::qualitative::{Graph, NONE};
use crate::solve::shortest_path::weights::Weights;

/// How many times the error seen is tried as `δ`.
const MULTIPLES: [i64; 3] = [4, 64, 4096];

/// States that one thread takes at a time.
const SHARE: usize = 1 << 12;

/// Which of the two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// That of the policy proposed: it attains this much.
    Attained,
    /// That of all choices: none attains more.
    Every,
}

/// A proposal, from which integers are to prove bounds.
pub(super) struct Proof<'a> {
    mdp: &'a Mdp,
    weights: &'a Weights<'a>,
    prepared: &'a Prepared,
    proposal: FloatSolution,
    most_bits: u32,
    sense: Sense,
    /// Whether values are probabilities, least fixpoints.
    probability: bool,
}

impl<'a> Proof<'a> {
    /// Solves the model in floating point. `None` if the numbers do not fit, or if the policy that is proposed does not end.
    pub(super) fn new(
        graph: Graph<'a>,
        weights: &'a Weights<'a>,
        prepared: &'a Prepared,
        (measure, sense): (&Measure<'_>, Sense),
        (sides, proposed): (&[Side], Option<&Policy>),
        budget: &Budget,
    ) -> Result<Option<Self>, Exhausted> {
        let mdp = graph.mdp;
        let kind = (sense, measure.ends(sense));
        let counted = sides.contains(&Side::Attained);
        let proposal = solve_in_floats(mdp, weights, prepared, kind, (counted, proposed), budget)?;
        let Some(most_bits) = proposal.fraction_bits(weights) else { return Ok(None) };
        let probability = matches!(measure, Measure::Until { .. });
        let proof = Self { mdp, weights, prepared, proposal, most_bits, sense, probability };
        Ok(proof.ends(graph).then_some(proof))
    }

    /// Bounds may be integers over powers of 2 up to this one.
    pub(super) fn most_bits(&self) -> u32 {
        self.most_bits
    }

    /// The policy that is proposed.
    pub(super) fn policy(&self) -> &[u32] {
        &self.proposal.policy
    }

    /// Whether the policy proposed ends from every open state.
    fn ends(&self, graph: Graph<'_>) -> bool {
        let count = self.prepared.known.len();
        let open: StateSet = (0..count).filter(|&state| self.prepared.is_open(state)).collect();
        let known: StateSet = (0..count).filter(|&state| !self.prepared.is_open(state)).collect();
        let policy = &self.proposal.policy;
        let owner = self.mdp.compressed().owner;
        let taken = |choice: usize| policy[owner[choice] as usize] as usize == choice;
        let ending = graph.possibly(&known, &open, taken).states;
        open.ones().all(|state| ending.contains(state))
    }

    /// Whether the bound is an upper one.
    fn is_upper(&self, side: Side) -> bool {
        (self.sense == Sense::Max) == (side == Side::Every)
    }

    /// By how much the inequality of a state is missed at most; not positive if it holds.
    fn miss(&self, side: Side, state: usize, (integers, values): (&Integers<'_>, &[i64])) -> i64 {
        let own = values[state];
        let of = |choice: usize| {
            let step = integers.one_step(choice, values);
            if self.is_upper(side) { step.high - own } else { own - step.low }
        };
        match side {
            Side::Attained => match self.proposal.policy[state] {
                NONE => i64::MAX,
                choice => of(choice as usize),
            },
            Side::Every => {
                let allowed = integers.rows.choices(state).filter(|&choice| self.prepared.allows(choice));
                allowed.map(of).max().unwrap_or(i64::MAX)
            }
        }
    }

    fn worst_miss(&self, side: Side, integers: &Integers<'_>, values: &[i64]) -> i64 {
        (0..values.len())
            .into_par_iter()
            .with_min_len(SHARE)
            .filter(|&state| self.prepared.is_open(state))
            .map(|state| self.miss(side, state, (integers, values)))
            .reduce(|| i64::MIN, i64::max)
    }

    /// Inductive numbers next to those proposed, over `2^fraction_bits`.
    pub(super) fn bound(&self, side: Side, fraction_bits: u32) -> Option<Vec<i64>> {
        let integers = Integers::new(self.mdp, self.weights, fraction_bits)?;
        let centre = self.proposal.integers(fraction_bits);
        let one = 1i64 << fraction_bits;
        let steps = match side {
            Side::Attained => &self.proposal.steps,
            Side::Every => &self.proposal.most_steps,
        };
        let error = self.worst_miss(side, &integers, &centre).max(1);
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
            let mut bound: Vec<i64> = centre.iter().enumerate().map(moved).collect::<Option<_>>()?;
            if self.worst_miss(side, &integers, &bound) > 0 {
                return None;
            }
            if self.probability && self.is_upper(side) {
                // The lesser of two inductive upper bounds is one, and 1 is one: also where the goal is surely reached, and
                // other choices lead to states of which more than 1 has been proved.
                bound.iter_mut().for_each(|number| *number = one.min(*number));
            }
            Some(bound)
        })
    }
}
