//! Exact values at a few states: exact numbers where an optimal policy goes from there, and proved bounds elsewhere.
//!
//! Let `u` be inductive for all choices, `u ≥ r + Pu` for a largest value: it bounds the optimal values `v` from above. Let
//! `x` be the exact values of a policy on a set of states that it does not leave. Then `x ≤ v ≤ u`, and `w`, which is `x` on
//! the set and `u` elsewhere, is inductive as soon as `x ≥ r + Pw` for every choice in the set: outside, `u ≥ r + Pu ≥ r + Pw`.
//! So `x ≤ v ≤ w` on the set: the policy is optimal from there. For a smallest value the other way round. Where a choice
//! leads out of the set and ties, or nearly so, the states that it leads to join the set.

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Extended, Mdp, Policy, StateId, StateSet};
use crate::solve::Sense;
use crate::solve::shortest_path::enclosure::Enclosure;
use crate::solve::shortest_path::evaluate::{Positions, Progress, evaluate};
use crate::solve::shortest_path::fractions::Fraction;
use crate::solve::shortest_path::incoming::Incoming;
use crate::solve::shortest_path::inductive_proof::{Proof, Side};
use crate::solve::shortest_path::limit::{Stopped, Unlimited};
use crate::solve::shortest_path::prepare::{Judge, Known, prepare};
use crate::solve::shortest_path::qualitative::{Graph, NONE};
use crate::solve::shortest_path::values::Values;
use crate::solve::shortest_path::weights::Weights;
use crate::solve::shortest_path::{Measure, Optimum};

/// How often the policy may turn out not to be optimal before this is given up.
const MOST_ATTEMPTS: usize = 8;

/// Bounds are over this power of 2 first: numbers that take little room in a certificate and where it is checked.
const COARSE_BITS: u32 = 31;

/// The set may grow to this part of the states, and another policy is tried while all sets together are smaller: beyond it, values of
/// all states cost no more.
const PART: usize = 2;

/// Optimal values at some states, and bounds of the others.
#[derive(Debug)]
pub struct ReachedOptimum {
    optimum: Optimum,
    exact: StateSet,
    bound: Vec<i64>,
    fraction_bits: u32,
}

impl ReachedOptimum {
    /// What graph analysis alone says: the infinite values.
    pub(super) fn infinite(optimum: Optimum) -> Self {
        let count = optimum.known.len();
        let mut exact = StateSet::with_capacity(count);
        exact.extend((0..count).filter(|&state| optimum.known[state] == Known::PlusInfinity));
        Self { optimum, exact, bound: vec![0; count], fraction_bits: 0 }
    }

    /// The value at a state, where it was computed.
    #[must_use]
    pub fn value(&self, state: StateId) -> Option<Extended> {
        self.exact.contains(state).then(|| self.optimum.value(state))
    }

    /// The states whose values are known.
    #[must_use]
    pub fn exact(&self) -> &StateSet {
        &self.exact
    }

    /// The values of those states, and a policy that attains them. Of other states it says nothing.
    #[must_use]
    pub fn optimum(&self) -> &Optimum {
        &self.optimum
    }

    /// Of the other states bounds that all policies keep to, over `2^`[`ReachedOptimum::fraction_bits`]: upper ones of a largest
    /// value, lower ones of a smallest.
    #[must_use]
    pub fn bound(&self, state: StateId) -> i64 {
        self.bound[state]
    }

    /// See [`ReachedOptimum::bound`].
    #[must_use]
    pub fn fraction_bits(&self) -> u32 {
        self.fraction_bits
    }
}

