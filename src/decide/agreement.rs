//! Rewards that agree wherever episodes can go: what is optimal for one is optimal for the other.
//!
//! If `X = k · Y` with `k > 0` on every choice that can be reached from the situations in question, then
//! `J_X = k · J_Y` there for every policy, so a policy within `ε` of the best for `X` is within `ε / k` of
//! the best for `Y`, whatever the class of policies. No values are needed.

use crate::decide::threshold::{Bound, bound_of};
use crate::decide::verdict::Undecided;
use crate::decomposition::{Atom, RewardName};
use crate::mdp::StateId;
use crate::search::{Agreement, Arena, agreement};

/// Whether every policy of `Opt_ε(reward, μ)` has the atom's property at `μ`, for every `μ` on `support`.
pub(super) fn implied(
    arena: &Arena<'_>,
    reward: RewardName,
    atom: &Atom,
    support: &[StateId],
) -> Result<bool, Undecided> {
    let Bound::Regret(other, slack) = bound_of(arena, atom)? else { return Ok(false) };
    let epsilon = &arena.problem.learner.epsilon;
    Ok(match agreement(arena, reward, other, support) {
        Agreement::Free => true,
        Agreement::Factor(factor) => epsilon / factor <= slack,
        Agreement::None => false,
    })
}
