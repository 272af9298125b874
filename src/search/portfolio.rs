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

/// How long they may take.
const FIRST_CASES: Duration = Duration::from_millis(250);

/// How long lemmas are learned alone. If there is nothing to learn, that is known sooner.
const FIRST_LEMMAS: Duration = Duration::from_millis(40);

/// Cases that are looked at before the solver is asked where there is nothing to learn: most questions are settled by then.
const FIRST_NODES: usize = 300;

/// How long the solver and lemmas have the processors to themselves.
const HEAD_START: Duration = Duration::from_millis(600);

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

impl Said {
    /// The answer, if it settles the question.
    fn settled(self) -> Option<SearchOutcome> {
        match self {
            Self::Proved(Ok(outcome)) => settled(outcome),
            Self::BySolver(Some(FlowOutcome::Found(policy))) => Some(SearchOutcome::Found(policy)),
            Self::Proved(Err(_)) | Self::BySolver(_) => None,
        }
    }

    /// Whether it is the solver's word that there is no policy.
    fn excludes(&self) -> bool {
        matches!(self, Self::BySolver(Some(FlowOutcome::NoneSaid)))
    }
}

/// Looks for a deterministic policy of the class that satisfies all requirements, first by a few cases, then by lemmas, and then by
/// lemmas, the SMT solver and cases at the same time, until the budget of the arena ends. Where lemmas tell nothing, cases take their
/// place.
///
/// What the solver finds is replayed exactly. That it finds nothing is no proof: only cases and lemmas exclude.
///
/// # Errors
/// When the budget is exhausted and nothing is known, and whenever someone asks to stop.
pub fn search_policy(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> Result<SearchOutcome, Exhausted> {
    // Whoever has an answer stops the search that goes on here.
    let here = arena.attempt();
    let mut cases = CaseSearch::new(&here, requirements);
    if let Some(settled) = settled(cases.advance(Some(FEW_NODES), &here.budget.limited_to(FIRST_CASES))?) {
        return Ok(settled);
    }
    let mut lemmas = LemmaSearch::new(&here, requirements);
    let mut has_more_to_learn = false;
    if let Some(lemmas) = &mut lemmas {
        let share = here.budget.limited_to(FIRST_LEMMAS);
        if let Some(settled) = settled(lemmas.advance(&share)?) {
            return Ok(settled);
        }
        has_more_to_learn = share.exhausted().is_some();
    }
    let outcome = if has_more_to_learn {
        let others = [Partner::Solver, Partner::Cases];
        together(&here, requirements, &others, || {
            lemmas.map_or(Ok(Outcome::NodeLimit), |mut lemmas| lemmas.advance(&here.budget))
        })
    } else {
        let few = cases.advance(Some(FIRST_NODES), &here.budget.limited_to(FIRST_CASES))?;
        if let Some(settled) = settled(few) {
            return Ok(settled);
        }
        together(&here, requirements, &[Partner::Solver], || cases.advance(None, &here.budget))
    };
    match (outcome, arena.budget.exhausted()) {
        (Some(SearchOutcome::Uncertified) | None, Some(Exhausted::Interrupted)) => Err(Exhausted::Interrupted),
        (outcome, _) => outcome.ok_or(Exhausted::Timeout),
    }
}

/// Who searches beside what goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Partner {
    Solver,
    /// From the time on at which the others have had their head start, or what goes on here has given up.
    Cases,
}

/// Goes on here while partners search on threads of their own; the first answer that settles the question, or what is known at the
/// end. `here` is stopped when a partner has it.
fn together(
    here: &Arena<'_>,
    requirements: &[Requirement<'_>],
    partners: &[Partner],
    go_on: impl FnOnce() -> Result<Outcome, Exhausted>,
) -> Option<SearchOutcome> {
    let budgets: Vec<Budget> = partners.iter().map(|_| here.budget.attempt()).collect();
    thread::scope(|scope| {
        let (to_us, from_them) = channel();
        let mut waiting = Vec::new();
        for (&partner, budget) in partners.iter().zip(&budgets) {
            let (to_us, budget) = (to_us.clone(), budget.clone());
            let (problem, engine, whole) = (here.problem, here.engine(), here.budget.clone());
            let (go, may_go) = channel::<()>();
            waiting.push(go);
            scope.spawn(move || {
                let said = match partner {
                    Partner::Solver => {
                        // An arena of its own: each has its own thread, and can be stopped at once.
                        let own = Arena::new(problem, budget, engine);
                        let said = FlowSearch::new(&own, requirements).ok().map(|mut flow| flow.run(&own.budget));
                        Said::BySolver(said)
                    }
                    Partner::Cases => {
                        // Time, or nobody left to wait for.
                        let _ = may_go.recv_timeout(HEAD_START);
                        let own = Arena::new(problem, budget, engine);
                        Said::Proved(CaseSearch::new(&own, requirements).advance(None, &own.budget))
                    }
                };
                let excludes = said.excludes();
                let settled = said.settled();
                if settled.is_some() {
                    whole.stop();
                }
                // Whoever does not listen any more has the answer.
                let _ = to_us.send((settled, excludes));
            });
        }
        drop(to_us);
        let own = Said::Proved(go_on()).settled();
        waiting.clear();
        let outcome = own.or_else(|| first_answer(&from_them));
        budgets.iter().for_each(Budget::stop);
        outcome
    })
}

/// The first answer that settles the question, or that the solver excludes it; `None` if there is none in time.
fn first_answer(said: &Receiver<(Option<SearchOutcome>, bool)>) -> Option<SearchOutcome> {
    let mut solver_excludes = false;
    // All have spoken when nobody is left to send. The rest of the time is for a proof.
    while let Ok((settled, excludes)) = said.recv() {
        if settled.is_some() {
            return settled;
        }
        solver_excludes |= excludes;
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
