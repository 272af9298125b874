//! How long each way of searching takes: `cargo bench --bench search [-- filter]`.
//!
//! One line an instance: states, then for cases alone, the SMT solver alone and both together the answer and
//! the seconds. Times beyond the limit are given as such; `LAVAPROOF_BENCH_SECONDS` sets it.

mod families;
#[path = "../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../../tests/search/satisfiability.rs"]
mod satisfiability;

use std::time::{Duration, Instant};

use lavaproof::budget::Budget;
use lavaproof::problem::Problem;
use lavaproof::search::{
    Arena, CaseSearch, FlowOutcome, FlowSearch, Outcome, Requirement, SearchOutcome, search_policy,
};
use lavaproof::solve::Engine;

use satisfiability::{optimal, trained_and_unsafe};

fn limit() -> Duration {
    let seconds = std::env::var("LAVAPROOF_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

fn cases(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> String {
    let mut search = CaseSearch::new(arena, requirements);
    let answer = match search.advance(None, &arena.budget) {
        Ok(Outcome::Found(_)) => "some",
        Ok(Outcome::None | Outcome::NoneEvenRandomised) => "none",
        Ok(Outcome::NodeLimit) | Err(_) => "-",
    };
    format!("{answer} ({} cases)", search.nodes())
}

fn flow(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> String {
    let Ok(mut search) = FlowSearch::new(arena, requirements) else { return "no solver".to_owned() };
    match search.run(&arena.budget) {
        FlowOutcome::Found(_) => "some".to_owned(),
        FlowOutcome::NoneSaid => "none".to_owned(),
        FlowOutcome::Unsettled(reason) => format!("- {reason}"),
    }
}

fn both(arena: &Arena<'_>, requirements: &[Requirement<'_>]) -> String {
    match search_policy(arena, requirements) {
        Ok(SearchOutcome::Found(_)) => "some".to_owned(),
        Ok(SearchOutcome::None | SearchOutcome::NoneEvenRandomised) => "none".to_owned(),
        Ok(SearchOutcome::Uncertified) => "none?".to_owned(),
        Err(reason) => format!("- {reason}"),
    }
}

fn measure(name: &str, problem: &Problem) {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    if filter.is_some_and(|filter| !name.contains(&filter)) {
        return;
    }
    print!("{name} | {} states", problem.mdp.states());
    for (way, search) in
        [("cases", cases as fn(&Arena<'_>, &[Requirement<'_>]) -> String), ("flow", flow), ("both", both)]
    {
        let unlimited = Arena::new(problem, Budget::unlimited(), Engine::default());
        let requirements = trained_and_unsafe(&unlimited, optimal(&unlimited));
        let start = Instant::now();
        let arena = Arena::new(problem, Budget::with_timeout(limit()), Engine::default());
        let answer = search(&arena, &requirements);
        print!(" | {way}: {answer}, {} ms", start.elapsed().as_millis());
    }
    println!();
}

fn main() {
    for (name, problem) in families::all() {
        measure(&name, &problem);
    }
}
