//! From a path to a model that queries can be asked of.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use crate::cli::load::load;
use crate::format::{Diagnostic, DrnReader, Report};
use crate::mdp::{LabelledMdp, Rational};
use crate::problem::Criterion;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;

/// A model, and the discount that its file gives.
pub(super) struct QueryModel {
    pub(super) model: LabelledMdp,
    pub(super) discount: Option<Rational>,
}

/// Reads a model of any format: DRN, compressed or not, or an alignment problem.
pub(super) fn load_model(path: &Path) -> Result<QueryModel, Report> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let compressed = name.ends_with(".drn.gz");
    if compressed || name.ends_with(".drn") {
        let model = load_drn(path, compressed)?;
        return Ok(QueryModel { model, discount: None });
    }
    let loaded = load(path)?;
    let discount = match &loaded.file.problem.criterion {
        Criterion::Discounted(discount) => Some(discount.clone()),
        Criterion::Total | Criterion::Horizon(_) => None,
    };
    Ok(QueryModel { model: loaded.file.problem.into_labelled(), discount })
}

fn load_drn(path: &Path, compressed: bool) -> Result<LabelledMdp, Report> {
    let name = path.display().to_string();
    let mut reader = DrnReader::default();
    match pieces(path, compressed, |piece| reader.feed(piece)) {
        Ok(None) => {}
        Ok(Some(broken)) => reader.interrupted(&broken),
        Err(error) => {
            let message = format!("cannot read the file: {error}");
            let problem = Diagnostic::about_file(message).with_hint("check the path and its permissions");
            return Err(Report::new(&name, Arc::from(""), vec![problem]));
        }
    }
    reader.finish().map_err(|problems| {
        // Only to show the lines: a file without problems is never in memory as a whole.
        let mut bytes = Vec::new();
        let _ = pieces(path, compressed, |piece| bytes.extend_from_slice(piece));
        Report::new(&name, String::from_utf8_lossy(&bytes).into(), problems)
    })
}

/// Hands over the bytes of a file piece by piece. `Ok(Some(reason))` when it breaks off.
fn pieces(path: &Path, compressed: bool, mut take: impl FnMut(&[u8])) -> Result<Option<String>, std::io::Error> {
    let file = File::open(path)?;
    let mut source: Box<dyn Read> = if compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut buffer = vec![0; PIECE];
    let mut any = false;
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(count) => {
                any = true;
                take(&buffer[..count]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) if any || compressed => return Ok(Some(error.to_string())),
            Err(error) => return Err(error),
        }
    }
}
