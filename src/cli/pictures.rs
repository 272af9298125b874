//! The pictures that `check --svg` writes.

use std::path::{Path, PathBuf};

use crate::cli::output::{self, WriteError};
use crate::decomposition::Status;
use crate::report::{CheckReport, CheckedModel, board_svg, model_svg};

/// A picture, and the file that it goes to.
pub(super) type Picture = (PathBuf, String);

/// A picture for each failing answer that can be drawn on maps, and one for each model without maps that is small enough.
pub(super) fn pictures_of_answers(report: &CheckReport, folder: &Path) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = Vec::new();
    for model in &report.models {
        let stem = stem(model);
        for answer in model.examined.answers.iter().filter(|answer| answer.status() == Status::Fails) {
            if let Some(picture) = board_svg(model, answer) {
                let name = format!("{stem}-{}-{}-{}", answer.decomposition, answer.half, answer.reading);
                pictures.push((free(folder, &name, &pictures), picture));
            }
        }
        if model.board.is_none()
            && let Some(picture) = model_svg(model)
        {
            pictures.push((free(folder, &format!("{stem}-states"), &pictures), picture));
        }
    }
    pictures
}

/// A picture for each model that can be drawn. The models learn its address, as a page at `page` is to write it.
pub(super) fn pictures_of_models(report: &mut CheckReport, folder: &Path, page: Option<&Path>) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = Vec::new();
    for model in &mut report.models {
        let Some(picture) = model_svg(model) else { continue };
        let path = free(folder, &stem(model), &pictures);
        let beside = page.and_then(Path::parent).and_then(|place| path.strip_prefix(place).ok());
        model.picture = Some(beside.unwrap_or(&path).display().to_string());
        pictures.push((path, picture));
    }
    pictures
}

/// Writes pictures to their folder, and says how many.
///
/// # Errors
/// When the folder or a file cannot be written.
pub(super) fn write_pictures(pictures: &[Picture], folder: &Path) -> Result<(), WriteError> {
    output::make_folder(folder)?;
    for (path, picture) in pictures {
        output::write_file(path, picture.as_bytes())?;
    }
    let noun = if pictures.len() == 1 { "picture" } else { "pictures" };
    eprintln!("{} {noun} in {}", pictures.len(), folder.display());
    Ok(())
}

fn stem(model: &CheckedModel) -> String {
    Path::new(&model.file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A file that no picture goes to yet: models of several folders may have the same name.
fn free(folder: &Path, name: &str, taken: &[Picture]) -> PathBuf {
    let mut path = folder.join(format!("{name}.svg"));
    let mut copy = 1;
    while taken.iter().any(|(other, _)| *other == path) {
        copy += 1;
        path = folder.join(format!("{name}-{copy}.svg"));
    }
    path
}