/// The optimum at some states. A policy may be proposed that ends, or of which every one does, if it is known to be good. `None` if bounds that prove themselves are not to be had (see [`super::inductive_bounds`]), or if
/// the values of a large part of the model matter for those that are asked for.
///
/// # Errors
/// When the budget is exhausted.
pub fn reached_optimum(
    mdp: &Mdp,
    measure: &Measure<'_>,
    sense: Sense,
    from: &[StateId],
    proposed: Option<&Policy>,
    budget: &Budget,
) -> Result<Option<ReachedOptimum>, Exhausted> {
    let weights = Weights::new(mdp, measure);
    // Without choices a policy goes everywhere.
    if mdp.choices() <= mdp.states() || !measure.has_inductive_bounds(sense, &weights) {
        return Ok(None);
    }
    let incoming = Incoming::new(mdp);
    let graph = Graph { mdp, incoming: &incoming };
    let prepared = prepare(graph, measure, sense, &StateSet::new());
    let wanted = (&[Side::Every][..], proposed);
    let Some(proof) = Proof::new(graph, &weights, &prepared, (measure, sense), wanted, budget)? else {
        return Ok(None);
    };
    let coarse = COARSE_BITS.min(proof.most_bits());
    let problem = Problem { mdp, weights: &weights, judge: Judge { prepared: &prepared, sense }, budget };
    let mut policy = proof.policy().to_vec();
    let mut evaluated = 0;
    for fraction_bits in [coarse, proof.most_bits()] {
        budget.check()?;
        let Some(bound) = proof.bound(Side::Every, fraction_bits) else { continue };
        if let Some((exact, values)) = problem.improved(from, (&bound, fraction_bits), &mut policy, &mut evaluated)? {
            let (numerators, denominators) = values.into_parts();
            let policy = Policy::new(policy.into_iter().map(chosen).collect());
            let optimum = Optimum { known: prepared.known, numerators, denominators, policy };
            return Ok(Some(ReachedOptimum { optimum, exact, bound, fraction_bits }));
        }
    }
    Ok(None)
}

/// What is to be solved.
struct Problem<'a> {
    mdp: &'a Mdp,
    weights: &'a Weights<'a>,
    judge: Judge<'a>,
    budget: &'a Budget,
}

impl<'a> Problem<'a> {
    /// Improves a policy until the bounds prove it optimal: the states whose values are known then, and these values. Adds to the
    /// count the states that are evaluated.
    fn improved(
        &self,
        from: &[StateId],
        (bound, fraction_bits): (&'a [i64], u32),
        policy: &mut [u32],
        evaluated: &mut usize,
    ) -> Result<Option<(StateSet, Values<'a>)>, Exhausted> {
        let (states, prepared) = (self.mdp.states(), self.judge.prepared);
        let mut known = StateSet::with_capacity(states);
        known.extend((0..states).filter(|&state| !prepared.is_open(state)));
        for _ in 0..MOST_ATTEMPTS {
            let mut attempt = Attempt {
                judge: self.judge,
                values: Values::new(self.mdp.compressed(), self.weights, states),
                positions: Positions::new(states),
                exact: known.clone(),
                bound,
                shift: 63 - fraction_bits,
                budget: self.budget,
            };
            for (state, _) in (0u32..).zip(&prepared.known).filter(|(_, known)| **known == Known::One) {
                attempt.values.set(state, Fraction::ONE);
            }
            match attempt.run(from, policy, evaluated)? {
                Outcome::Optimal => return Ok(Some((attempt.exact, attempt.values))),
                Outcome::Improved if *evaluated < states / PART => {}
                Outcome::Improved | Outcome::Large => return Ok(None),
            }
        }
        Ok(None)
    }
}

fn chosen(choice: u32) -> Option<usize> {
    (choice != NONE).then_some(choice as usize)
}

/// What came of a policy.
enum Outcome {
    Optimal,
    /// It is not optimal, and has been made better.
    Improved,
    /// Too many values matter.
    Large,
}

struct Attempt<'a> {
    judge: Judge<'a>,
    values: Values<'a>,
    positions: Positions,
    /// The states whose values are known exactly.
    exact: StateSet,
    bound: &'a [i64],
    /// What bounds are shifted by to be multiples of 2⁻⁶³.
    shift: u32,
    budget: &'a Budget,
}

