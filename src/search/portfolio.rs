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

/// How long lemmas that the graph teaches are learned alone. If it teaches none, that is known sooner.
const FIRST_LEMMAS: Duration = Duration::from_millis(40);

/// Cases that are looked at before the solver is asked where the graph teaches nothing: most questions are settled by then.
const FIRST_NODES: usize = 300;

/// How long the solver and what goes on have the processors to themselves.
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

/// Looks for a deterministic policy of the class that satisfies all requirements, first by a few cases, then by lemmas that the graph
/// teaches, and then by lemmas, cases and the SMT solver at the same time, until the budget of the arena ends. Lemmas go on where they
/// are if the graph has more to teach, and else cases do.
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
    if let Some(mut lemmas) = LemmaSearch::new(&here, requirements) {
        let share = here.budget.limited_to(FIRST_LEMMAS);
        if let Some(settled) = settled(lemmas.advance_by_graph(&share)?) {
            return Ok(settled);
        }
        // The graph has more to teach.
        if share.exhausted().is_some() {
            let go_on = || lemmas.advance(&here.budget);
            return ended(arena, together(&here, requirements, Partner::Cases, go_on));
        }
    }
    let few = cases.advance(Some(FIRST_NODES), &here.budget.limited_to(FIRST_CASES))?;
    if let Some(settled) = settled(few) {
        return Ok(settled);
    }
    ended(arena, together(&here, requirements, Partner::Lemmas, || cases.advance(None, &here.budget)))
}

fn ended(arena: &Arena<'_>, outcome: Option<SearchOutcome>) -> Result<SearchOutcome, Exhausted> {
    match (outcome, arena.budget.exhausted()) {
        (Some(SearchOutcome::Uncertified) | None, Some(Exhausted::Interrupted)) => Err(Exhausted::Interrupted),
        (outcome, _) => outcome.ok_or(Exhausted::Timeout),
    }
}

/// Who searches beside what goes on and the solver.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Partner {
    Cases,
    Lemmas,
}

impl Partner {
    fn search(self, arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> Result<Outcome, Exhausted> {
        match self {
            Self::Cases => CaseSearch::new(arena, requirements).advance(None, &arena.budget),
            Self::Lemmas => match LemmaSearch::new(arena, requirements) {
                Some(mut lemmas) => lemmas.advance(&arena.budget),
                None => Ok(Outcome::NodeLimit),
            },
        }
    }
}

/// Goes on here while the solver and, after their head start, a partner search on threads of their own; the first answer that settles
/// the question, or what is known at the end. `here` is stopped when another one has it.
fn together(
    here: &Arena<'_>,
    requirements: &[Requirement<'_>],
    partner: Partner,
    go_on: impl FnOnce() -> Result<Outcome, Exhausted>,
) -> Option<SearchOutcome> {
    let [solver, other] = [(); 2].map(|()| here.budget.attempt());
    thread::scope(|scope| {
        let (to_us, from_them) = channel();
        let (go, may_go) = channel::<()>();
        let (problem, engine) = (here.problem, here.engine());
        let [by_solver, by_partner] = [(&solver, to_us.clone()), (&other, to_us)].map(|(budget, to_us)| {
            let (budget, whole) = (budget.clone(), here.budget.clone());
            let say = move |said: Said| {
                let excludes = said.excludes();
                let settled = said.settled();
                if settled.is_some() {
                    whole.stop();
                }
                // Whoever does not listen any more has the answer.
                let _ = to_us.send((settled, excludes));
            };
            (budget, say)
        });
        // Each has an arena of its own, so that it has its own thread and can be stopped at once.
        scope.spawn(move || {
            let (budget, say) = by_solver;
            let own = Arena::new(problem, budget, engine);
            say(Said::BySolver(FlowSearch::new(&own, requirements).ok().map(|mut flow| flow.run(&own.budget))));
        });
        scope.spawn(move || {
            let (budget, say) = by_partner;
            // Until it is time, or what goes on here has given up.
            let _ = may_go.recv_timeout(HEAD_START);
            say(Said::Proved(partner.search(&Arena::new(problem, budget, engine), requirements)));
        });
        let own = Said::Proved(go_on()).settled();
        drop(go);
        let outcome = own.or_else(|| first_answer(&from_them));
        [solver, other].iter().for_each(Budget::stop);
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
