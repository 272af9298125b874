//! Certificates as files.

use std::path::Path;

use crate::cli::output::{WriteError, make_folder, write_file};
use crate::decomposition::Answer;
use crate::report::{CheckedModel, Evidence};

/// The name of a certificate's file: of the model's file and the question.
fn certificate_name(model: &str, answer: &Answer) -> String {
    // A file may call its own decompositions anything.
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let id: String = answer.decomposition.chars().map(plain).collect();
    format!("{model}--{id}.{}-{}.cert", answer.half, answer.reading)
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
    for (model, name) in models.iter_mut().zip(names) {
        let path = folder.join(format!("{name}.model"));
        write_file(&path, model.examined.explicit.as_bytes())?;
        let mut certificates = Vec::with_capacity(model.examined.answers.len());
        let mut taken: Vec<String> = Vec::new();
        for answer in &model.examined.answers {
            let Some(proof) = answer.proof() else {
                certificates.push(None);
                continue;
            };
            let file = free(&certificate_name(&name, answer), &taken);
            let path = folder.join(&file);
            write_file(&path, proof.certificate.as_bytes())?;
            certificates.push(Some(path.display().to_string()));
            taken.push(file);
            written += 1;
        }
        model.evidence = Some(Evidence { model: path.display().to_string(), certificates });
    }
    Ok(written)
}
