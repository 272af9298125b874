//! Branch and bound over what a policy does in each observation, every bound an exact masked solve.
//!
//! A node is a mask: some observations are decided, the others open. At each node
//!
//! 1. pins are propagated: in states that every remaining policy surely visits from the training support,
//!    only optimal choices are left; so are combinations of decisions that were found impossible before;
//! 2. each requirement is relaxed (aliasing and the other requirements ignored); if one is impossible the
//!    node is closed;
//! 3. the relaxed optima, made consistent, are tried exactly;
//! 4. an observation is chosen, of those in which the relaxed optimum disagrees with itself the one that loses most, and each of
//!    its actions is a child.
//!
//! The search ends by itself: each branch decides an observation. Closing every node is a proof by cases
//! that no deterministic policy of the class satisfies the requirements.

mod loss;
mod node;
mod nogood;
mod pins;
mod split;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Policy, StateId};
use crate::search::arena::Arena;
use crate::search::branch::node::{Expanded, Memory, Node};
use crate::search::requirement::Requirement;

pub(super) use node::{is_impossible, narrowed_for, relax_one};
pub(super) use nogood::Nogoods;
pub use pins::{propagate_pins, surely_visited};
pub use split::disagreement;
pub(super) use split::{branching_state, children};

/// How a search for a policy ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// This policy satisfies all requirements, checked exactly.
    Found(Policy),
    /// No deterministic policy of the class does.
    None,
    /// No policy at all does, randomised ones included: the relaxation at the root excludes it.
    NoneEvenRandomised,
    /// Nodes were left when the limit was reached.
    NodeLimit,
}

/// A search by cases that can be continued: it keeps the cases that are still open.
pub struct CaseSearch<'a> {
    arena: &'a Arena<'a>,
    requirements: &'a [Requirement<'a>],
    sources: Vec<StateId>,
    open: Vec<Node>,
    memory: Memory,
    nodes: usize,
}

impl<'a> CaseSearch<'a> {
    /// One case: all policies.
    #[must_use]
    pub fn new(arena: &'a Arena<'a>, requirements: &'a [Requirement<'a>]) -> Self {
        Self {
            arena,
            requirements,
            sources: sources_of(requirements),
            open: vec![Node::root(arena.everything().clone(), requirements.len())],
            memory: Memory::default(),
            nodes: 0,
        }
    }

    /// How many cases were looked at.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// Goes on until there is an answer, for at most so many cases and within a share of the time;
    /// [`Outcome::NodeLimit`] says that cases are left.
    ///
    /// # Errors
    /// When the budget of the arena is exhausted.
    pub fn advance(&mut self, node_limit: Option<usize>, share: &Budget) -> Result<Outcome, Exhausted> {
        let first = self.nodes;
        while let Some(node) = self.open.pop() {
            self.arena.budget.check()?;
            if node_limit.is_some_and(|limit| self.nodes - first >= limit) || share.exhausted().is_some() {
                self.open.push(node);
                // Between the two looks at the clock the share, if it is the whole, may have ended.
                self.arena.budget.check()?;
                return Ok(Outcome::NodeLimit);
            }
            self.nodes += 1;
            match node.expand(self.arena, self.requirements, &self.sources, &mut self.memory)? {
                Expanded::Found(policy) => return Ok(Outcome::Found(policy)),
                Expanded::Closed(_) if self.nodes == 1 => return Ok(Outcome::NoneEvenRandomised),
                Expanded::Closed(_) => {}
                Expanded::Open(children) => self.open.extend(children),
            }
        }
        Ok(Outcome::None)
    }
}

/// Looks for a deterministic policy of the class that satisfies all requirements.
///
/// With `node_limit` the search gives up after so many nodes.
///
/// # Errors
/// When the budget is exhausted.
pub fn find_policy(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    node_limit: Option<usize>,
) -> Result<Outcome, Exhausted> {
    CaseSearch::new(arena, requirements).advance(node_limit, &arena.budget)
}

/// The situations that requirements are about.
pub(super) fn sources_of(requirements: &[Requirement<'_>]) -> Vec<StateId> {
    let mut sources: Vec<StateId> = requirements.iter().flat_map(Requirement::support).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}
