//! Certified bounds of discounted values at the speed of floating point: value iteration proposes numbers, and one pass
//! in machine integers proves how far they are off.
//!
//! With `T` the Bellman operator and `w` any numbers, let `T w ≤ w + δ` at every state, `δ ≥ 0`. Then `u = w + δ/(1−γ)`
//! satisfies `T u ≤ u`, and therefore bounds the optimal values from above; from below alike (MacQueen, *J. Math. Anal.
//! Appl.* 14, 1966). The pass computes `T w` in integers with the errors of rounding added to `δ`.

use dashu_int::IBig;
use dashu_int::ops::DivRemEuclid;
use rayon::prelude::*;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, CompressedRows, Mdp, Rational, RewardStructure, StateId};
use crate::solve::Sense;
use crate::solve::shortest_path::Measure;
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

/// The rows of the model in machine integers.
struct Integers<'a> {
    rows: CompressedRows<'a>,
    /// `floor(γp · 2⁶³)` by index of the probability.
    weights: Vec<u64>,
    /// `floor(r · 2^fraction_bits)` by index of the reward.
    rewards: Vec<i64>,
    reward_of: &'a [u32],
    centre: &'a [i64],
    sense: Sense,
}

/// An integer interval that holds a number.
#[derive(Debug, Clone, Copy)]
struct Interval {
    low: i64,
    high: i64,
}

impl Integers<'_> {
    /// Where `r + γ Σ P w` lies. Numbers stay below 2⁶⁰ and weights sum to at most 2⁶³, so that nothing overflows.
    fn one_step(&self, choice: usize) -> Interval {
        let targets = self.rows.targets(choice);
        let sum = targets.iter().zip(self.rows.probabilities(choice)).fold(0i128, |sum, (&target, &index)| {
            sum + i128::from(self.centre[target as usize]) * i128::from(self.weights[index as usize])
        });
        // Each weight is short by less than 2⁻⁶³ of a number below 2⁶⁰: less than one unit for each successor.
        let slack = i64::try_from(targets.len()).unwrap_or(i64::MAX >> 8);
        let floor = i64::try_from(sum >> 63).unwrap_or(0) + self.rewards[self.reward_of[choice] as usize];
        Interval { low: floor - slack, high: floor + slack + 2 }
    }

    /// Where `(T w)(s)` lies; `None` for an absorbing state.
    fn best(&self, state: usize) -> Option<Interval> {
        let steps = self.rows.choices(state).map(|choice| self.one_step(choice));
        steps.reduce(|best, step| match self.sense {
            Sense::Max => Interval { low: best.low.max(step.low), high: best.high.max(step.high) },
            Sense::Min => Interval { low: best.low.min(step.low), high: best.high.min(step.high) },
        })
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
        let choices = self.rows.choices(state);
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
    let floor = |value: &Rational| {
        let (floor, _) = (value.numerator() << bits as usize).div_rem_euclid(IBig::from(value.denominator().clone()));
        i64::try_from(floor).ok().filter(|floor| floor.unsigned_abs() < 1 << 60)
    };
    let rewards: Option<Vec<i64>> = reward.distinct().iter().map(floor).collect();
    let weights: Option<Vec<u64>> =
        numbers.probabilities.iter().map(|number| u64::try_from(number.floor?).ok()).collect();
    let fits = proposal.values.iter().all(|value| value.unsigned_abs() < 1 << 60);
    let (Some(rewards), Some(weights), true) = (rewards, weights, fits) else { return Ok(None) };
    let integers = Integers { rows, weights, rewards, reward_of: reward.indices(), centre: &proposal.values, sense };
    let (over, under) = integers.residuals();
    budget.check()?;
    let unit = Rational::ONE / Rational::from(IBig::ONE << bits as usize);
    let shift = |residual: i64| Rational::from(residual) * &unit / (Rational::ONE - discount);
    let (below, above) = (shift(over), shift(under));
    // A choice is worse by more than what the bounds leave open after one step.
    let open = ((&below + &above) * discount / &unit).ceil();
    let proved = match i64::try_from(open) {
        Ok(margin) => (0..mdp.states())
            .into_par_iter()
            .with_min_len(1 << 12)
            .map(|state| integers.only_best(state, margin))
            .collect(),
        Err(_) => vec![None; mdp.states()],
    };
    Ok(Some(DiscountedBounds { centre: proposal.values, fraction_bits: bits, below, above, proved }))
}
