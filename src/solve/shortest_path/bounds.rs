//! Certified bounds of discounted values at the speed of floating point: value iteration proposes numbers, and one pass
//! in machine integers proves how far they are off.
//!
//! With `T` the Bellman operator and `w` any numbers, let `T w ≤ w + δ` at every state, `δ ≥ 0`. Then `u = w + δ/(1−γ)`
//! satisfies `T u ≤ u`, and therefore bounds the optimal values from above; from below alike (MacQueen, *J. Math. Anal.
//! Appl.* 14, 1966). The pass computes `T w` in integers with the errors of rounding added to `δ`.

use dashu_int::IBig;
use rayon::prelude::*;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, Mdp, Rational, RewardStructure, StateId};
use crate::solve::Sense;
use crate::solve::shortest_path::Measure;
use crate::solve::shortest_path::integers::{Integers, Interval, fits};
use crate::solve::shortest_path::qualitative::NONE;
use crate::solve::shortest_path::value_iteration::propose;
use crate::solve::shortest_path::weights::Weights;

/// Bounds of the optimal values at all states.
#[derive(Debug, Clone)]
pub struct DiscountedBounds {
    centre: Vec<i64>,
    fraction_bits: u32,
    below: Rational,
    above: Rational,
    proved: Vec<Option<ChoiceId>>,
    greedy: Vec<u32>,
}

impl DiscountedBounds {
    fn centre(&self, state: StateId) -> Rational {
        Rational::from(self.centre[state]) / Rational::from(IBig::ONE << self.fraction_bits as usize)
    }

    /// The value at the state is at least this.
    #[must_use]
    pub fn lower(&self, state: StateId) -> Rational {
        self.centre(state) - &self.below
    }

    /// The value at the state is at most this.
    #[must_use]
    pub fn upper(&self, state: StateId) -> Rational {
        self.centre(state) + &self.above
    }

    /// The integers over `2^`[`DiscountedBounds::fraction_bits`] that the bounds are at fixed distances from.
    #[must_use]
    pub fn scaled(&self, state: StateId) -> i64 {
        self.centre[state]
    }

    /// See [`DiscountedBounds::scaled`].
    #[must_use]
    pub fn fraction_bits(&self) -> u32 {
        self.fraction_bits
    }

    /// What is to be added for the upper bounds, what is to be taken away for the lower ones.
    #[must_use]
    pub fn shift(&self, upper: bool) -> &Rational {
        if upper { &self.above } else { &self.below }
    }

    /// What the policy does that attains the lower bound of a maximum, the upper bound of a minimum; `None` at absorbing states.
    #[must_use]
    pub fn choice(&self, state: StateId) -> Option<ChoiceId> {
        let choice = self.greedy[state];
        (choice != NONE).then_some(choice as usize)
    }

    /// How far the bounds are apart, the same at every state.
    #[must_use]
    pub fn width(&self) -> Rational {
        &self.below + &self.above
    }

    /// The only optimal choice of each state, where the bounds prove that there is only one.
    #[must_use]
    pub fn proved_choices(&self) -> &[Option<ChoiceId>] {
        &self.proved
    }
}

/// What is to be proved of the centre.
struct Proof<'a> {
    integers: Integers<'a>,
    centre: &'a [i64],
    sense: Sense,
}

impl Proof<'_> {
    fn one_step(&self, choice: usize) -> Interval {
        self.integers.one_step(choice, self.centre)
    }

    /// Where `(T w)(s)` lies; `None` for an absorbing state.
    fn best(&self, state: usize) -> Option<Interval> {
        let steps = self.integers.rows.choices(state).map(|choice| self.one_step(choice));
        steps.reduce(|best, step| match self.sense {
            Sense::Max => Interval { low: best.low.max(step.low), high: best.high.max(step.high) },
            Sense::Min => Interval { low: best.low.min(step.low), high: best.high.min(step.high) },
        })
    }

    /// The choice whose step is surely the best, as far as that is seen.
    fn greedy(&self, state: usize) -> u32 {
        let choices = self.integers.rows.choices(state);
        let best = match self.sense {
            Sense::Max => choices.max_by_key(|&choice| self.one_step(choice).low),
            Sense::Min => choices.min_by_key(|&choice| self.one_step(choice).high),
        };
        best.and_then(|choice| u32::try_from(choice).ok()).unwrap_or(NONE)
    }

    /// `w − T w` and `T w − w` at most, at any state; both at least 0.
    fn residuals(&self) -> (i64, i64) {
        (0..self.centre.len())
            .into_par_iter()
            .with_min_len(1 << 12)
            .map(|state| {
                let own = self.centre[state];
                self.best(state).map_or((own.max(0), (-own).max(0)), |best| (own - best.low, best.high - own))
            })
            .reduce(|| (0, 0), |left, right| (left.0.max(right.0), left.1.max(right.1)))
    }

    /// The choice that is better than all others by more than `margin`, if there is one.
    fn only_best(&self, state: usize, margin: i64) -> Option<ChoiceId> {
        let choices = self.integers.rows.choices(state);
        let worth = |choice: &usize| self.one_step(*choice).low;
        let best = match self.sense {
            Sense::Max => choices.clone().max_by_key(worth),
            Sense::Min => choices.clone().min_by_key(worth),
        }?;
        let own = self.one_step(best);
        let clear = choices.filter(|&choice| choice != best).all(|choice| {
            let other = self.one_step(choice);
            match self.sense {
                Sense::Max => own.low - other.high > margin,
                Sense::Min => other.low - own.high > margin,
            }
        });
        clear.then_some(best)
    }
}

/// Bounds of the optimal discounted rewards that are at most `epsilon` apart, or as near to that as machine numbers get.
/// `None` when the numbers of the model do not fit into machine integers.
///
/// # Errors
/// When the budget is exhausted.
pub fn discounted_bounds(
    mdp: &Mdp,
    (reward, discount): (&RewardStructure, &Rational),
    sense: Sense,
    epsilon: &Rational,
    budget: &Budget,
) -> Result<Option<DiscountedBounds>, Exhausted> {
    let numbers = Weights::new(mdp, &Measure::Discounted { reward, discount });
    let rows = mdp.compressed();
    let Some(proposal) = propose(rows, &numbers, (sense, discount), epsilon, budget)? else { return Ok(None) };
    let bits = proposal.fraction_bits;
    let fitting = proposal.values.iter().all(|&value| fits(value));
    let (Some(integers), true) = (Integers::new(mdp, &numbers, bits), fitting) else { return Ok(None) };
    let proof = Proof { integers, centre: &proposal.values, sense };
    let (over, under) = proof.residuals();
    budget.check()?;
    let unit = Rational::ONE / Rational::from(IBig::ONE << bits as usize);
    // Rounded up to the unit of the centre, so that the sums are integers over the same power of 2.
    let shift = |residual: i64| Rational::from((Rational::from(residual) / (Rational::ONE - discount)).ceil()) * &unit;
    let (below, above) = (shift(over), shift(under));
    // A choice is worse by more than what the bounds leave open after one step.
    let open = ((&below + &above) * discount / &unit).ceil();
    let proved = match i64::try_from(open) {
        Ok(margin) => (0..mdp.states())
            .into_par_iter()
            .with_min_len(1 << 12)
            .map(|state| proof.only_best(state, margin))
            .collect(),
        Err(_) => vec![None; mdp.states()],
    };
    let greedy = (0..mdp.states()).into_par_iter().with_min_len(1 << 12).map(|state| proof.greedy(state)).collect();
    Ok(Some(DiscountedBounds { centre: proposal.values, fraction_bits: bits, below, above, proved, greedy }))
}
