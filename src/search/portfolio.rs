//! The SMT solver as the partner of the search by cases: it finds what is hard to find, cases prove.

use std::time::Duration;

use crate::budget::Exhausted;
use crate::mdp::Policy;
use crate::search::arena::Arena;
use crate::search::branch::{CaseSearch, Outcome};
use crate::search::flow::{FlowOutcome, FlowSearch, FlowUnavailable};
use crate::search::requirement::Requirement;
use crate::smt::UnknownReason;

/// Cases that are looked at before the solver is asked: most questions are settled by then.
const FIRST_NODES: usize = 300;

/// How long they may take.
const FIRST_SHARE: Duration = Duration::from_secs(2);

/// The first share of each in turn. Shares double, so that what a solver forgets between two of them costs
/// no more than it once did.
const TURN: Duration = Duration::from_secs(1);

/// How a search for a policy by all means ended.
#[derive(Debug, Clone)]
pub enum SearchOutcome {
    /// This policy satisfies all requirements, checked exactly.
    Found(Policy),
    /// No deterministic policy of the class does, proved by cases.
    None,
    /// No policy at all does, randomised ones included.
    NoneEvenRandomised,
    /// The SMT solver says that there is none, and cases did not confirm it in time.
    Uncertified,
}

/// What is missing where the outcome is [`SearchOutcome::Uncertified`].
pub const UNCONFIRMED: &str = "the SMT solver finds no policy, and case splitting did not confirm it in time";

/// Looks for a deterministic policy of the class that satisfies all requirements, by cases and by the SMT
/// solver in turn, until the budget of the arena ends.
///
/// What the solver finds is replayed exactly. That it finds nothing is no proof: only cases exclude.
///
/// # Errors
/// When the budget is exhausted and nothing is known, and whenever someone asks to stop.
pub fn search_policy(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> Result<SearchOutcome, Exhausted> {
    let mut cases = CaseSearch::new(arena, requirements);
    if let Some(settled) = settled(cases.advance(Some(FIRST_NODES), &arena.budget.limited_to(FIRST_SHARE))?) {
        return Ok(settled);
    }
    let mut turn = TURN;
    let mut flow = match FlowSearch::new(arena, requirements) {
        Ok(flow) => Some(flow),
        Err(FlowUnavailable::Solver(_)) => None,
        Err(FlowUnavailable::Exhausted(exhausted)) => return Err(exhausted),
    };
    while let Some(solver) = &mut flow {
        match solver.run(&arena.budget.limited_to(turn)) {
            FlowOutcome::Found(policy) => return Ok(SearchOutcome::Found(policy)),
            FlowOutcome::NoneSaid => return confirmed(&mut cases, arena),
            FlowOutcome::Unsettled(UnknownReason::Interrupted) => return Err(Exhausted::Interrupted),
            FlowOutcome::Unsettled(UnknownReason::Timeout) => {}
            // It would give up again.
            FlowOutcome::Unsettled(UnknownReason::Incomplete(_)) => flow = None,
        }
        if let Some(settled) = settled(cases.advance(None, &arena.budget.limited_to(turn))?) {
            return Ok(settled);
        }
        turn = turn.saturating_mul(2);
    }
    settled(cases.advance(None, &arena.budget)?).ok_or(Exhausted::Timeout)
}

/// The solver has found nothing: the rest of the time is for cases.
fn confirmed(cases: &mut CaseSearch<'_>, arena: &Arena<'_>) -> Result<SearchOutcome, Exhausted> {
    match cases.advance(None, &arena.budget) {
        Ok(outcome) => Ok(settled(outcome).unwrap_or(SearchOutcome::Uncertified)),
        Err(Exhausted::Timeout) => Ok(SearchOutcome::Uncertified),
        Err(interrupted) => Err(interrupted),
    }
}

fn settled(outcome: Outcome) -> Option<SearchOutcome> {
    match outcome {
        Outcome::Found(policy) => Some(SearchOutcome::Found(policy)),
        Outcome::None => Some(SearchOutcome::None),
        Outcome::NoneEvenRandomised => Some(SearchOutcome::NoneEvenRandomised),
        Outcome::NodeLimit => None,
    }
}
