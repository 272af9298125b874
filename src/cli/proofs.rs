//! Certificates as files.

use std::path::Path;
use std::sync::Arc;

use crate::cli::output::{WriteError, make_folder, write_file};
use crate::decomposition::Answer;
use crate::report::{CertificateFile, CheckedModel, Evidence};

/// A question in the name of its certificate's file.
fn claim_name(answer: &Answer) -> String {
    // A file may call its own decompositions anything.
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let id: String = answer.decomposition.chars().map(plain).collect();
    format!("{id}.{}-{}", answer.half, answer.reading)
}

/// The first of `NAME`, `NAME-2`, `NAME-3`, … that is not taken.
fn free(name: &str, taken: &[String]) -> String {
    let numbered = (1..).map(|copy| if copy == 1 { name.to_owned() } else { format!("{name}-{copy}") });
    numbered.into_iter().find(|name| !taken.contains(name)).unwrap_or_default()
}

/// Names for models, each once: the file's own, numbered where several folders have the same.
fn model_names(models: &[CheckedModel]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(models.len());
    for model in models {
        let stem = Path::new(&model.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        names.push(free(&stem.unwrap_or_default(), &names));
    }
    names
}

/// Writes every model as the checker reads it, and every certificate, each file whole or not at all; notes in the models where,
/// and says how many certificates.
pub(super) fn write_proofs(models: &mut [CheckedModel], folder: &Path) -> Result<usize, WriteError> {
    make_folder(folder)?;
    let names = model_names(models);
    let mut written = 0;
    for (model, name) in models.iter_mut().zip(&names) {
        let path = folder.join(format!("{name}.model"));
        write_file(&path, model.examined.explicit.as_bytes())?;
        let mut others = OtherModels { folder, name, names: &names, written: Vec::new() };
        let mut certificates = Vec::with_capacity(model.examined.answers.len());
        let mut taken: Vec<String> = Vec::new();
        for answer in &model.examined.answers {
            let Some(proof) = answer.proof() else {
                certificates.push(None);
                continue;
            };
            let other = proof.about.as_ref().map(|explicit| others.write(explicit)).transpose()?;
            let about = match &other {
                None => format!("{name}--{}", claim_name(answer)),
                // The claim is not one of the file's: the certificate has a name for it.
                Some(other) => format!("{other}--{}-{}", proof.theorem.claim(), answer.reading),
            };
            let file = free(&about, &taken);
            let path = folder.join(format!("{file}.cert"));
            write_file(&path, proof.certificate.as_bytes())?;
            let model = other.map(|other| folder.join(format!("{other}.model")).display().to_string());
            certificates.push(Some(CertificateFile { path: path.display().to_string(), model }));
            taken.push(file);
            written += 1;
        }
        model.evidence = Some(Evidence { model: path.display().to_string(), certificates });
    }
    Ok(written)
}

/// The models beside a model's own that certificates are about.
struct OtherModels<'a> {
    folder: &'a Path,
    name: &'a str,
    /// Names that are taken.
    names: &'a [String],
    /// Each with the name of its file, without what comes after the point.
    written: Vec<(String, Arc<str>)>,
}

impl OtherModels<'_> {
    /// Writes a model unless it is there already; the name of its file.
    fn write(&mut self, explicit: &Arc<str>) -> Result<String, WriteError> {
        if let Some((name, _)) = self.written.iter().find(|(_, known)| known == explicit) {
            return Ok(name.clone());
        }
        let taken: Vec<String> = self.names.iter().chain(self.written.iter().map(|(name, _)| name)).cloned().collect();
        let name = free(&format!("{}.objective", self.name), &taken);
        write_file(&self.folder.join(format!("{name}.model")), explicit.as_bytes())?;
        self.written.push((name.clone(), explicit.clone()));
        Ok(name)
    }
}
