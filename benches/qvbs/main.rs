//! `cargo bench --bench qvbs -- FOLDER [--only TEXT] [--runs N] [--seconds N] [--python PROGRAM]`: this solver and
//! Storm, exact and in sound floating point, on the DRN files that `FOLDER/index.json` lists.
//!
//! Each query is a process of its own. Loading and solving are timed apart, in time that the process has computed, which
//! others on the machine do not add to; of the runs the mean counts (of Storm the median); peak memory is that of the whole process. Storm is
//! optional (`pip install stormpy`): without it there is
//! one column. Storm does not read compressed files here, so that its loading leaves decompression out.

mod alone;
mod measure;
mod table;

use std::path::{Path, PathBuf};

use measure::{Measured, Peer, ours};
use table::Row;

/// What the command line says.
struct Arguments {
    folder: PathBuf,
    only: String,
    runs: usize,
    seconds: u64,
    python: String,
}

fn arguments() -> Option<Arguments> {
    let mut found =
        Arguments { folder: PathBuf::new(), only: String::new(), runs: 3, seconds: 60, python: "python3".into() };
    let mut given = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--only" => found.only = given.next()?,
            "--runs" => found.runs = given.next()?.parse().ok().filter(|runs| *runs > 0)?,
            "--seconds" => found.seconds = given.next()?.parse().ok()?,
            "--python" => found.python = given.next()?,
            folder if found.folder.as_os_str().is_empty() && !folder.starts_with('-') => found.folder = folder.into(),
            _ => return None,
        }
    }
    (!found.folder.as_os_str().is_empty()).then_some(found)
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [first, path, query, runs, ..] = given.as_slice()
        && first == alone::ALONE
    {
        return alone::run(path, query, runs.parse().expect("a number of runs"));
    }
    let Some(arguments) = arguments() else {
        println!("usage: cargo bench --bench qvbs -- FOLDER [--only TEXT] [--runs N] [--seconds N] [--python PROGRAM]");
        println!("FOLDER holds index.json, a list of objects with model, file, property, query and exact_value");
        return;
    };
    let index = std::fs::read_to_string(arguments.folder.join("index.json")).expect("FOLDER/index.json");
    let index: serde_json::Value = serde_json::from_str(&index).expect("index.json is JSON");
    let peer = Peer::find(&arguments.python);
    match &peer {
        Some(peer) => println!("against stormpy {}", peer.version),
        None => println!("{} has no stormpy: this solver alone (pip install stormpy)", arguments.python),
    }
    println!("{}", Row::heading());
    let mut rows = Vec::new();
    for entry in index.as_array().expect("a list") {
        let text = |key: &str| entry[key].as_str().unwrap_or_default();
        let name = format!("{} {}", text("model"), text("property"));
        if !name.contains(&arguments.only) {
            continue;
        }
        let path = arguments.folder.join(text("file"));
        let row = row(&arguments, peer.as_ref(), &path, name, text("query"), entry["exact_value"].as_str());
        println!("{row}");
        rows.push(row);
    }
    print!("{}", table::summary(&rows));
}

fn row(
    arguments: &Arguments,
    peer: Option<&Peer>,
    path: &Path,
    name: String,
    query: &str,
    expected: Option<&str>,
) -> Row {
    let found = ours(path, query, arguments.runs, arguments.seconds);
    let ask = |mode: &str| -> Option<Measured> { peer?.measure(mode, path, query, arguments.runs, arguments.seconds) };
    Row { name, exact: ask("exact"), float: ask("float"), ours: found, expected: expected.map(str::to_owned) }
}
