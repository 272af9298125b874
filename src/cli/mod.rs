//! The command line: the only place that reads arguments, the environment, the terminal and files.

mod check;
mod convert;
mod decided;
mod definitions;
mod exit;
mod families;
mod interrupt;
mod load;
mod model;
mod model_files;
mod new;
mod output;
mod pictures;
mod progress;
mod proofs;
mod prove;
mod rejected;
mod rewards;
mod search;
mod solve;
mod solve_proofs;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::report::Detail;

/// Decides alignment claims about finite Markov decision processes, exactly.
#[derive(Debug, Parser)]
#[command(version, about, after_help = exit::HELP, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Every command. A new one is a file, and a line here and in [`run`].
#[derive(Debug, Subcommand)]
enum Command {
    /// Decide every decomposition of every model, with witnesses, and compare with what the files expect
    Check(check::CheckArguments),
    /// Write a certificate for each verdict, to be checked without this program
    Prove(prove::ProveArguments),
    /// Exact optimal probabilities, rewards and steps of a model
    Solve(solve::SolveArguments),
    /// Search for counterexamples, and for what would remove them
    Search(search::SearchArguments),
    #[command(flatten)]
    Opposite(search::OppositeArguments),
    /// What all rewards of a process can say: POWER, orders of policies, aligned rewards, safe data
    Rewards(rewards::RewardsArguments),
    /// Print the decompositions, their formulas and sources
    Definitions(definitions::DefinitionsArguments),
    /// Rewrite a model as canonical JSON: gridworlds are expanded, numbers are exact
    Convert(convert::ConvertArguments),
    /// Print a commented model file to start from
    New(new::NewArguments),
}

/// Options that every command has.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
struct Common {
    /// How to write the results
    #[arg(long, global = true, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json", "junit", "sarif", "markdown", "library"])]
    format: String,
    /// Write to this file, whole or not at all, instead of standard output; for `prove` the folder of the certificates
    #[arg(short, long, global = true, value_name = "FILE")]
    output: Option<std::path::PathBuf>,
    /// Whether to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: output::Colour,
    /// Print only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print more
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Seconds to spend on each model before what is open is `unknown`
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
    /// Seed of randomised searches; answers never depend on it, and no search of this version is randomised
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// How optima are found; the values are the same
    #[arg(long, global = true, value_name = "ENGINE", default_value = "policy-iteration", value_parser = ["policy-iteration", "linear-program", "brute-force", "quotient"])]
    engine: String,
}

impl Common {
    fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        }
    }
}

/// Runs the program on the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let Arguments { command, common } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; a broken pipe while printing them is none of ours.
            let _ = error.print();
            return if error.use_stderr() { exit::USAGE } else { exit::ALL_AS_EXPECTED }.into();
        }
    };
    let outcome = match command {
        Command::Check(arguments) => check::run(&arguments, &common),
        Command::Prove(arguments) => prove::run(&arguments, &common),
        Command::Solve(arguments) => solve::run(&arguments, &common),
        Command::Search(arguments) => search::run(&arguments, &common),
        Command::Opposite(arguments) => search::run_opposite(arguments, &common),
        Command::Rewards(arguments) => rewards::run(&arguments, &common),
        Command::Definitions(arguments) => definitions::run(&arguments, &common),
        Command::Convert(arguments) => convert::run(&arguments, &common),
        Command::New(arguments) => new::run(&arguments, &common),
    };
    match outcome {
        Ok(code) => code.into(),
        Err(error) => {
            let usage = || (format!("error: {error}"), exit::USAGE);
            let (sentence, code) = rejected::of_error(error.as_ref()).unwrap_or_else(usage);
            eprintln!("{sentence}");
            code.into()
        }
    }
}
