//! Rewards that agree wherever episodes can go.

use crate::decomposition::RewardName;
use crate::mdp::{Rational, StateId};
use crate::search::arena::Arena;
use crate::solve::reachable_under;

/// How two rewards compare on the choices that can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// The second reward is 0 everywhere: all policies are equally good.
    Free,
    /// The first reward is this positive multiple of the second.
    Factor(Rational),
    /// Neither.
    None,
}

/// How the first reward compares with the second on what can be reached from these states.
#[must_use]
pub fn agreement(arena: &Arena<'_>, first: RewardName, second: RewardName, support: &[StateId]) -> Agreement {
    let mdp = &arena.problem.mdp;
    let (first, second) = (arena.reward(first), arena.reward(second));
    let reached = reachable_under(mdp, arena.everything(), support.iter().copied());
    let choices = || reached.ones().flat_map(|state| mdp.choices_of(state));
    let Some(sample) = choices().find(|&choice| !second[choice].is_zero()) else { return Agreement::Free };
    let factor = &first[sample] / &second[sample];
    if factor > Rational::ZERO && choices().all(|choice| first[choice] == &factor * &second[choice]) {
        Agreement::Factor(factor)
    } else {
        Agreement::None
    }
}
