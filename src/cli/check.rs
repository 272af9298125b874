//! `lavaproof check`: every decomposition of every model.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Common;
use crate::cli::decided::decided;
use crate::cli::exit::Exit;
use crate::cli::output::{self, WriteError};
use crate::cli::proofs::write_proofs;
use crate::decomposition::Status;
use crate::report::{CheckReport, Format, Style, board_svg, render};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Model files; a folder stands for every model below it
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only these decompositions or parts, such as `quibble` or `wentworth.outer` (repeatable)
    #[arg(long, value_name = "ID[.PART]")]
    only: Vec<String>,
    /// Draw each witness on a gridworld as an SVG picture in this folder
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
    output::write(common.output.as_deref(), &render(&report, format, &style))?;
    if let Some(folder) = &arguments.svg {
        draw(&report, folder)?;
    }
    Ok(exit)
}

/// One picture for each failing answer that can be drawn.
fn draw(report: &CheckReport, folder: &Path) -> Result<(), WriteError> {
    let mut pictures: Vec<(PathBuf, String)> = Vec::new();
    for model in &report.models {
        let stem =
            Path::new(&model.file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        for answer in model.examined.answers.iter().filter(|answer| answer.status() == Status::Fails) {
            if let Some(picture) = board_svg(model, answer) {
                let name = format!("{stem}-{}-{}-{}", answer.decomposition, answer.half, answer.reading);
                // Models of several folders may have the same name.
                let mut path = folder.join(format!("{name}.svg"));
                let mut copy = 1;
                while pictures.iter().any(|(taken, _)| *taken == path) {
                    copy += 1;
                    path = folder.join(format!("{name}-{copy}.svg"));
                }
                pictures.push((path, picture));
            }
        }
    }
    output::make_folder(folder)?;
    for (path, picture) in &pictures {
        output::write_file(path, picture.as_bytes())?;
    }
    let noun = if pictures.len() == 1 { "picture" } else { "pictures" };
    eprintln!("{} {noun} in {}", pictures.len(), folder.display());
    Ok(())
}
