//! `lavaproof new`: a commented model file to start from.

use clap::{Args, ValueEnum};

use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit};
use crate::cli::output;

/// The arguments of `new`.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// What kind of model
    #[arg(value_enum, default_value_t = Kind::Grid)]
    kind: Kind,
}

/// Kinds of starting files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A gridworld drawn as maps, in TOML
    Grid,
    /// States and choices listed one by one, in TOML
    Explicit,
}

/// Runs the command.
pub(super) fn run(arguments: &NewArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let text = match arguments.kind {
        Kind::Grid => include_str!("templates/grid.toml"),
        Kind::Explicit => include_str!("templates/explicit.toml"),
    };
    output::write(common.output.as_deref(), text)?;
    Ok(ALL_AS_EXPECTED)
}
