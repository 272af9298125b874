//! Certificates of the answers of `solve`: written, checked, and kept as files.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use crate::budget::Budget;
use crate::cli::model::QueryModel;
use crate::cli::output::{WriteError, make_folder, write_file};
use crate::mdp::StateId;
use crate::query::{Answer, Evidence, Query, Unproved, evidence};
use crate::report::Proved;

/// What to do about evidence of this program that its own checker rejects.
const REQUEST: &str = "this is an error of lavaproof, not of the model; please report it, with the model and the query";

/// Where certificates go, if anywhere.
pub(super) struct Proofs<'a> {
    folder: Option<&'a Path>,
    stem: String,
    written: Vec<String>,
}

impl<'a> Proofs<'a> {
    /// # Errors
    /// When the folder cannot be made.
    pub(super) fn new(folder: Option<&'a Path>, model: &Path) -> Result<Self, WriteError> {
        folder.map_or(Ok(()), make_folder)?;
        let name = model.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = name.strip_suffix(".gz").unwrap_or(&name);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).to_owned();
        Ok(Self { folder, stem, written: Vec::new() })
    }

    /// Proves the values at some states by a certificate that the checker accepts. Model and answer are given back before the
    /// checker begins: it has all that it needs in its own words.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn prove(
        &mut self,
        input: Rc<QueryModel>,
        (text, query): (&str, &Query),
        answer: Answer,
        states: &[StateId],
        budget: &Budget,
    ) -> Result<Proved, WriteError> {
        let started = Instant::now();
        let written = evidence(&input.model, query, input.discount.as_ref(), &answer, states, budget);
        drop((answer, input));
        let certify = started.elapsed();
        let started = Instant::now();
        let checked = match self.folder {
            Some(folder) => written.and_then(Evidence::check).map(|certified| Some((folder, certified))),
            None => written.and_then(Evidence::prove).map(|_| None),
        };
        let check = started.elapsed();
        let mut proved = Proved { certify, check: None, certificate: None, uncertified: None, rejected: None };
        match checked {
            Ok(kept) => {
                proved.check = Some(check);
                if let Some((folder, certified)) = kept {
                    let name = self.name(text);
                    write_file(&folder.join(format!("{name}.model")), certified.model.as_bytes())?;
                    let path = folder.join(format!("{name}--value.cert"));
                    write_file(&path, certified.certificate.as_bytes())?;
                    proved.certificate = Some(path.display().to_string());
                }
            }
            Err(rejected @ Unproved::Rejected(_)) => {
                eprintln!("error: {}: {text}: {rejected}\n  {REQUEST}", self.stem);
                proved.rejected = Some(rejected.to_string());
            }
            Err(reason) => proved.uncertified = Some(reason.to_string()),
        }
        Ok(proved)
    }

    /// The name of a query's model: of the file, and of what is asked, each once.
    fn name(&mut self, text: &str) -> String {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let plain: String = format!("{}-{}", self.stem, words.join("-")).chars().take(100).collect();
        let mut name = plain.clone();
        let mut copy = 1;
        while self.written.contains(&name) {
            copy += 1;
            name = format!("{plain}-{copy}");
        }
        self.written.push(name.clone());
        name
    }

    /// How many certificates were written, and where.
    pub(super) fn written(&self) -> Option<(usize, PathBuf)> {
        self.folder.map(|folder| (self.written.len(), folder.to_owned()))
    }
}
