//! What a sought policy must satisfy, each with a relaxation that masked solves decide.

use crate::budget::Exhausted;
use crate::mdp::{Mask, Policy, Rational, StateId, StateSet, Value, closure};
use crate::search::arena::Arena;
use crate::search::test::Test;
use crate::solve::{Behaviour, able_to_reach, surely_reaching};

/// One thing that the sought policy must satisfy.
#[derive(Debug, Clone)]
pub enum Requirement<'a> {
    /// In every state that it visits from the support, it takes one of these choices.
    Pinned {
        /// Where episodes start.
        support: Vec<StateId>,
        /// The choices.
        choices: &'a Mask,
    },
    /// It passes a test.
    Meets(Test),
    /// It breaks a test.
    Breaks(Test),
}

/// Whether the policies of a mask can satisfy a requirement.
pub(super) enum Relaxation {
    /// None can.
    Impossible,
    /// Nothing excludes it; this policy of the full state does most for it.
    Possible(Option<Policy>),
}

impl Requirement<'_> {
    /// Decides the requirement for the policies of a mask, aliasing ignored.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn relax(&self, arena: &Arena<'_>, mask: &Mask) -> Result<Relaxation, Exhausted> {
        let (test, in_favour) = match self {
            Self::Pinned { .. } => return Ok(Relaxation::Possible(None)),
            Self::Meets(test) => (test, true),
            Self::Breaks(test) => (test, false),
        };
        match self.by_graph(arena, mask) {
            Some(None) => return Ok(Relaxation::Impossible),
            Some(Some(policy)) => return Ok(Relaxation::Possible(Some(policy))),
            None => {}
        }
        let extreme = test.at_extreme(arena, mask, in_favour)?;
        Ok(if extreme.violation.is_none() == in_favour {
            Relaxation::Possible(Some(extreme.policy))
        } else {
            Relaxation::Impossible
        })
    }

    /// Whether the policies of a mask can satisfy the requirement, if the graph alone tells.
    pub(super) fn possible_by_graph(&self, arena: &Arena<'_>, mask: &Mask) -> Option<bool> {
        self.by_graph(arena, mask).map(|found| found.is_some())
    }

    /// A policy of a mask that satisfies the requirement, or that there is none, if the graph alone tells: `Some` where the
    /// catastrophe is to be likely, and states from which it can be reached, or surely be reached, are enough, or too few.
    fn by_graph(&self, arena: &Arena<'_>, mask: &Mask) -> Option<Option<Policy>> {
        let Self::Breaks(Test::Reach { .. }) = self else { return None };
        if self.is_cut_off(arena, mask) {
            return Some(None);
        }
        let (surely, policy) = surely_reaching(&arena.problem.mdp, mask, &arena.problem.catastrophe.as_ref()?.states);
        self.is_likely_from(&surely).then_some(Some(policy))
    }

    /// Whether the catastrophe is to be likely, and it cannot be reached from enough situations.
    pub(super) fn is_cut_off(&self, arena: &Arena<'_>, mask: &Mask) -> bool {
        let (Self::Breaks(Test::Reach { .. }), Some(catastrophe)) = (self, &arena.problem.catastrophe) else {
            return false;
        };
        !self.is_likely_from(&able_to_reach(&arena.problem.mdp, mask, &catastrophe.states))
    }

    /// Whether the catastrophe is to be likely, and it is if it is reached from these states.
    fn is_likely_from(&self, states: &StateSet) -> bool {
        let Self::Breaks(Test::Reach { set, at_most }) = self else { return false };
        let share = |state: StateId| if states.contains(state) { -Rational::ONE } else { Rational::ZERO };
        set.minimise(|state| Value::Finite(share(state))).0 < Value::Finite(-at_most)
    }

    /// Decides the requirement for one policy, exactly.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn is_met_by(&self, arena: &Arena<'_>, policy: &Policy) -> Result<bool, Exhausted> {
        Ok(match self {
            Self::Pinned { support, choices } => visited(arena, policy, support)
                .ones()
                .all(|state| policy.choice(state).is_none_or(|choice| choices.allows(choice))),
            Self::Meets(test) => test.broken_by(arena, Behaviour::Deterministic(policy))?.is_none(),
            Self::Breaks(test) => test.broken_by(arena, Behaviour::Deterministic(policy))?.is_some(),
        })
    }

    /// Whether a policy meets all of these requirements.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn all_met_by(requirements: &[Self], arena: &Arena<'_>, policy: &Policy) -> Result<bool, Exhausted> {
        for requirement in requirements {
            if !requirement.is_met_by(arena, policy)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The situations that the requirement is about.
    #[must_use]
    pub fn support(&self) -> Vec<StateId> {
        match self {
            Self::Pinned { support, .. } => support.clone(),
            Self::Meets(test) | Self::Breaks(test) => test.support(),
        }
    }
}

/// The states that a policy visits from `sources`.
#[must_use]
pub(super) fn visited(arena: &Arena<'_>, policy: &Policy, sources: &[StateId]) -> StateSet {
    let mdp = &arena.problem.mdp;
    closure(mdp.states(), sources.iter().copied(), |state| {
        policy.choice(state).into_iter().flat_map(|choice| mdp.successors(choice))
    })
}
