//! The program, run as a user runs it: arguments and files in; text, files and an exit code out.

mod exit_codes;
mod families;
mod files;
mod formats;
#[path = "../../benches/check/grids.rs"]
mod grids;
mod limits;
mod models;
mod prove;
mod refusals;
mod rewards;
mod search;
mod solve;
mod transcript;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What a run of the program did.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

/// The program in a folder, with nothing of the caller's terminal.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lavaproof"));
    command.current_dir(folder).env("COLUMNS", "100").env("NO_COLOR", "1");
    command
}

fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    let output = program(folder).args(arguments).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A run in the root of the repository.
fn run(arguments: &[&str]) -> Run {
    run_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

/// What is in a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The text of a shipped model.
fn shipped(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name);
    std::fs::read_to_string(path).expect("a shipped model")
}

/// A shipped model in TOML without what it expects.
fn unexpecting(name: &str) -> String {
    shipped(name).split("\n[expect]\n").next().expect("what comes before").to_owned() + "\n"
}

/// The verdicts of each model in a JSON report, with everything that they say but what was expected.
fn verdicts(report: &str) -> Vec<serde_json::Value> {
    let document: serde_json::Value = serde_json::from_str(report).expect("JSON");
    let models = document["models"].as_array().expect("models");
    models
        .iter()
        .map(|model| {
            let mut verdicts = model["verdicts"].clone();
            for verdict in verdicts.as_array_mut().expect("verdicts") {
                verdict.as_object_mut().expect("a verdict").remove("expect");
            }
            verdicts
        })
        .collect()
}
