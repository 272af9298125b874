//! `lavaproof new`: a commented model file to start from.

use clap::{Args, ValueEnum};

use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit};
use crate::cli::families::{family, listed};
use crate::cli::output;

/// The arguments of `new`.
#[derive(Debug, Args)]
#[command(after_help = format!("Families:\n{}", listed()))]
pub(super) struct NewArguments {
    /// What kind of model
    #[arg(value_enum, default_value_t = Kind::Grid)]
    kind: Kind,
    /// A member of a family of models instead
    #[arg(long, value_name = "NAME", conflicts_with = "kind")]
    family: Option<String>,
    /// Which member, such as `size=9` (see below)
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "family")]
    settings: Vec<String>,
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
    let text = match (&arguments.family, arguments.kind) {
        (Some(name), _) => family(name)?.member(&arguments.settings)?,
        (None, Kind::Grid) => include_str!("templates/grid.toml").to_owned(),
        (None, Kind::Explicit) => include_str!("templates/explicit.toml").to_owned(),
    };
    output::write(common.output.as_deref(), &text)?;
    Ok(ALL_AS_EXPECTED)
}
