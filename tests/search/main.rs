//! Searches for one policy: by cases, by the SMT solver and by both together, against enumeration.

mod agreement;
mod limits;
mod loops;
#[path = "../oracle/mod.rs"]
mod oracle;
mod satisfiability;
mod three_sat;

use lavaproof::budget::Budget;
use lavaproof::mdp::{Mdp, Policy};
use lavaproof::problem::Problem;
use lavaproof::search::{Arena, CaseSearch, LemmaSearch, Outcome, Requirement, SearchOutcome, search_policy};
use lavaproof::solve::Engine;

/// An arena without limits.
pub fn arena(problem: &Problem) -> Arena<'_> {
    Arena::new(problem, Budget::unlimited(), Engine::default())
}

fn checked(arena: &Arena<'_>, requirements: &[Requirement<'_>], policy: &Policy) -> bool {
    assert!(Requirement::all_met_by(requirements, arena, policy).expect("unlimited"), "{policy:?}");
    for state in 0..arena.problem.mdp.states() {
        for &other in arena.observation.members(arena.observation.of(state)) {
            assert_eq!(action(&arena.problem.mdp, policy, state), action(&arena.problem.mdp, policy, other));
        }
    }
    true
}

fn action<'a>(mdp: &'a Mdp, policy: &Policy, state: usize) -> Option<&'a str> {
    policy.choice(state).map(|choice| mdp.action_name(choice))
}

/// Whether there is a policy, by cases alone.
pub fn by_cases(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> bool {
    match CaseSearch::new(arena, requirements).advance(None, &arena.budget).expect("no limit") {
        Outcome::Found(policy) => checked(arena, requirements, &policy),
        Outcome::None | Outcome::NoneEvenRandomised => false,
        Outcome::NodeLimit => panic!("no limit"),
    }
}

/// Whether there is a policy, by lemmas alone, where they apply and tell.
pub fn by_lemmas(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> Option<bool> {
    let mut search = LemmaSearch::new(arena, requirements)?;
    match search.advance(&arena.budget).expect("no limit") {
        Outcome::Found(policy) => Some(checked(arena, requirements, &policy)),
        Outcome::None | Outcome::NoneEvenRandomised => Some(false),
        Outcome::NodeLimit => None,
    }
}

/// Whether there is a policy, by the SMT solver alone.
#[cfg(feature = "z3")]
pub fn by_flow(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> bool {
    use lavaproof::search::{FlowOutcome, FlowSearch};
    let mut search = FlowSearch::new(arena, requirements).expect("built with z3");
    match search.run(&arena.budget) {
        FlowOutcome::Found(policy) => checked(arena, requirements, &policy),
        FlowOutcome::NoneSaid => false,
        FlowOutcome::Unsettled(reason) => panic!("{reason}"),
    }
}

/// Without a solver there is nothing to compare.
#[cfg(not(feature = "z3"))]
pub fn by_flow(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> bool {
    by_cases(arena, requirements)
}

/// Whether there is a policy, by both together.
pub fn by_both(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> bool {
    match search_policy(arena, requirements).expect("no limit") {
        SearchOutcome::Found(policy) => checked(arena, requirements, &policy),
        SearchOutcome::None | SearchOutcome::NoneEvenRandomised => false,
        SearchOutcome::Uncertified => panic!("no limit"),
    }
}