impl Attempt<'_> {
    /// Adds to the count the states that it evaluates.
    fn run(&mut self, from: &[StateId], policy: &mut [u32], evaluated: &mut usize) -> Result<Outcome, Exhausted> {
        let rows = self.values.rows;
        let most = self.bound.len() / PART;
        let mut added = 0;
        let mut wanted: Vec<u32> = from.iter().filter_map(|&state| u32::try_from(state).ok()).collect();
        // States with choices that nothing has been found out about.
        let mut open: Vec<u32> = Vec::new();
        loop {
            self.budget.check()?;
            let batch = self.reached(&wanted, policy);
            added += batch.len();
            if added > most {
                return Ok(Outcome::Large);
            }
            self.evaluate(&batch, policy)?;
            *evaluated += batch.len();
            open.extend(batch.into_iter().filter(|&state| rows.choices(state as usize).len() > 1));
            wanted.clear();
            let mut better: Vec<(u32, u32)> = Vec::new();
            let mut undecided = Vec::new();
            for (count, &state) in open.iter().enumerate() {
                if count % 1024 == 0 {
                    self.budget.check()?;
                }
                let before = wanted.len();
                if let Some(choice) = self.better(state, policy[state as usize] as usize, &mut wanted) {
                    better.push((state, u32::try_from(choice).unwrap_or(NONE)));
                }
                if wanted.len() > before {
                    undecided.push(state);
                }
            }
            if !better.is_empty() {
                for (state, choice) in better {
                    policy[state as usize] = choice;
                }
                return Ok(Outcome::Improved);
            }
            if wanted.is_empty() {
                return Ok(Outcome::Optimal);
            }
            open = undecided;
        }
    }

    /// A choice that is better than that of the policy; or in `wanted` the states whose values have to be known to tell.
    fn better(&mut self, state: u32, own: usize, wanted: &mut Vec<u32>) -> Option<usize> {
        let (rows, judge) = (self.values.rows, self.judge);
        let others = rows.choices(state as usize).filter(|&choice| choice != own && judge.prepared.allows(choice));
        for choice in others {
            let is_known = |target: &u32| self.exact.contains(*target as usize);
            if rows.targets(choice).iter().all(is_known) {
                if judge.prefers(self.values.compare_with_own(choice, state)) {
                    return Some(choice);
                }
            } else if !self.is_surely_worse(choice, state) {
                wanted.extend(rows.targets(choice).iter().filter(|target| !self.exact.contains(**target as usize)));
            }
        }
        None
    }

    /// The states that are not known and that the policy goes to from some states.
    fn reached(&mut self, wanted: &[u32], policy: &[u32]) -> Vec<u32> {
        let rows = self.values.rows;
        let mut batch: Vec<u32> = Vec::new();
        let mut next = 0;
        for &state in wanted {
            if !self.exact.put(state as usize) {
                batch.push(state);
            }
        }
        while let Some(&state) = batch.get(next) {
            next += 1;
            for &target in rows.targets(policy[state as usize] as usize) {
                if !self.exact.put(target as usize) {
                    batch.push(target);
                }
            }
        }
        batch
    }

    /// The exact values of the policy.
    fn evaluate(&mut self, batch: &[u32], policy: &mut [u32]) -> Result<(), Exhausted> {
        for (index, &state) in (0u32..).zip(batch) {
            self.positions.in_block[state as usize] = index;
        }
        let mut progress = Progress::new(batch.len());
        let (values, positions) = (&mut self.values, &mut self.positions);
        let done = evaluate(values, None, policy, batch, positions, &mut progress, (&Unlimited, self.budget));
        for &state in batch {
            self.positions.in_block[state as usize] = NONE;
        }
        done.map_err(|stopped| match stopped {
            Stopped::Exhausted(exhausted) => exhausted,
            Stopped::Over(never) => match never {},
        })
    }

    /// Whether bounds show that a choice is worse than what the policy attains.
    fn is_surely_worse(&mut self, choice: usize, state: u32) -> bool {
        let Some(enclosure) = self.enclosure(choice) else { return false };
        let Some(own) = self.values.floor(state) else { return false };
        match self.judge.sense {
            Sense::Max => enclosure.is_below(own),
            Sense::Min => enclosure.is_above(own),
        }
    }

    /// An enclosure of `r + Σ p w`, with the bounds where values are not known.
    fn enclosure(&mut self, choice: usize) -> Option<Enclosure> {
        let rows = self.values.rows;
        let mut enclosure = Enclosure::of(self.values.weights.reward(choice).floor?);
        for (&target, &index) in rows.targets(choice).iter().zip(rows.probabilities(choice)) {
            let value = if self.exact.contains(target as usize) {
                self.values.floor(target)?
            } else {
                i128::from(self.bound[target as usize]) << self.shift
            };
            enclosure.add_product(self.values.weights.probabilities[index as usize].floor?, value)?;
        }
        Some(enclosure)
    }
}
