//! `lavaproof-checker MODEL CERTIFICATE…`

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use lavaproof_checker::{Claim, Model, Rejection, check};

const USAGE: &str = "Usage: lavaproof-checker MODEL CERTIFICATE...

Checks certificates against an explicit model, with integer arithmetic alone. Prints for each certificate what
it claims, then `accepted`, `rejected: ...` or `unreadable: ...`.

Options:
  -h, --help     Print this
  -V, --version  Print the version

Exit status: 0 all accepted, 5 one rejected, 2 one unreadable or wrong usage (2 before 5 before 0).
";

/// How one certificate came out, in the order in which one outweighs another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Accepted,
    Rejected,
    Unreadable,
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    // That nobody reads the output any more is no verdict.
    match run(&mut out).and_then(|outcome| out.flush().map(|()| outcome)) {
        Ok(Outcome::Accepted) => ExitCode::SUCCESS,
        Ok(Outcome::Rejected) => ExitCode::from(5),
        Ok(Outcome::Unreadable) | Err(_) => ExitCode::from(2),
    }
}

fn run(out: &mut impl Write) -> io::Result<Outcome> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.iter().any(|argument| argument == "-h" || argument == "--help") {
        write!(out, "{USAGE}")?;
        return Ok(Outcome::Accepted);
    }
    if arguments.iter().any(|argument| argument == "-V" || argument == "--version") {
        writeln!(out, "lavaproof-checker {}", env!("CARGO_PKG_VERSION"))?;
        return Ok(Outcome::Accepted);
    }
    let (path, certificates) = match arguments.as_slice() {
        [model, certificates @ ..] if !certificates.is_empty() => (model, certificates),
        _ => {
            write!(io::stderr(), "{USAGE}")?;
            return Ok(Outcome::Unreadable);
        }
    };
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) => {
            writeln!(out, "unreadable: {}: {error}", path.display())?;
            return Ok(Outcome::Unreadable);
        }
    };
    let model = match Model::read(&text) {
        Ok(model) => model,
        Err(unreadable) => {
            writeln!(out, "unreadable: {}, {unreadable}", path.display())?;
            return Ok(Outcome::Unreadable);
        }
    };
    // The model has what it needs; the file may be large.
    drop(text);
    let mut worst = Outcome::Accepted;
    for (number, certificate) in certificates.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        writeln!(out, "certificate: {}", certificate.display())?;
        worst = worst.max(judge(out, &model, certificate)?);
    }
    Ok(worst)
}

fn judge(out: &mut impl Write, model: &Model, path: &OsString) -> io::Result<Outcome> {
    let certificate = match fs::read(path) {
        Ok(certificate) => certificate,
        Err(error) => {
            writeln!(out, "unreadable: {error}")?;
            return Ok(Outcome::Unreadable);
        }
    };
    if let Ok(claim) = Claim::read(&certificate) {
        writeln!(out, "{}", claim.statement(model))?;
    }
    match check(model, &certificate) {
        Ok(_) => {
            writeln!(out, "accepted")?;
            Ok(Outcome::Accepted)
        }
        Err(Rejection::Rejected(rejected)) => {
            writeln!(out, "rejected: {rejected}")?;
            Ok(Outcome::Rejected)
        }
        Err(Rejection::Unreadable(unreadable)) => {
            writeln!(out, "unreadable: {unreadable}")?;
            Ok(Outcome::Unreadable)
        }
    }
}
