//! `lavaproof prove`: verdicts as certificates that others can check.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Common;
use crate::cli::decided::decided;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::proofs::write_proofs;
use crate::report::{Format, Style, lists_certificates, render_proved};

/// How to go on, at the end of the help text.
const AFTER: &str = "Writes MODEL.model, the model as checkers read it, and MODEL--ID.PART-READING.cert for each verdict `holds` \
or `fails`, each file whole or not at all. Neither the model file nor this program is needed to check them:\n\n  \
lavaproof-checker DIR/MODEL.model DIR/MODEL--*.cert\n  python3 proofs/checker.py DIR/MODEL.model DIR/MODEL--*.cert\n\n\
docs/certificates.md has an example. Exit codes are those of `check`: a certificate that something fails is written too, and the \
exit code says that it fails.";

/// The arguments of `prove`.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct ProveArguments {
    /// Model files; a folder stands for every model below it
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only these decompositions or parts, such as `quibble` or `wentworth.outer` (repeatable)
    #[arg(long, value_name = "ID[.PART]")]
    only: Vec<String>,
}

/// Runs the command.
pub(super) fn run(arguments: &ProveArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let format: Format = common.format.parse()?;
    let Some(folder) = &common.output else {
        return Err("say where the certificates go: `lavaproof prove FILE -o DIR`".into());
    };
    lists_certificates(format)?;
    let (mut report, exit) = decided(&arguments.files, &arguments.only, common)?;
    if !report.models.is_empty() {
        write_proofs(&mut report.models, folder)?;
    }
    let style = Style {
        colour: common.color.on(output::stdout_is_terminal()),
        width: output::width(),
        detail: common.detail(),
    };
    output::write(None, &render_proved(&report, format, &style)?)?;
    Ok(exit)
}
