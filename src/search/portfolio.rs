//! Cases, lemmas and the SMT solver as partners: the solver finds what is hard to find, cases and lemmas prove.

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::budget::{Budget, Exhausted};
use crate::mdp::Policy;
use crate::search::arena::Arena;
use crate::search::branch::{CaseSearch, Outcome};
use crate::search::flow::{FlowOutcome, FlowSearch};
use crate::search::lemmas::LemmaSearch;
use crate::search::requirement::Requirement;

/// Cases that are looked at before anything else: easy questions are settled by then.
const FEW_NODES: usize = 20;

/// Cases that are looked at before the solver is asked: most questions are settled by then.
const FIRST_NODES: usize = 300;

/// How long they may take, and lemmas before them.
const FIRST_SHARE: Duration = Duration::from_millis(250);

/// How a search for a policy by all means ended.
#[derive(Debug, Clone)]
pub enum SearchOutcome {
    /// This policy satisfies all requirements, checked exactly.
    Found(Policy),
    /// No deterministic policy of the class does, proved by cases or lemmas.
    None,
    /// No policy at all does, randomised ones included.
    NoneEvenRandomised,
    /// The SMT solver says that there is none, and neither cases nor lemmas confirmed it in time.
    Uncertified,
}

/// What is missing where the outcome is [`SearchOutcome::Uncertified`].
pub const UNCONFIRMED: &str = "the SMT solver finds no policy, and neither cases nor lemmas confirmed it in time";

/// What one of the partners says at its end.
enum Said {
    /// By cases or lemmas.
    Proved(Result<Outcome, Exhausted>),
    /// `None` where it gave up, or there is no solver.
    BySolver(Option<FlowOutcome>),
}

/// Looks for a deterministic policy of the class that satisfies all requirements, first by cases, then by lemmas, and then by
/// cases, by lemmas and by the SMT solver at the same time, until the budget of the arena ends.
///
/// What the solver finds is replayed exactly. That it finds nothing is no proof: only cases and lemmas exclude.
///
/// # Errors
/// When the budget is exhausted and nothing is known, and whenever someone asks to stop.
pub fn search_policy(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> Result<SearchOutcome, Exhausted> {
    if let Some(settled) = first_answer_here(arena, requirements)? {
        return Ok(settled);
    }
    // Each partner has an arena of its own, so that each has its own thread and can be stopped at once.
    let [cases, lemmas, solver] = [(); 3].map(|()| arena.budget.attempt());
    let outcome = thread::scope(|scope| {
        let (to_us, from_them) = channel();
        let [ours, others] = [(); 2].map(|()| to_us.clone());
        let [case_budget, lemma_budget, solver_budget] = [&cases, &lemmas, &solver].map(Clone::clone);
        let (problem, engine) = (arena.problem, arena.engine());
        scope.spawn(move || {
            let own = Arena::new(problem, case_budget, engine);
            let said = CaseSearch::new(&own, requirements).advance(None, &own.budget);
            // Whoever does not listen any more has the answer.
            let _ = ours.send(Said::Proved(said));
        });
        scope.spawn(move || {
            let own = Arena::new(problem, lemma_budget, engine);
            let said = LemmaSearch::new(&own, requirements).map(|mut search| search.advance(&own.budget));
            let _ = others.send(Said::Proved(said.unwrap_or(Ok(Outcome::NodeLimit))));
        });
        scope.spawn(move || {
            let own = Arena::new(problem, solver_budget, engine);
            let said = FlowSearch::new(&own, requirements).ok().map(|mut flow| flow.run(&own.budget));
            let _ = to_us.send(Said::BySolver(said));
        });
        let outcome = first_answer(&from_them);
        [cases, lemmas, solver].iter().for_each(Budget::stop);
        outcome
    });
    match (outcome, arena.budget.exhausted()) {
        (Some(SearchOutcome::Uncertified) | None, Some(Exhausted::Interrupted)) => Err(Exhausted::Interrupted),
        (outcome, _) => outcome.ok_or(Exhausted::Timeout),
    }
}

/// What a little of each kind of proof settles, one after the other.
fn first_answer_here(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> Result<Option<SearchOutcome>, Exhausted> {
    let mut cases = CaseSearch::new(arena, requirements);
    let few = cases.advance(Some(FEW_NODES), &arena.budget.limited_to(FIRST_SHARE))?;
    if let Some(settled) = settled(few) {
        return Ok(Some(settled));
    }
    if let Some(mut lemmas) = LemmaSearch::new(arena, requirements)
        && let Some(settled) = settled(lemmas.advance(&arena.budget.limited_to(FIRST_SHARE))?)
    {
        return Ok(Some(settled));
    }
    Ok(settled(cases.advance(Some(FIRST_NODES), &arena.budget.limited_to(FIRST_SHARE))?))
}

/// The first answer that settles the question; `None` if there is none in time.
fn first_answer(said: &Receiver<Said>) -> Option<SearchOutcome> {
    let mut solver_excludes = false;
    // All have spoken when nobody is left to send.
    while let Ok(said) = said.recv() {
        match said {
            Said::BySolver(Some(FlowOutcome::Found(policy))) => return Some(SearchOutcome::Found(policy)),
            // The rest of the time is for a proof.
            Said::BySolver(Some(FlowOutcome::NoneSaid)) => solver_excludes = true,
            Said::BySolver(Some(FlowOutcome::Unsettled(_)) | None) => {}
            Said::Proved(Ok(outcome)) => {
                if let Some(settled) = settled(outcome) {
                    return Some(settled);
                }
            }
            Said::Proved(Err(_)) => {}
        }
    }
    solver_excludes.then_some(SearchOutcome::Uncertified)
}

fn settled(outcome: Outcome) -> Option<SearchOutcome> {
    match outcome {
        Outcome::Found(policy) => Some(SearchOutcome::Found(policy)),
        Outcome::None => Some(SearchOutcome::None),
        Outcome::NoneEvenRandomised => Some(SearchOutcome::NoneEvenRandomised),
        Outcome::NodeLimit => None,
    }
}
