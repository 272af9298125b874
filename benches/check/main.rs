//! How long `check` takes, and in how much memory, on lava grids of growing size:
//! `cargo bench --bench check [-- 20 50 100]`.
//!
//! Each grid has the given number of cells on a side, half of them for training and half for deployment, with and
//! without slipping. The built program is run as a user does. `LAVAPROOF_BENCH_SECONDS` is the time limit of
//! one run (default 60), `LAVAPROOF_BENCH_RUNS` the runs of which the median is shown (default 3). *Growth* is the time for
//! each transition, divided by that of the size before. Peak memory is the kernel's (`VmHWM`), where there is one that
//! says it, read while the program runs; the last moments may be missed. *Exact* is the share of the deciding time that goes
//! into exact arithmetic, by the program's own clock.

mod grids;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lavaproof::format;

/// Between two looks at a running program.
const POLL: Duration = Duration::from_millis(2);

/// How long a run may go on after its own time limit before it is ended from outside.
const GRACE: Duration = Duration::from_secs(60);

/// What one run of the program showed.
struct Run {
    seconds: f64,
    peak_kib: Option<u64>,
    /// What the program reported; `None` if the run was ended or failed.
    reported: Option<Reported>,
}

/// What the program said of itself.
struct Reported {
    known: u64,
    unknown: u64,
    exact_share: f64,
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The most memory that a running process ever had.
fn peak_kib(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What a JSON report says.
fn reported(report: &Path) -> Option<Reported> {
    let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(report).ok()?).ok()?;
    let of = |kind: &str| document["summary"][kind].as_u64();
    let seconds = |kind: &str| document["timings"][kind].as_f64();
    Some(Reported {
        known: of("holds")? + of("fails")? + of("not_applicable")?,
        unknown: of("unknown")?,
        exact_share: seconds("exact_s")? / seconds("decide_s")?,
    })
}

fn run(model: &Path, limit: u64) -> std::io::Result<Run> {
    let report = model.with_extension("report.json");
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_lavaproof"))
        .args(["check", "--format", "json", "--timeout", &limit.to_string(), "--output"])
        .args([&report, model])
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak = None;
    while child.try_wait()?.is_none() {
        peak = peak_kib(&child).max(peak);
        if start.elapsed() > Duration::from_secs(limit) + GRACE {
            child.kill()?;
        }
        std::thread::sleep(POLL);
    }
    let seconds = start.elapsed().as_secs_f64();
    let reported = reported(&report);
    // The next run must not read this one's report.
    let _ = std::fs::remove_file(&report);
    Ok(Run { seconds, peak_kib: peak, reported })
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut sizes: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![20, 50, 100];
    }
    let (limit, runs) = (number("LAVAPROOF_BENCH_SECONDS", 60), number("LAVAPROOF_BENCH_RUNS", 3).max(1));
    let folder = tempfile::tempdir()?;
    println!("median of {runs}, limit {limit} s for each run");
    println!("| slip | size | states | transitions | seconds | growth | exact | peak MB | known | unknown |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for slip in ["0", "1/10"] {
        let mut before: Option<f64> = None;
        for &size in &sizes {
            let model = folder.path().join(format!("{size}.toml"));
            let text = grids::slippery(size, slip);
            std::fs::write(&model, &text)?;
            let problem = format::read("grid.toml", &text)?.problem;
            let mdp = &problem.mdp;
            let transitions = mdp.transitions();
            let mut found = (0..runs).map(|_| run(&model, limit)).collect::<Result<Vec<_>, _>>()?;
            found.sort_by(|left, right| left.seconds.total_cmp(&right.seconds));
            let peak = found.iter().filter_map(|run| run.peak_kib).max();
            let median = &found[found.len() / 2];
            let count = u32::try_from(transitions)?;
            // A run without verdicts was ended from outside: it says how long at least, and nothing of growth.
            let each = median.reported.as_ref().map(|_| median.seconds / f64::from(count));
            let least = if each.is_none() { ">" } else { "" };
            let growth = each.zip(before).map(|(each, before)| format!("{:.2}", each / before));
            println!(
                "| {slip} | {size} | {} | {transitions} | {least}{:.2} | {} | {} | {} | {} | {} |",
                mdp.states(),
                median.seconds,
                shown(growth),
                shown(median.reported.as_ref().map(|own| format!("{:.0} %", 100.0 * own.exact_share))),
                shown(peak.map(|kib| kib.div_ceil(1024))),
                shown(median.reported.as_ref().map(|own| own.known)),
                shown(median.reported.as_ref().map(|own| own.unknown)),
            );
            before = each;
        }
    }
    Ok(())
}
