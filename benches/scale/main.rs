//! Searches against plain z3: `cargo bench --bench scale [-- filter]`.
//!
//! One line an instance size, as a row of a Markdown table: how many seeds each solves within the limit, the median time (what
//! is not solved counts as the limit), and the ratio of the two. The baseline is the straightforward encoding of
//! the same question given to z3 whole (`plain.rs`), in the same run. Answers that differ end the run.
//! `LAVAPROOF_BENCH_SECONDS` (60) sets the limit, `LAVAPROOF_BENCH_SEEDS` (10) the number of seeds.

mod families;
#[path = "../../tests/rewards/grids.rs"]
mod grids;
#[path = "../../tests/oracle/mod.rs"]
mod oracle;
mod plain;
#[path = "../../tests/search/satisfiability.rs"]
mod satisfiability;
#[path = "../search/families.rs"]
mod search_families;

use std::time::{Duration, Instant};

use lavaproof::budget::Budget;
use lavaproof::decomposition::RewardName;
use lavaproof::mdp::{Mask, Policy, Rational};
use lavaproof::problem::Problem;
use lavaproof::search::rewards::{RewardOutcome, WeightRegion};
use lavaproof::search::{
    Arena, DistributionSet, FlowOutcome, FlowSearch, Quantity, Requirement, SearchOutcome, Test, search_policy,
};
use lavaproof::seek::{Content, Coverage, Harm, Kind, Outcome, seek};
use lavaproof::solve::{Behaviour, Engine};

use oracle::exact::ratio;
use plain::Said;
use satisfiability::{Formula, trained_and_unsafe};

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn limit() -> Duration {
    Duration::from_secs(number("LAVAPROOF_BENCH_SECONDS", 60))
}

/// An answer that can be compared; `None` where there is none in time.
type Answer = Option<String>;

fn optimal(problem: &Problem, reward: RewardName) -> Mask {
    let arena = Arena::new(problem, Budget::unlimited(), Engine::default());
    arena.optimal_choices(reward).expect("no limit").clone()
}

fn of_policy(said: Said) -> Answer {
    match said {
        Said::Some(_) => Some("some".to_owned()),
        Said::None => Some("none".to_owned()),
        Said::Nothing => None,
    }
}

/// Is there a trained policy that does harm?
mod decide {
    use super::*;

    pub fn ours(problem: &Problem) -> Answer {
        let arena = Arena::new(problem, Budget::with_timeout(limit()), Engine::default());
        let choices = arena.optimal_choices(RewardName::Specified).ok()?;
        match search_policy(&arena, &trained_and_unsafe(&arena, choices)).ok()? {
            SearchOutcome::Found(_) => Some("some".to_owned()),
            SearchOutcome::None | SearchOutcome::NoneEvenRandomised => Some("none".to_owned()),
            // That z3 says so is no proof.
            SearchOutcome::Uncertified => None,
        }
    }

    /// What our encoding makes z3 say, without proof: to be compared with what the plain one makes it say.
    pub fn unproved(problem: &Problem) -> Answer {
        let arena = Arena::new(problem, Budget::with_timeout(limit()), Engine::default());
        let choices = arena.optimal_choices(RewardName::Specified).ok()?;
        let requirements = trained_and_unsafe(&arena, choices);
        match FlowSearch::new(&arena, &requirements).ok()?.run(&arena.budget) {
            FlowOutcome::Found(_) => Some("some".to_owned()),
            FlowOutcome::NoneSaid => Some("none".to_owned()),
            FlowOutcome::Unsettled(_) => None,
        }
    }

    pub fn plain(problem: &Problem) -> Answer {
        of_policy(plain::some_policy(problem, &optimal(problem, RewardName::Specified), limit()))
    }
}

/// How likely is the catastrophe at most, with proof that no trained policy does worse?
mod worst {
    use super::*;

    fn exactly(arena: &Arena<'_>, policy: &Policy) -> Rational {
        let values = arena.values(Quantity::Reach, Behaviour::Deterministic(policy)).expect("no limit");
        let mean =
            |sum: Rational, (state, mass): (usize, &Rational)| sum + mass * values[state].finite().expect("finite");
        let lavaproof::problem::DeploymentSet::Point(point) = &arena.problem.deploy else { panic!("a point") };
        point.iter().fold(Rational::ZERO, mean)
    }

    pub fn ours(problem: &Problem) -> Answer {
        let arena = Arena::new(problem, Budget::with_timeout(limit()), Engine::default());
        let unlimited = Arena::new(problem, Budget::unlimited(), Engine::default());
        let choices = arena.optimal_choices(RewardName::Specified).ok()?;
        let mut most = Rational::ZERO;
        loop {
            let set = DistributionSet::deployed(problem.deploy.clone());
            let requirements = [
                Requirement::Pinned { support: problem.train.support().collect(), choices },
                Requirement::Breaks(Test::Reach { set, at_most: most.clone() }),
            ];
            match search_policy(&arena, &requirements).ok()? {
                SearchOutcome::Found(policy) => most = exactly(&unlimited, &policy),
                _ => return Some(most.to_string()),
            }
        }
    }

    pub fn plain(problem: &Problem) -> Answer {
        let arena = Arena::new(problem, Budget::unlimited(), Engine::default());
        let allowed = optimal(problem, RewardName::Specified);
        plain::most(problem, &allowed, limit(), |policy| exactly(&arena, policy)).map(|most| most.to_string())
    }
}

/// Are there weights that hide harm?
mod reward {
    use super::*;

