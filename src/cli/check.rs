//! `lavaproof check`: every decomposition of every model.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Common;
use crate::cli::decided::decided;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::pictures::{pictures_of_answers, pictures_of_models, write_pictures};
use crate::cli::proofs::write_proofs;
use crate::report::{Format, Style, render};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Model files; a folder stands for every model below it, and pages (`.md`) among other files are left out
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only these decompositions or parts, such as `quibble` or `wentworth.outer` (repeatable)
    #[arg(long, value_name = "ID[.PART]")]
    only: Vec<String>,
    /// Draw SVG pictures in this folder: each witness on a gridworld, and the states of small models without maps;
    /// with `--format library` each model once, for its page
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Write each verdict's certificate, and each model as the checker reads it, to this folder
    #[arg(long, value_name = "DIR")]
    proofs: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(arguments: &CheckArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let format: Format = common.format.parse()?;
    let (mut report, exit) = decided(&arguments.files, &arguments.only, common)?;
    // Before the report, which names the files.
    if let Some(folder) = &arguments.proofs {
        let written = write_proofs(&mut report.models, folder)?;
        let noun = if written == 1 { "certificate" } else { "certificates" };
        eprintln!("{written} {noun} in {}", folder.display());
    }
    let terminal = output::stdout_is_terminal() && common.output.is_none();
    let style = Style { colour: common.color.on(terminal), width: output::width(), detail: common.detail() };
    let pictures = match (&arguments.svg, format) {
        (Some(folder), Format::Library) => pictures_of_models(&mut report, folder, common.output.as_deref()),
        (Some(folder), _) => pictures_of_answers(&report, folder),
        (None, _) => Vec::new(),
    };
    output::write(common.output.as_deref(), &render(&report, format, &style))?;
    if let Some(folder) = &arguments.svg {
        write_pictures(&pictures, folder)?;
    }
    Ok(exit)
}
