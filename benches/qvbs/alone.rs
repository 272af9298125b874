//! One query of this solver: what the child process does.

use std::fs::File;
use std::io::Read;
use std::time::{Duration, Instant};

use lavaproof::budget::Budget;
use lavaproof::format::DrnReader;
use lavaproof::mdp::LabelledMdp;
use lavaproof::query::{Method, answer, parse_query};

/// The argument that asks for it, before file, query and number of runs.
pub const ALONE: &str = "--alone";

/// The time that all threads of this process have computed, where the kernel says it, and the time that has passed
/// elsewhere.
fn computed(begin: Instant) -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    match nanoseconds.sum() {
        0 => begin.elapsed(),
        spent => Duration::from_nanos(spent),
    }
}

fn load(path: &str) -> LabelledMdp {
    let file = File::open(path).expect("a model file");
    let mut source: Box<dyn Read> =
        if path.ends_with(".gz") { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut reader = DrnReader::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match source.read(&mut buffer).expect("a whole file") {
            0 => return reader.finish().expect("a valid model"),
            count => reader.feed(&buffer[..count]),
        }
    }
}

/// Peak memory in KiB, where the kernel says it.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// Loads the model once, answers the query some times, and prints the times as JSON.
pub fn run(path: &str, query: &str, runs: usize) {
    let begin = Instant::now();
    let model = load(path);
    let load = computed(begin);
    let query = parse_query(query).expect("a query");
    let mut value = String::new();
    let before = computed(begin);
    let mut done = 0u32;
    // The kernel's clock moves in steps of some milliseconds.
    while (done as usize) < runs || computed(begin) - before < Duration::from_millis(200) {
        let answer = answer(&model, &query, None, None, Method::PolicyIteration, &model.initial, &Budget::unlimited())
            .expect("an answer");
        value = answer.value(model.initial[0]).map_or_else(String::new, |value| value.to_string());
        done += 1;
    }
    let solve = (computed(begin) - before) / done;
    let document = serde_json::json!({
        "load": load.as_secs_f64(),
        "solve": solve.as_secs_f64(),
        "value": value,
        "states": model.mdp.states(),
        "memory": memory(),
    });
    println!("{document}");
}