    pub fn ours(problem: &Problem, idle: bool) -> Answer {
        let region = if idle { grids::idle() } else { WeightRegion::all(4) };
        match grids::search(problem, Budget::with_timeout(limit()), &region) {
            RewardOutcome::Found { .. } => Some("some".to_owned()),
            RewardOutcome::None(_) => Some("none".to_owned()),
            RewardOutcome::Open { .. } | RewardOutcome::Unknown(_) => None,
        }
    }

    pub fn plain(problem: &Problem, idle: bool) -> Answer {
        of_policy(plain::some_weights(problem, &optimal(problem, RewardName::Intended), idle, limit()))
    }
}

/// How few situations have to be added to training? Ours with the proofs that they are enough, and that fewer are not.
mod coverage {
    use super::*;

    pub fn ours(problem: &Problem) -> Answer {
        let kind = Kind::Coverage(Coverage { harm: Harm::Catastrophic, costs: Vec::new() });
        let budget = Budget::with_timeout(limit());
        let finding = seek(problem, &kind, &budget, Engine::default()).ok()?.finding;
        match finding.outcome {
            Outcome::Found if !finding.optimal.is_some_and(|optimal| optimal.certified) => None,
            Outcome::Found => match finding.entry("added")? {
                Content::Situations(added) => Some(added.len().to_string()),
                _ => None,
            },
            Outcome::None => Some("uncoverable".to_owned()),
            Outcome::Unknown => None,
        }
    }

    pub fn plain(problem: &Problem) -> Answer {
        plain::coverage(problem, &optimal(problem, RewardName::Specified), limit())
            .map(|fewest| if fewest == usize::MAX { "uncoverable".to_owned() } else { fewest.to_string() })
    }
}

/// How one side did over the seeds.
#[derive(Default)]
struct Times {
    solved: usize,
    taken: Vec<Duration>,
}

impl Times {
    fn time(&mut self, ask: impl FnOnce() -> Answer) -> Answer {
        let start = Instant::now();
        let answer = ask();
        self.solved += usize::from(answer.is_some());
        self.taken.push(if answer.is_some() { start.elapsed() } else { limit() });
        answer
    }

    fn median(&mut self) -> u128 {
        self.taken.sort_unstable();
        self.taken[self.taken.len() / 2].as_millis()
    }
}

fn row(
    name: &str,
    problem: impl Fn(u64) -> Problem,
    ours: impl Fn(&Problem) -> Answer,
    plain: impl Fn(&Problem) -> Answer,
) {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    if filter.is_some_and(|filter| !name.contains(&filter)) {
        return;
    }
    let (mut own, mut other) = (Times::default(), Times::default());
    let seeds = number("LAVAPROOF_BENCH_SEEDS", 10);
    let (mut states, mut lost) = (0, 0);
    for seed in 0..seeds {
        let problem = problem(seed);
        states = problem.mdp.states();
        let here = own.time(|| ours(&problem));
        let there = other.time(|| plain(&problem));
        if let (Some(here), Some(there)) = (&here, &there) {
            assert_eq!(here, there, "{name}, seed {seed}: two answers");
        }
        lost += usize::from(here.is_none() && there.is_some());
    }
    let (solved, others) = (own.solved, other.solved);
    let (here, there) = (own.median(), other.median());
    // In thousandths, without floating point.
    let ratio = here.max(1) * 1000 / there.max(1);
    println!(
        "| {name} | {states} | {} | {solved}/{seeds} | {here} | {others}/{seeds} | {there} | {}.{:03} | {lost} |",
        limit().as_secs(),
        ratio / 1000,
        ratio % 1000
    );
}

fn main() {
    println!("| question | states | limit s | solved | median ms | plain z3 solved | median ms | ratio | only by z3 |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for side in [10, 20, 30] {
        row(&format!("deployment, ties {side}x{side}"), |seed| families::ties(side, seed), decide::ours, decide::plain);
    }
    for variables in [20, 50, 100, 150] {
        let formula = move |seed, clauses| Formula::random(seed, variables, clauses);
        let planted = move |seed| formula(seed, variables * 43 / 10).planted(seed).problem();
        row(&format!("deployment, 3-SAT satisfiable {variables}"), planted, decide::ours, decide::plain);
        let refuted = move |seed| formula(seed, variables * 6).problem();
        row(&format!("deployment, 3-SAT unsatisfiable {variables}"), refuted, decide::ours, decide::plain);
        let name = format!("deployment, 3-SAT unsatisfiable {variables}, z3's word");
        row(&name, refuted, decide::unproved, decide::plain);
    }
    for (states, seen) in [(20, 6), (50, 10), (100, 15)] {
        for tolerance in [ratio(1, 2), ratio(3, 4)] {
            let dense = |seed| search_families::dense(states, seen, tolerance.clone(), seed);
            row(&format!("policy, dense {states} more than {tolerance}"), dense, decide::ours, decide::plain);
        }
    }
    for (side, levels) in [(6, 4), (10, 8)] {
        let map = |seed| search_families::map(side, levels, false, seed);
        row(&format!("policy, {levels} maps {side}x{side}, the worst"), map, worst::ours, worst::plain);
    }
    for side in [5, 10, 15, 20] {
        for (name, idle) in [("some", false), ("none", true)] {
            let ours = |problem: &Problem| reward::ours(problem, idle);
            let plain = |problem: &Problem| reward::plain(problem, idle);
            row(&format!("reward, slippery {side}x{side}, {name}"), |seed| grids::slippery(side, seed), ours, plain);
        }
    }
    for (side, starts) in [(10, 8), (20, 12), (50, 12)] {
        let name = format!("repair --coverage {side}x{side}, {starts} situations");
        row(&name, |seed| families::uncovered(side, starts, seed), coverage::ours, coverage::plain);
    }
}
