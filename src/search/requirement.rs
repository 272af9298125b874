//! What a sought policy must satisfy, each with a relaxation that masked solves decide.

use crate::budget::Exhausted;
use crate::mdp::{Mask, Policy, StateId, StateSet, closure};
use crate::search::arena::Arena;
use crate::search::test::Test;
use crate::solve::Behaviour;

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
        let extreme = test.at_extreme(arena, mask, in_favour)?;
        Ok(if extreme.violation.is_none() == in_favour {
            Relaxation::Possible(Some(extreme.policy))
        } else {
            Relaxation::Impossible
        })
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
