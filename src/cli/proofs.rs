//! Certificates as files.

use std::path::Path;

use crate::cli::output::{WriteError, make_folder, write_file};
use crate::report::CheckedModel;

/// The name of a certificate's file: of the model's file and the question.
fn certificate_name(model: &str, question: &str) -> String {
    format!("{model}--{question}.cert")
}

/// Names for models, each once: the file's own, numbered where several folders have the same.
fn model_names(models: &[CheckedModel]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(models.len());
    for model in models {
        let stem = Path::new(&model.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_default();
        let mut name = stem.clone();
        let mut copy = 1;
        while names.contains(&name) {
            copy += 1;
            name = format!("{stem}-{copy}");
        }
        names.push(name);
    }
    names
}

/// Writes every model as the checker reads it, and every certificate; says how many certificates.
pub(super) fn write_proofs(models: &[CheckedModel], folder: &Path) -> Result<usize, WriteError> {
    make_folder(folder)?;
    let mut written = 0;
    for (model, name) in models.iter().zip(model_names(models)) {
        write_file(&folder.join(format!("{name}.model")), model.examined.explicit.as_bytes())?;
        for answer in &model.examined.answers {
            let Some(proof) = answer.proof() else { continue };
            let question = format!("{}.{}-{}", answer.decomposition, answer.half, answer.reading);
            write_file(&folder.join(certificate_name(&name, &question)), proof.certificate.as_bytes())?;
            written += 1;
        }
    }
    Ok(written)
}
