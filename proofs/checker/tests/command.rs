//! The program on files: what it prints, and how it exits.

#![allow(clippy::expect_used, reason = "a test says what is wrong by a panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../certificates").join(name)
}

/// Exit code, standard output and standard error.
fn run(arguments: &[&Path]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lavaproof-checker")).args(arguments).output().expect("the program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn model() -> PathBuf {
    file("accepted/lava.model")
}

fn accepted() -> PathBuf {
    file("accepted/lava--wentworth.outer-forall.cert")
}

/// The lines that say what came of it.
fn verdicts(out: &str) -> Vec<&str> {
    let words = ["accepted", "rejected: ", "unreadable: "];
    out.lines().filter(|line| words.iter().any(|word| line.starts_with(word))).collect()
}

#[test]
fn an_accepted_certificate_is_stated_and_accepted() {
    let (code, out, error) = run(&[&model(), &accepted()]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines.first().is_some_and(|line| line.starts_with("certificate: ") && line.ends_with("-forall.cert")));
    assert!(lines.contains(&"claim: wentworth.outer[forall] fails"));
    assert_eq!(lines.last(), Some(&"accepted"));
    assert_eq!(verdicts(&out), ["accepted"]);
}

#[test]
fn the_worst_outcome_is_the_exit_code_wherever_it_stands() {
    // A certificate of this model by its name, which is refused, and a file that is none.
    let rejected = file("accepted/fire--a-shift-counts-in-the-catastrophe-where-rewards-are-meant.cert");
    let (model, accepted) = (model(), accepted());
    for (certificates, expected) in [
        (vec![&accepted, &accepted], 0),
        (vec![&rejected], 5),
        (vec![&rejected, &accepted], 5),
        (vec![&accepted, &rejected], 5),
        (vec![&model, &rejected], 2),
        (vec![&rejected, &model], 2),
        (vec![&model, &accepted], 2),
    ] {
        let paths: Vec<&Path> = [&model].into_iter().chain(certificates.iter().copied()).map(AsRef::as_ref).collect();
        let (code, out, _) = run(&paths);
        assert_eq!(code, Some(expected), "{out}");
        assert_eq!(verdicts(&out).len(), certificates.len());
        assert_eq!(out.matches("\n\ncertificate: ").count() + 1, certificates.len(), "an empty line between two");
        assert!(out.starts_with("certificate: "));
    }
}

#[test]
fn what_is_not_there_or_no_model_is_unreadable() {
    let (nothing, model, accepted) = (file("nothing"), model(), accepted());
    let (code, out, _) = run(&[&nothing, &accepted]);
    assert!(code == Some(2) && out.starts_with("unreadable: ") && out.contains("nothing: "), "{out}");
    let (code, out, _) = run(&[&accepted, &accepted]);
    assert!(code == Some(2) && out.contains(".cert, line 1: expected `lavaproof-model`"), "{out}");
    let (code, out, _) = run(&[&model, &nothing]);
    assert!(code == Some(2) && verdicts(&out).len() == 1, "{out}");
}

#[test]
fn usage() {
    for arguments in [&["-h"][..], &["--help"], &["model", "--help"]] {
        let (code, out, error) = run(&arguments.iter().map(Path::new).collect::<Vec<_>>());
        assert!(code == Some(0) && out.starts_with("Usage: lavaproof-checker") && error.is_empty(), "{arguments:?}");
    }
    for arguments in [&["-V"][..], &["--version"]] {
        let (code, out, _) = run(&arguments.iter().map(Path::new).collect::<Vec<_>>());
        let version = format!("lavaproof-checker {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!((code, out), (Some(0), version));
    }
    let model = model();
    for arguments in [vec![], vec![model.as_path()]] {
        let (code, out, error) = run(&arguments);
        assert!(code == Some(2) && out.is_empty() && error.starts_with("Usage: lavaproof-checker"));
    }
}

/// A full disk, or nobody who reads: not a verdict.
#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_no_acceptance() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lavaproof-checker"));
    let status = command.args([model(), accepted()]).stdout(Stdio::from(full)).status().expect("the program");
    assert_eq!(status.code(), Some(2));
}
