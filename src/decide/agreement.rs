//! Rewards that agree wherever episodes can go: what is optimal for one is optimal for the other.
//!
//! If `X = k · Y` with `k > 0` on every choice that can be reached from the situations in question, then
//! `J_X = k · J_Y` there for every policy, so a policy within `ε` of the best for `X` is within `ε / k` of
//! the best for `Y`, whatever the class of policies. No values are needed.

use crate::decide::threshold::{Bound, bound_of};
use crate::decide::verdict::Undecided;
use crate::decomposition::{Atom, RewardName};
use crate::mdp::{Rational, StateId};
use crate::search::Arena;
use crate::solve::reachable_under;

/// Whether every policy of `Opt_ε(reward, μ)` has the atom's property at `μ`, for every `μ` on `support`.
pub(super) fn implied(
    arena: &Arena<'_>,
    reward: RewardName,
    atom: &Atom,
    support: &[StateId],
) -> Result<bool, Undecided> {
    let Bound::Regret(other, slack) = bound_of(arena, atom)? else { return Ok(false) };
    let epsilon = &arena.problem.learner.epsilon;
    Ok(match scale(arena, reward, other, support) {
        Scale::Free => true,
        Scale::Factor(factor) => epsilon / factor <= slack,
        Scale::None => false,
    })
}

enum Scale {
    /// The second reward is 0 everywhere: all policies are equally good.
    Free,
    /// The first reward is this positive multiple of the second.
    Factor(Rational),
    /// Neither.
    None,
}

fn scale(arena: &Arena<'_>, first: RewardName, second: RewardName, support: &[StateId]) -> Scale {
    let mdp = &arena.problem.mdp;
    let (first, second) = (arena.reward(first), arena.reward(second));
    let reached = reachable_under(mdp, arena.everything(), support.iter().copied());
    let choices = || reached.ones().flat_map(|state| mdp.choices_of(state));
    let Some(sample) = choices().find(|&choice| !second[choice].is_zero()) else { return Scale::Free };
    let factor = &first[sample] / &second[sample];
    if factor > Rational::ZERO && choices().all(|choice| first[choice] == &factor * &second[choice]) {
        Scale::Factor(factor)
    } else {
        Scale::None
    }
}
