//! The entry to exact optimisation.

use std::cmp::Ordering;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mask, Mdp, Policy, Rational, Value};
use crate::solve::improve::Comparison;
use crate::solve::meter::metered;
use crate::solve::stopping::Stopping;
use crate::solve::{Engine, Objective, Sense};

/// Optimal values and a deterministic policy that attains them from every state at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The optimal value at each state.
    pub values: Vec<Value>,
    /// A policy, within the mask, that attains them.
    pub policy: Policy,
}

/// The optimum of an objective over the policies that use allowed choices only.
///
/// `mask` leaves every state that is not absorbing at least one choice. Total rewards need an admissible
/// criterion ([`crate::solve::admissibility_defects`]).
///
/// ```
/// use lavaproof::budget::Budget;
/// use lavaproof::mdp::{Mask, MdpBuilder, Rational, Value};
/// use lavaproof::solve::{Engine, Objective, Sense, optimise};
/// let mut builder = MdpBuilder::default();
/// let (start, end) = (builder.state("start"), builder.state("end"));
/// builder.absorbing(end);
/// builder.choice(start, "stop", [(end, Rational::from(1))]);
/// builder.choice(start, "again", [(start, Rational::from(1))]);
/// let mdp = builder.build().expect("valid").mdp;
/// let objective = Objective::Reward {
///     reward: &[Rational::from(3), Rational::from(1)],
///     discount: &(Rational::from(1) / Rational::from(2)),
/// };
/// let (mask, budget) = (Mask::all(&mdp), Budget::unlimited());
/// let solution = optimise(&mdp, objective, Sense::Max, &mask, Engine::default(), &budget)?;
/// assert_eq!(solution.values[start], Value::Finite(Rational::from(3)));
/// # Ok::<(), lavaproof::budget::Exhausted>(())
/// ```
///
/// # Errors
/// When the budget is exhausted.
pub fn optimise(
    mdp: &Mdp,
    objective: Objective<'_>,
    sense: Sense,
    mask: &Mask,
    engine: Engine,
    budget: &Budget,
) -> Result<Solution, Exhausted> {
    engine.solve(&Stopping::new(mdp, objective, sense, mask), budget)
}

/// The optimal choices `A*(s) = argmax_a Q*(s, a)` for largest values, by exact equality.
///
/// `best` is the largest value over all policies; the choices of its policy attain it and need no comparison.
/// States of value −∞ keep all their choices: nothing is optimal there, and optimal policies never get there.
#[must_use]
pub fn optimal_choices(mdp: &Mdp, reward: &[Rational], discount: &Rational, best: &Solution) -> Mask {
    metered(|| {
        let comparison = Comparison::new(mdp, &best.values, discount);
        let mut mask = Mask::all(mdp);
        for (choice, gain) in reward.iter().enumerate() {
            let state = mdp.state_of(choice);
            let value = &best.values[state];
            let known = value.finite().is_none() || best.policy.choice(state) == Some(choice);
            if !known && comparison.against(choice, gain, value) != Ordering::Equal {
                mask.forbid(choice);
            }
        }
        mask
    })
}
