//! Text and bytes ⇄ alignment problems; one file per format.
//!
//! A reader turns text into a spanned tree; the tree is decoded into a [`ModelFile`], or into a
//! [`Report`] of everything that is wrong with it. To add a format, write a reader and add a line to
//! the list of formats.

mod decode;
mod diagnostic;
mod drawing;
mod drn;
mod grid;
mod json;
mod model_file;
mod plain;
mod suggest;
#[cfg(test)]
mod tests;
mod toml;
mod tree;
mod write;

use std::sync::Arc;

pub use decode::FORMAT;
pub use decode::settings::LONGEST_HORIZON;
pub use diagnostic::{Diagnostic, Report, Severity};
pub use drn::DrnReader;
pub use model_file::{DefinitionText, Expectation, ModelFile};
pub use suggest::closest;
pub use write::{write, write_problem};

use crate::format::decode::fields::Problems;
use crate::format::tree::Node;

/// A tree with findings that leave it whole, or what keeps the file from being read at all.
type Reader = fn(&str) -> Result<(Node, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Every format that can be read: the extension of its files and its reader.
const FORMATS: [(&str, Reader); 2] = [("json", json::read), ("toml", toml::read)];

/// Reads a model; the format is chosen by the extension of the file name.
///
/// # Errors
/// Every problem of the file, each with its place.
pub fn read(file_name: &str, text: &str) -> Result<ModelFile, Report> {
    let text: Arc<str> = text.strip_prefix('\u{feff}').unwrap_or(text).into();
    let report = |diagnostics| Report::new(file_name, Arc::clone(&text), diagnostics);
    let reader = reader_for(file_name).map_err(|diagnostic| report(vec![diagnostic]))?;
    let (tree, found) = reader(&text).map_err(report)?;
    let mut problems = Problems { found };
    let file = match grid::find(&tree) {
        None => decode::decode(&tree, file_name, &text, &mut problems),
        Some((entries, sugar)) => match grid::expand(&tree, entries, sugar, &text, &mut problems) {
            Some((tree, board)) => decode::decode(&tree, file_name, &text, &mut problems)
                .map(|file| ModelFile { board: Some(board), ..file }),
            None => {
                decode::without_states(&tree, file_name, &mut problems);
                None
            }
        },
    };
    match file {
        Some(file) if problems.found.is_empty() => Ok(file),
        _ => Err(report(problems.found)),
    }
}

/// Whether a file of this name is read as a model, by its extension.
#[must_use]
pub fn reads(file_name: &str) -> bool {
    reader_for(file_name).is_ok()
}

fn reader_for(file_name: &str) -> Result<Reader, Diagnostic> {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let found = FORMATS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    found.map(|(_, reader)| *reader).ok_or_else(|| {
        let known: Vec<String> = FORMATS.iter().map(|(known, _)| format!("`.{known}`")).collect();
        let message = if extension.is_empty() {
            "the file name has no extension to choose the format by".to_owned()
        } else {
            format!("unknown format: the file name ends in `.{extension}`")
        };
        Diagnostic::about_file(message).with_hint(format!("models are read from {}", known.join(" and ")))
    })
}
