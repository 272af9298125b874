//! `cargo bench --bench corruptions -- [COUNT [SEED [SAMPLE]]]`: corrupts so many certificates and models of random problems. Each must be
//! rejected by the checker, or what it claims must be true by enumeration. A sample is given to the second checker too, which must
//! come to the same end.

#[path = "../../tests/oracle/mod.rs"]
mod oracle;

#[path = "../../tests/corruptions/campaign.rs"]
mod campaign;
#[path = "../../tests/corruptions/explicit.rs"]
mod explicit;
#[path = "../../tests/corruptions/operators.rs"]
mod operators;
#[path = "../../tests/corruptions/truth.rs"]
mod truth;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use campaign::{Corruption, Outcome, Tally};
use tempfile::TempDir;

/// A corruption for the second checker: the model, the certificate, and what the first one says.
type Sampled = (String, String, Outcome);

fn main() -> ExitCode {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let number = |place: usize, usual: usize| numbers.get(place).copied().unwrap_or(usual);
    let (count, seed, sample) = (number(0, 20_000), number(1, 1), number(2, 500));
    let started = Instant::now();
    let mut sampled: Vec<Sampled> = Vec::new();
    let mut accepted: Vec<Sampled> = Vec::new();
    let (mut seen, mut false_ones) = (0, 0);
    let tally = campaign::run(count, seed as u64, |corruption| {
        if corruption.outcome == Outcome::False {
            false_ones += 1;
            told(corruption);
        }
        seen += 1;
        let kept = || (corruption.model.to_string(), corruption.certificate.clone(), corruption.outcome);
        // Half of the sample from all, half from what is accepted, which is the rarer.
        if seen % (count / (sample / 2).max(1)).max(1) == 0 && sampled.len() < sample / 2 {
            sampled.push(kept());
        } else if corruption.outcome >= Outcome::True && accepted.len() < sample - sample / 2 && seen % 3 == 0 {
            accepted.push(kept());
        }
    });
    print(&tally, count);
    println!("{:.0} s", started.elapsed().as_secs_f64());
    sampled.extend(accepted);
    let different = second_checker(&sampled);
    println!("second checker: {} of {} differ", different, sampled.len());
    if false_ones == 0 && different == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn told(corruption: &Corruption) {
    let falsehood = corruption.falsehood.as_deref().unwrap_or_default();
    println!("ACCEPTED AND FALSE: {falsehood}\n{}\n{}", corruption.model, corruption.certificate);
}

fn print(tally: &Tally, count: usize) {
    let outcomes = [Outcome::Unreadable, Outcome::Rejected, Outcome::True, Outcome::Open, Outcome::False];
    println!(
        "{:<22} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "corruption", "unreadable", "rejected", "true", "open", "false"
    );
    let mut rows: BTreeMap<(bool, String), [usize; 5]> = BTreeMap::new();
    let mut sums = [0; 5];
    for (((operator, of_model), outcome), number) in tally {
        let row = rows.entry((*of_model, format!("{operator:?}").to_lowercase())).or_default();
        let place = outcomes.iter().position(|known| known == outcome).unwrap_or_default();
        row[place] += number;
        sums[place] += number;
    }
    let line = |name: &str, row: &[usize; 5]| {
        let cells: String = row.iter().map(|number| format!(" {number:>10}")).collect();
        println!("{name:<22}{cells}");
    };
    for ((of_model, name), row) in &rows {
        line(&format!("{} {name}", if *of_model { "model" } else { "certificate" }), row);
    }
    line(&format!("all {count}"), &sums);
}

/// How many of some corruptions come to another end in the second checker.
fn second_checker(sampled: &[Sampled]) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new().expect("a folder");
    let mut different = 0;
    for (model, certificate, outcome) in sampled {
        let paths = [folder.path().join("a.model"), folder.path().join("a.cert")];
        for (path, text) in paths.iter().zip([model, certificate]) {
            std::fs::write(path, text).expect("a file");
        }
        let status = Command::new("python3").arg(root.join("proofs/checker.py")).args(&paths).output();
        let code = status.expect("python3").status.code();
        let wanted = match outcome {
            Outcome::Unreadable => 2,
            Outcome::Rejected => 5,
            Outcome::True | Outcome::Open | Outcome::False => 0,
        };
        if code != Some(wanted) {
            different += 1;
            println!("THE CHECKERS DIFFER: {code:?}, not {wanted}\n{model}\n{certificate}");
        }
    }
    different
}
