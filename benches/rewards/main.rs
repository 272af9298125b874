//! How long searches over rewards take on slippery grids: `cargo bench --bench rewards [-- filter]`.
//!
//! One line a grid: for ten seeds the median, least and largest time of the question with an answer (any weights)
//! and of the one without (steps cost nothing or less, the goal is worth nothing or less). `-` beyond the limit,
//! which `LAVAPROOF_BENCH_SECONDS` sets; `LAVAPROOF_BENCH_SEEDS` sets how many seeds.

#[path = "../../tests/rewards/grids.rs"]
mod grids;
#[path = "../../tests/oracle/mod.rs"]
mod oracle;

use std::time::{Duration, Instant};

use lavaproof::budget::Budget;
use lavaproof::problem::Problem;
use lavaproof::search::rewards::{RewardOutcome, WeightRegion};

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn measure(problems: &[Problem], region: &WeightRegion) -> String {
    let limit = Duration::from_secs(number("LAVAPROOF_BENCH_SECONDS", 60));
    let mut times = Vec::new();
    let mut answers = [0, 0, 0];
    for problem in problems {
        let start = Instant::now();
        let outcome = grids::search(problem, Budget::with_timeout(limit), region);
        times.push(start.elapsed().as_millis());
        answers[match outcome {
            RewardOutcome::Found { .. } => 0,
            RewardOutcome::None(_) => 1,
            RewardOutcome::Unknown(_) | RewardOutcome::Open { .. } => 2,
        }] += 1;
    }
    times.sort_unstable();
    let [found, none, open] = answers;
    let (least, median, most) = (times[0], times[times.len() / 2], times[times.len() - 1]);
    format!("{found} found, {none} none, {open} open; median {median} ms ({least} to {most})")
}

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    for side in [5, 10, 15, 20] {
        let name = format!("slippery {side}x{side}");
        if filter.as_ref().is_some_and(|filter| !name.contains(filter.as_str())) {
            continue;
        }
        let problems: Vec<Problem> =
            (0..number("LAVAPROOF_BENCH_SEEDS", 10)).map(|seed| grids::slippery(side, seed)).collect();
        println!("{name} | any weights: {}", measure(&problems, &WeightRegion::all(4)));
        println!("{name} | idle weights: {}", measure(&problems, &grids::idle()));
    }
}
