//! What `prove` wrote: which file certifies which verdict, and which verdicts have none.

use std::path::Path;

use serde_json::{Value as Json, json};
use thiserror::Error;

use crate::decomposition::Status;
use crate::report::group::{by_reason, part_names};
use crate::report::human::heading;
use crate::report::json::outcome;
use crate::report::judgement::{counted, key};
use crate::report::naming::status_mark;
use crate::report::{CertificateFile, CheckReport, CheckedModel, Detail, Format, JSON_SCHEMA_VERSION, Style, Tally};

/// A format that lists of certificates are not written in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`prove` does not write {0}; it writes human and json")]
pub struct UnwrittenList(Format);

/// Whether lists of certificates are written in a format.
///
/// # Errors
/// For formats that are about verdicts of decompositions.
pub fn lists_certificates(format: Format) -> Result<(), UnwrittenList> {
    match format {
        Format::Human | Format::Json => Ok(()),
        Format::Junit | Format::Sarif | Format::Markdown | Format::Library => Err(UnwrittenList(format)),
    }
}

/// Lists what was written; the text ends with a line break.
///
/// # Errors
/// For formats that are about verdicts of decompositions.
pub fn render_proved(report: &CheckReport, format: Format, style: &Style) -> Result<String, UnwrittenList> {
    lists_certificates(format)?;
    Ok(if format == Format::Json { json(report) } else { human(report, style) })
}

fn human(report: &CheckReport, style: &Style) -> String {
    let mut text = String::new();
    if style.detail != Detail::Quiet {
        text.extend(report.models.iter().map(|model| section(model, style) + "\n"));
    }
    for file in &report.unreadable {
        text.push_str(&format!("not read: {}\n", file.file));
    }
    text + &format!("{}: {}\n", counted(report.models.len(), "model"), Tally::of_report(report).certificates())
}

fn section(model: &CheckedModel, style: &Style) -> String {
    let mut text = heading(model, style);
    let Some(evidence) = &model.evidence else { return text };
    let written: Vec<&CertificateFile> = evidence.certificates.iter().flatten().collect();
    let mut models = vec![&evidence.model];
    for other in written.iter().filter_map(|file| file.model.as_ref()) {
        if !models.contains(&other) {
            models.push(other);
        }
    }
    for about in models {
        let files = written.iter().filter(|file| file.model.as_ref().unwrap_or(&evidence.model) == about);
        let count = counted(files.count(), "certificate");
        let of = Path::new(about).with_extension("");
        text.push_str(&style.labelled("  ", &format!("{about}, {count} {}--*.cert", of.display())));
    }
    if style.detail == Detail::Verbose {
        for (answer, file) in model.examined.answers.iter().zip(&evidence.certificates) {
            if let Some(file) = file {
                let mark = style.paint(answer.status().into(), &status_mark(answer.status()).to_string());
                text.push_str(&format!("  {mark} {} {}: {}\n", key(answer), answer.status(), file.path));
            }
        }
    }
    for status in [Status::Unknown, Status::NotApplicable] {
        for (reason, answers) in by_reason(model, status) {
            let label = format!("  {} ", style.paint(status.into(), &status_mark(status).to_string()));
            text.push_str(
                &style.labelled(&label, &format!("{}: {}", part_names(&answers), reason.unwrap_or_default())),
            );
        }
    }
    text
}

fn json(report: &CheckReport) -> String {
    let models = report.models.iter().map(|model| {
        let files = model.evidence.as_ref().map(|evidence| evidence.certificates.as_slice()).unwrap_or_default();
        let answers = model.examined.answers.iter().enumerate();
        let verdicts = answers.map(|(index, answer)| outcome(answer, files.get(index)));
        json!({
            "file": model.file,
            "name": model.name(),
            "model": model.evidence.as_ref().map(|evidence| &evidence.model),
            "verdicts": verdicts.collect::<Vec<_>>(),
        })
    });
    let unreadable = report
        .unreadable
        .iter()
        .map(|file| json!({ "file": file.file, "name": null, "model": null, "verdicts": [], "error": file.messages }));
    let tally = Tally::of_report(report);
    let document = json!({
        "schema_version": JSON_SCHEMA_VERSION,
        "models": models.chain(unreadable).collect::<Vec<Json>>(),
        "summary": { "certified": tally.certified(), "uncertified": tally.uncertified },
    });
    format!("{document:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Evidence, fixture};

    /// The lava model with files that were written for it.
    fn proved() -> CheckReport {
        let mut model = fixture::lava();
        let file = |proved: bool| proved.then(|| CertificateFile { path: "d/lava--x.cert".to_owned(), model: None });
        let certificates = model.examined.answers.iter().map(|answer| file(answer.proof().is_some())).collect();
        model.evidence = Some(Evidence { model: "d/lava.model".to_owned(), certificates });
        fixture::only(model)
    }

    #[test]
    fn a_list_for_people() {
        let style = Style { width: 100, detail: Detail::Verbose, ..Style::default() };
        insta::assert_snapshot!(human(&proved(), &style));
    }

    #[test]
    fn a_list_for_scripts() {
        let document: Json = serde_json::from_str(&json(&proved())).expect("JSON");
        let verdicts = document["models"][0]["verdicts"].as_array().expect("a list");
        for verdict in verdicts {
            let decided = verdict["status"] == "holds" || verdict["status"] == "fails";
            assert_eq!(verdict["certificate"].is_string(), decided, "{verdict}");
        }
        assert_eq!(document["summary"], json!({ "certified": 11, "uncertified": 0 }));
    }

    #[test]
    fn other_formats_are_refused() {
        let refusal = render_proved(&proved(), Format::Sarif, &Style::default()).expect_err("not written");
        assert_eq!(refusal.to_string(), "`prove` does not write sarif; it writes human and json");
    }
}
