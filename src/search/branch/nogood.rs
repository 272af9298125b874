//! Combinations of decisions that were found impossible, so that none is found twice.
//!
//! A case is closed for the sake of some of its decisions only. Leaving out decision after decision while the
//! case stays impossible gives a small combination that excludes whatever contains it, in any other case. Each
//! is decided as cases are, by exact masked solves, from pins and from combinations known before.

use crate::budget::Exhausted;
use crate::mdp::{ChoiceId, Mask};
use crate::search::arena::Arena;
use crate::search::branch::node::is_impossible;
use crate::search::branch::pins::propagate_pins;
use crate::search::requirement::Requirement;

/// How many times a combination is checked while it is made smaller.
const MOST_CHECKS: usize = 40;

/// Combinations larger than this exclude too little to be kept.
const LARGEST_KEPT: usize = 12;

/// After so many in a row that were too large, no more are looked for.
const MOST_USELESS: usize = 8;

/// Why a case is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Pins, or known combinations, leave no policy.
    Propagation,
    /// The relaxation of this requirement excludes it.
    Requirement(usize),
}

/// What is known of combinations.
#[derive(Default)]
pub(in crate::search) struct Nogoods {
    known: Vec<Vec<ChoiceId>>,
    /// By observation, how often it was part of one.
    scores: Vec<usize>,
    useless: usize,
}

impl Nogoods {
    /// How often decisions about an observation have excluded cases.
    pub(super) fn score(&self, observation: usize) -> usize {
        self.scores.get(observation).copied().unwrap_or(0)
    }

    /// Restricts the mask to what pins and known combinations leave. `false` if that is nothing.
    pub(super) fn propagate(&self, arena: &Arena<'_>, requirements: &[Requirement<'_>], mask: &mut Mask) -> bool {
        loop {
            if !propagate_pins(arena, requirements, mask) {
                return false;
            }
            let mut changed = false;
            for nogood in &self.known {
                match self.remaining(arena, nogood, mask) {
                    Remaining::Nothing => return false,
                    Remaining::Only(choice) => changed |= forbid(arena, mask, choice),
                    Remaining::More => {}
                }
            }
            if !changed {
                return true;
            }
        }
    }

    fn remaining(&self, arena: &Arena<'_>, nogood: &[ChoiceId], mask: &Mask) -> Remaining {
        let mdp = &arena.problem.mdp;
        let mut open = None;
        for &choice in nogood {
            if !mask.allows(choice) {
                return Remaining::More;
            }
            if arena.is_undecided(mask, mdp.state_of(choice)) && open.replace(choice).is_some() {
                return Remaining::More;
            }
        }
        open.map_or(Remaining::Nothing, Remaining::Only)
    }

    /// Learns from a case with these decisions, which was closed.
    pub(super) fn learn(
        &mut self,
        arena: &Arena<'_>,
        requirements: &[Requirement<'_>],
        decisions: &[ChoiceId],
        cause: Cause,
    ) -> Result<(), Exhausted> {
        if self.useless >= MOST_USELESS {
            return Ok(());
        }
        let mut kept = decisions.to_vec();
        let mut checks = 0;
        let mut chunk = kept.len().div_ceil(2);
        while chunk > 0 && checks < MOST_CHECKS {
            let mut start = 0;
            while start < kept.len() && checks < MOST_CHECKS {
                let mut fewer = kept.clone();
                fewer.drain(start..(start + chunk).min(kept.len()));
                checks += 1;
                if self.excludes(arena, requirements, &fewer, cause)? {
                    kept = fewer;
                } else {
                    start += chunk;
                }
            }
            chunk = if chunk == 1 { 0 } else { chunk.div_ceil(2) };
        }
        if self.scores.is_empty() {
            self.scores = vec![0; arena.observation.count()];
        }
        for &choice in &kept {
            self.scores[arena.observation.of(arena.problem.mdp.state_of(choice))] += 1;
        }
        if kept.len() > LARGEST_KEPT || kept.len() == decisions.len() && kept.len() > 3 {
            self.useless += 1;
        } else {
            self.useless = 0;
            self.known.push(kept);
        }
        Ok(())
    }

    /// Whether the decisions alone exclude every policy, for the same cause or sooner.
    fn excludes(
        &self,
        arena: &Arena<'_>,
        requirements: &[Requirement<'_>],
        decisions: &[ChoiceId],
        cause: Cause,
    ) -> Result<bool, Exhausted> {
        arena.budget.check()?;
        let mut mask = arena.everything().clone();
        for &choice in decisions {
            let state = arena.problem.mdp.state_of(choice);
            arena.restrict_observation(&mut mask, state, |other| other == choice);
        }
        if !self.propagate(arena, requirements, &mut mask) {
            return Ok(true);
        }
        Ok(match cause {
            Cause::Propagation => false,
            Cause::Requirement(index) => is_impossible(arena, requirements, index, &mask)?,
        })
    }
}

/// What of a combination a case has not decided yet.
enum Remaining {
    /// All of it is decided so.
    Nothing,
    /// This alone; it must not be decided so.
    Only(ChoiceId),
    /// Several decisions, or one was made otherwise.
    More,
}

fn forbid(arena: &Arena<'_>, mask: &mut Mask, choice: ChoiceId) -> bool {
    arena.restrict_observation(mask, arena.problem.mdp.state_of(choice), |other| other != choice)
}
