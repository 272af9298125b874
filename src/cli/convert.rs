//! `lavaproof convert`: any model file as canonical JSON.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, USAGE};
use crate::cli::load::load;
use crate::cli::output;
use crate::format;

/// The arguments of `convert`.
#[derive(Debug, Args)]
pub(super) struct ConvertArguments {
    /// The model to read
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where to write it (a `.json` file), whole or not at all; standard output without it
    #[arg(value_name = "OUT")]
    to: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(arguments: &ConvertArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    if arguments.to.is_some() && common.output.is_some() {
        return Err("give either OUT or --output, not both".into());
    }
    let output = arguments.to.as_deref().or(common.output.as_deref());
    if let Some(path) = output
        && path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("json"))
        && (path.is_file() || !path.exists())
    {
        return Err(format!("cannot write {}: models are written as `.json`", path.display()).into());
    }
    match load(&arguments.input) {
        Ok(loaded) => {
            output::write(output, &format::write(&loaded.file))?;
            Ok(ALL_AS_EXPECTED)
        }
        Err(problems) => {
            eprintln!("{}", problems.plain());
            Ok(USAGE)
        }
    }
}
