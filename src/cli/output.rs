//! Where results go: standard output, or a file that is written whole or not at all.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Whether to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    pub(super) fn on(self, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

/// A result that could not be written.
#[derive(Debug, Error)]
#[error("cannot write {}: {source}; nothing was written there", path.display())]
pub(super) struct WriteError {
    path: PathBuf,
    source: std::io::Error,
}

/// Writes a text to the file, or to standard output if there is none.
pub(super) fn write(output: Option<&Path>, text: &str) -> Result<(), WriteError> {
    match output {
        Some(path) => write_file(path, text.as_bytes()),
        None => {
            let mut stdout = std::io::stdout().lock();
            match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
                // A reader that has seen enough, as `head` does.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
                result => result.map_err(|source| WriteError { path: PathBuf::from("standard output"), source }),
            }
        }
    }
}

/// Makes a folder, and those that it is in, unless it is there.
pub(super) fn make_folder(path: &Path) -> Result<(), WriteError> {
    std::fs::create_dir_all(path).map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Writes a file beside its place and moves it there when it is complete.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let error = |source| WriteError { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // A device such as /dev/null is written to, not replaced.
    if path.exists() && !path.is_file() {
        return std::fs::write(path, bytes).map_err(error);
    }
    // Its kind alone: the message would name the temporary file, which nobody asked for.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|refused| error(refused.kind().into()))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(error)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = path.metadata().map_or(0o644, |metadata| metadata.permissions().mode());
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).map_err(error)?;
    }
    file.persist(path).map_err(|persist| error(persist.error))?;
    Ok(())
}

/// The columns to fill: those of the terminal, within reason.
pub(super) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns
        .or_else(|| terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0)))
        .unwrap_or(100)
        .clamp(60, 120)
}

/// Whether standard output is a terminal.
pub(super) fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
pub(super) fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}
