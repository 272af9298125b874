//! From the arguments of a command to model files: a folder stands for every model below it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::format;

/// A folder that stands for no model.
#[derive(Debug, Error)]
pub(super) enum FolderError {
    /// It, or a folder in it, cannot be listed.
    #[error("cannot list the folder {}: {source}; check its permissions", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing in it is a model by its name.
    #[error("there is no model in the folder {}: models end in `.json` or `.toml`", .0.display())]
    Empty(PathBuf),
}

/// The files that the arguments name, each once, in their order; those of a folder by name, with the folder's own
/// files before those of the folders in it.
///
/// `models/**` names files and folders twice where the shell expands it to both; a file counts where it is named first. It names
/// the pages that stand beside models too: a `.md` is left out, unless nothing else is named.
pub(super) fn model_files(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, FolderError> {
    let mut files = Vec::new();
    let only_pages = arguments.iter().all(|argument| is_page(argument));
    for argument in arguments.iter().filter(|argument| only_pages || !is_page(argument)) {
        if argument.is_dir() {
            let found = files_below(argument)?;
            if found.is_empty() {
                return Err(FolderError::Empty(argument.clone()));
            }
            files.extend(found);
        } else {
            files.push(argument.clone());
        }
    }
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

/// Whether a file is a page of text by its name.
fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md")) && !path.is_dir()
}

/// The model files of a folder. Links to folders are not followed, so this ends.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let unreadable = |source| FolderError::Unreadable { path: folder.to_owned(), source };
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.file_type().map_err(unreadable)?.is_dir() {
            folders.push(entry.path());
        } else if format::reads(&entry.file_name().to_string_lossy()) {
            files.push(entry.path());
        }
    }
    files.sort();
    folders.sort();
    for inner in folders {
        files.extend(files_below(&inner)?);
    }
    Ok(files)
}
