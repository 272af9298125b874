//! The search for a policy as satisfiability over linear arithmetic.
//!
//! Booleans say what the policy does in each observation. Requirements become constraints on the states it
//! visits, on the mass that flows through them (where *some* distribution is asked for) and on its values
//! (where *every* distribution is). Every policy that satisfies the requirements satisfies the encoding, so
//! that no model means no policy, as far as the backend is trusted; every model is a suggestion, rebuilt and
//! checked exactly.

mod demands;
mod mass;
mod quantify;
mod region;
mod sure;
mod values;
mod variables;
mod visits;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mdp, Policy, StateId};
use crate::search::arena::Arena;
use crate::search::branch::{propagate_pins, sources_of};
use crate::search::flow::mass::RewardFlow;
use crate::search::flow::variables::PolicyVariables;
use crate::search::requirement::{Requirement, visited};
use crate::smt::{Answer, Formula, Model, SmtUnavailable, Solver, UnknownReason, solver};

/// How a search by the SMT solver ended.
#[derive(Debug, Clone)]
pub enum FlowOutcome {
    /// This policy satisfies all requirements, checked exactly.
    Found(Policy),
    /// The solver says that no deterministic policy of the class does. Its word, and not a proof.
    NoneSaid,
    /// It was not found out.
    Unsettled(UnknownReason),
}

/// What the parts of the encoding share.
struct Encoder<'e> {
    arena: &'e Arena<'e>,
    solver: Box<dyn Solver>,
    policy: PolicyVariables,
}

impl<'e> Encoder<'e> {
    fn mdp(&self) -> &'e Mdp {
        &self.arena.problem.mdp
    }
}

/// A search that can be continued: what was ruled out stays ruled out.
pub struct FlowSearch<'e> {
    encoder: Encoder<'e>,
    requirements: &'e [Requirement<'e>],
    sources: Vec<StateId>,
    flows: Vec<RewardFlow>,
}

/// Why there is no search.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowUnavailable {
    /// There is no solver.
    #[error(transparent)]
    Solver(#[from] SmtUnavailable),
    /// The budget ended while the question was being written down.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

impl<'e> FlowSearch<'e> {
    /// Writes the question down.
    ///
    /// # Errors
    /// When there is no solver or no time.
    pub fn new(arena: &'e Arena<'e>, requirements: &'e [Requirement<'e>]) -> Result<Self, FlowUnavailable> {
        let mut solver = solver()?;
        let sources = sources_of(requirements);
        let mut mask = arena.everything().clone();
        if !propagate_pins(arena, requirements, &mut mask) {
            solver.assert(Formula::Any(Vec::new()));
            // What is left of the mask is of no use.
            mask = arena.everything().clone();
        }
        let policy = PolicyVariables::new(arena, mask, &sources, &mut *solver);
        let mut search = Self { encoder: Encoder { arena, solver, policy }, requirements, sources, flows: Vec::new() };
        for requirement in requirements {
            arena.budget.check()?;
            let flow = search.encoder.demand(requirement)?;
            search.flows.extend(flow);
        }
        Ok(search)
    }

    /// Goes on until there is an answer or the budget ends.
    pub fn run(&mut self, budget: &Budget) -> FlowOutcome {
        loop {
            match self.encoder.solver.check(budget) {
                Answer::Unsat => return FlowOutcome::NoneSaid,
                Answer::Unknown(reason) => return FlowOutcome::Unsettled(reason),
                Answer::Sat(model) => {
                    let policy = self.encoder.policy.read(self.encoder.arena, &model);
                    match Requirement::all_met_by(self.requirements, self.encoder.arena, &policy) {
                        Ok(true) => return FlowOutcome::Found(policy),
                        Ok(false) => {}
                        Err(exhausted) => return FlowOutcome::Unsettled(exhausted.into()),
                    }
                    self.refuse(&policy, &model);
                }
            }
        }
    }

    /// Rules out a model whose policy the replay refuses.
    ///
    /// The one reason known is mass that circulates where it never came from; that is ruled out for every
    /// policy that keeps to the same cycle. Failing that, the policy itself is.
    fn refuse(&mut self, policy: &Policy, model: &Model) {
        let cuts: Vec<Formula> =
            self.flows.iter().filter_map(|flow| flow.circulation_cut(&self.encoder, policy, model)).collect();
        if !cuts.is_empty() {
            for cut in cuts {
                self.encoder.solver.assert(cut);
            }
            return;
        }
        let seen = visited(self.encoder.arena, policy, &self.sources);
        let taken = seen.ones().filter_map(|state| self.encoder.policy.taken(policy.choice(state)?).variable());
        let mut taken: Vec<_> = taken.collect();
        taken.sort_unstable();
        taken.dedup();
        self.encoder.solver.assert(Formula::not_all(taken));
    }
}
