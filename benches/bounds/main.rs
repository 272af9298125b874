//! `cargo bench --bench bounds [-- STATES…]`: proved bounds of discounted rewards against value iteration in floating
//! point in the same process, on random models and on slippery grids of growing size.
//!
//! *Float* is value iteration, one state after the other with the newest values, until a sweep changes none by more than
//! `ε(1−γ)/(2γ)`, the usual rule for a result within `ε/2`; nothing is proved. *Bounds* is what `solve --epsilon` does: proposal and
//! proof, bounds that are at most `ε` apart. *Open* is the number of states of which the bounds do not prove that one choice
//! alone is optimal. *Exact* is the time for exact values, of models up to `EXACT` states. Times are the median of `RUNS`, or of one run that takes long; both
//! use all threads they can.

mod models;

use std::time::{Duration, Instant};

use lavaproof::budget::Budget;
use lavaproof::mdp::{Mdp, Rational, RewardStructure};
use lavaproof::solve::{Measure, Sense, discounted_bounds, optimum};

use models::{grid, random};

/// Models of at most so many states are solved exactly too.
const EXACT: usize = 2_500;

/// An odd number.
const RUNS: usize = 3;

/// What takes longer is run once.
const LONG: Duration = Duration::from_secs(10);

/// The distance of the bounds, as 1 over this.
const PARTS: u32 = 1_000_000;

fn median<T>(mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut times = Vec::new();
    loop {
        let begin = Instant::now();
        let result = run();
        times.push(begin.elapsed());
        if times.len() == RUNS || times[0] > LONG {
            times.sort_unstable();
            return (times[times.len() / 2], result);
        }
    }
}

/// Value iteration as anyone would write it.
fn value_iteration(mdp: &Mdp, reward: &RewardStructure, discount: f64, epsilon: f64) -> Vec<f64> {
    let rows = mdp.compressed();
    let probabilities: Vec<f64> =
        mdp.distinct_probabilities().iter().map(|number| discount * number.to_f64().value()).collect();
    let rewards: Vec<f64> = reward.distinct().iter().map(|number| number.to_f64().value()).collect();
    let mut values = vec![0.0f64; mdp.states()];
    loop {
        let mut change: f64 = 0.0;
        for state in 0..values.len() {
            let worth = |choice: usize| {
                let successors = rows.targets(choice).iter().zip(rows.probabilities(choice));
                let next: f64 =
                    successors.map(|(&to, &index)| probabilities[index as usize] * values[to as usize]).sum();
                rewards[reward.indices()[choice] as usize] + next
            };
            let best = rows.choices(state).map(worth).reduce(f64::max).unwrap_or(0.0);
            change = change.max((best - values[state]).abs());
            values[state] = best;
        }
        if change <= epsilon * (1.0 - discount) / (2.0 * discount) {
            return values;
        }
    }
}

/// Peak memory in MiB, where the kernel says it.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn measured(name: &str, (mdp, reward): &(Mdp, RewardStructure), discount: &Rational) {
    let budget = Budget::unlimited();
    let epsilon = Rational::ONE / Rational::from(PARTS);
    let (float, values) = median(|| value_iteration(mdp, reward, discount.to_f64().value(), epsilon.to_f64().value()));
    let (ours, bounds) = median(|| discounted_bounds(mdp, (reward, discount), Sense::Max, &epsilon, &budget));
    let bounds = bounds.expect("no limit").expect("numbers that fit");
    assert!(bounds.width() <= epsilon, "{name}: bounds are {} apart", bounds.width());
    let off = |state: usize| (bounds.lower(state).to_f64().value() - values[state]).abs();
    assert!((0..mdp.states()).all(|state| off(state) < 3.0 / f64::from(PARTS)), "{name}: float and bounds differ");
    let open = bounds.proved_choices().iter().filter(|choice| choice.is_none()).count();
    let exact = if mdp.states() <= EXACT {
        let begin = Instant::now();
        let found = optimum(mdp, &Measure::Discounted { reward, discount }, Sense::Max, &budget).expect("no limit");
        assert_eq!(found.values().len(), mdp.states());
        format!("{:.3}", begin.elapsed().as_secs_f64())
    } else {
        "-".to_owned()
    };
    println!(
        "{name:<16} {discount:>7} {:>9} {:>10} {:>9.3} {:>9.3} {:>6.2} {open:>8} {exact:>9} {:>6}",
        mdp.states(),
        mdp.transitions(),
        float.as_secs_f64(),
        ours.as_secs_f64(),
        ours.as_secs_f64() / float.as_secs_f64(),
        memory().map_or_else(|| "-".to_owned(), |memory| memory.to_string()),
    );
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000, 100_000, 1_000_000] } else { sizes };
    println!(
        "{:<16} {:>7} {:>9} {:>10} {:>9} {:>9} {:>6} {:>8} {:>9} {:>6}",
        "model", "γ", "states", "trans.", "float s", "bounds s", "ratio", "open", "exact s", "MB"
    );
    for states in sizes {
        let side = states.isqrt();
        for (name, model) in [("random", random(states)), ("slippery grid", grid(side))] {
            for discount in [(9, 10), (99, 100)] {
                measured(name, &model, &(Rational::from(discount.0) / Rational::from(discount.1)));
            }
        }
    }
}
