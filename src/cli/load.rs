//! From a path to a model that can be decided, or to everything that is wrong with the file.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::decomposition::{
    Definition, Family, Formula, FormulaError, Half, Reading, Status, built_in_definitions, parse_formula,
};
use crate::format::{self, DefinitionText, Diagnostic, ModelFile, Report};
use crate::problem::Part;
use crate::search::DistributionSet;
use crate::solve::admissibility_defects;

/// A file that was read and found valid.
pub(super) struct Loaded {
    /// What the file says.
    pub(super) file: ModelFile,
    /// The built-in decompositions and those of the file.
    pub(super) definitions: Vec<Definition>,
    /// What the file expects, with the line.
    pub(super) expectations: Vec<Expected>,
}

/// A verdict that the file expects.
pub(super) struct Expected {
    pub(super) key: String,
    pub(super) status: Status,
    pub(super) line: Option<usize>,
    /// The question that the key names.
    pub(super) question: (String, Half, Reading),
}

/// Reads and checks a file.
pub(super) fn load(path: &Path) -> Result<Loaded, Report> {
    let name = path.display().to_string();
    let unreadable = |message: String, hint: &str| {
        Report::new(&name, Arc::from(""), vec![Diagnostic::about_file(message).with_hint(hint)])
    };
    let bytes = std::fs::read(path)
        .map_err(|error| unreadable(format!("cannot read the file: {error}"), "check the path and its permissions"))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| unreadable(format!("the file is not UTF-8 text: {error}"), "save it as UTF-8"))?;
    let file = format::read(&name, &text)?;
    let mut found = admissibility(&file);
    let definitions = match built_in_definitions() {
        Ok(definitions) => definitions,
        Err(error) => {
            return Err(unreadable(format!("a built-in definition does not parse: {error}"), "please report this"));
        }
    };
    let definitions = with_own_definitions(&file, definitions, &mut found);
    let expectations = expectations(&file, &definitions, &mut found);
    if found.is_empty() { Ok(Loaded { file, definitions, expectations }) } else { Err(file.report(found)) }
}

/// What needs the solver layer to be noticed.
fn admissibility(file: &ModelFile) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = admissibility_defects(&file.problem)
        .into_iter()
        .map(|defect| Diagnostic::error(file.at(defect.part), defect.message).with_hint(defect.hint))
        .collect();
    if DistributionSet::new(&file.problem, Family::Deploy).is_empty() {
        let message = "the deployment set is empty: no distribution satisfies all constraints";
        let hint = "loosen a constraint; masses are nonnegative and sum to 1";
        found.push(Diagnostic::error(file.at(Part::Deploy), message).with_hint(hint));
    }
    found
}

fn with_own_definitions(
    file: &ModelFile,
    mut definitions: Vec<Definition>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Definition> {
    for text in &file.definitions {
        if definitions.iter().any(|known| known.id == text.id) {
            let message = format!("the decomposition `{}` is defined already", text.id);
            found.push(Diagnostic::error(text.span.clone(), message).with_hint("choose another id"));
        }
        let mut parts = Vec::new();
        for (name, formula, span) in &text.parts {
            let half = Half::ALL.into_iter().find(|half| half.to_string() == *name);
            match (half, parse_formula(formula)) {
                (Some(half), Ok(formula)) => parts.push((half, formula)),
                (Some(_), Err(error)) => found.push(formula_diagnostic(file, formula, span, &error)),
                (None, _) => {
                    let message = format!("a decomposition has no part `{name}`");
                    found.push(
                        Diagnostic::error(span.clone(), message).with_hint("the parts are outer, inner and goal"),
                    );
                }
            }
        }
        parts.sort_by_key(|(half, _)| *half);
        definitions.push(definition(text, parts));
    }
    definitions
}

fn definition(text: &DefinitionText, parts: Vec<(Half, Formula)>) -> Definition {
    Definition {
        id: text.id.clone(),
        summary: text.description.clone().unwrap_or_default(),
        source: text.source.clone().unwrap_or_else(|| "the model file".into()),
        parts,
    }
}

/// Points into the formula where its text stands in the file unescaped, at the whole string elsewhere.
fn formula_diagnostic(file: &ModelFile, formula: &str, span: &Range<usize>, error: &FormulaError) -> Diagnostic {
    let written = file.text.get(span.clone()).unwrap_or_default();
    let at = match written.find(formula) {
        Some(offset) => span.start + offset + error.span.start..span.start + offset + error.span.end,
        None => span.clone(),
    };
    Diagnostic::error(at, format!("not a formula: {error}"))
        .with_hint("`lavaproof definitions` prints the built-in formulas as examples")
}

fn expectations(file: &ModelFile, definitions: &[Definition], found: &mut Vec<Diagnostic>) -> Vec<Expected> {
    let given = file.problem.learner.given.is_some();
    let mut questions = Vec::new();
    for definition in definitions {
        for (half, formula) in &definition.parts {
            let readings = Definition::readings(formula, given);
            let unnamed = if readings.contains(&Reading::Forall) { Reading::Forall } else { Reading::Given };
            for reading in readings {
                let question = (definition.id.clone(), *half, reading);
                questions.push((format!("{}.{half}[{reading}]", definition.id), question.clone()));
                if reading == unnamed {
                    questions.push((format!("{}.{half}", definition.id), question));
                }
            }
        }
    }
    // A part whose formula is wrong has been reported: that nothing answers it follows.
    let broken = |key: &str| {
        file.definitions.iter().any(|text| {
            let of_it = key.strip_prefix(text.id.as_str()).is_some_and(|rest| rest.starts_with('.'));
            let read = definitions.iter().rfind(|known| known.id == text.id).map_or(0, |known| known.parts.len());
            of_it && read < text.parts.len()
        })
    };
    let mut expectations: Vec<Expected> = Vec::new();
    for expectation in &file.expect {
        let statuses = [Status::Holds, Status::Fails, Status::Unknown, Status::NotApplicable];
        let status = statuses.into_iter().find(|status| status.to_string() == expectation.status);
        let question = questions.iter().find(|(key, _)| *key == expectation.key);
        let (Some((_, question)), Some(status)) = (question, status) else {
            if broken(&expectation.key) {
                continue;
            }
            let names = questions.iter().map(|(key, _)| key.as_str());
            let near = format::closest(&expectation.key, names).map_or_else(
                || "`lavaproof check` without `expect` lists what this model has".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("no verdict answers `{}`", expectation.key);
            found.push(Diagnostic::error(expectation.span.clone(), message).with_hint(near));
            continue;
        };
        if let Some(earlier) = expectations.iter().find(|earlier| earlier.question == *question) {
            let message = format!("`{}` expects the same verdict as `{}`", expectation.key, earlier.key);
            found.push(Diagnostic::error(expectation.span.clone(), message).with_hint("keep one of the two"));
            continue;
        }
        let line = file.text.get(..expectation.span.start).map(|before| before.matches('\n').count() + 1);
        expectations.push(Expected { key: expectation.key.clone(), status, line, question: question.clone() });
    }
    expectations
}
