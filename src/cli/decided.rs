//! From model files to decided models: what `check` and `prove` have in common.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use miette::GraphicalReportHandler;

use crate::budget::Budget;
use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, FAILED, NOTHING_SELECTED, REJECTED, UNKNOWN, USAGE};
use crate::cli::interrupt::interruptible;
use crate::cli::load::{Loaded, load};
use crate::cli::model_files::model_files;
use crate::cli::output;
use crate::cli::rejected::tell_of_model;
use crate::decide::{Undecided, examine};
use crate::decomposition::{Answer, Definition, Status};
use crate::format::{Diagnostic, Report};
use crate::problem::Part;
use crate::report::{CheckReport, CheckedModel, Citation, Comparison, Format, Judgement, Timings, UnreadableFile};
use crate::solve::{Engine, exact_time};

/// Decides every model of some files, or the parts of it that are selected; says what is wrong on standard error.
pub(super) fn decided(
    files: &[PathBuf],
    only: &[String],
    common: &Common,
) -> Result<(CheckReport, Exit), Box<dyn std::error::Error>> {
    let format: Format = common.format.parse()?;
    let engine: Engine = common.engine.parse()?;
    let budget = interruptible();
    let mut report = CheckReport::default();
    let mut exit = ALL_AS_EXPECTED;
    let (mut read, mut decide) = (Duration::ZERO, Duration::ZERO);
    for path in &model_files(files)? {
        let started = Instant::now();
        let loaded = load(path);
        read += started.elapsed();
        let started = Instant::now();
        let examined = loaded.map_err(|problems| (problems, USAGE)).and_then(|loaded| {
            let share = budget.limited_to(Duration::from_secs(common.timeout));
            checked(path, loaded, only, &share, engine, &mut report.citations)
        });
        decide += started.elapsed();
        match examined {
            Ok(model) => report.models.push(model),
            Err((problems, code)) => {
                eprint!("{}", drawn(&problems, common));
                exit = exit.or(code);
                // A person has just read them on standard error.
                let messages = match format {
                    Format::Human => Vec::new(),
                    _ => problems.plain().split("\n\n").map(str::to_owned).collect(),
                };
                report.unreadable.push(UnreadableFile { file: problems.file_name().to_owned(), messages });
            }
        }
    }
    report.timings = Some(Timings { read, decide, exact: exact_time() });
    for model in &report.models {
        exit = exit.or(judged(model)).or(tell_of_model(model));
    }
    let exit = exit_of_selection(&report, only, exit);
    Ok((report, exit))
}

/// Says which selected names select nothing.
fn exit_of_selection(report: &CheckReport, only: &[String], exit: Exit) -> Exit {
    for name in only {
        let names = |answer: &Answer| {
            *name == answer.decomposition || *name == format!("{}.{}", answer.decomposition, answer.half)
        };
        if !report.models.is_empty() && !report.models.iter().any(|model| model.examined.answers.iter().any(names)) {
            eprintln!("no decomposition or part is called {name}");
        }
    }
    if report.unreadable.is_empty() && report.models.iter().all(|model| model.examined.answers.is_empty()) {
        eprintln!("nothing to decide: no decomposition matches {}", only.join(", "));
        return exit.or(NOTHING_SELECTED);
    }
    exit
}

/// Decides a loaded model.
fn checked(
    path: &Path,
    loaded: Loaded,
    only: &[String],
    budget: &Budget,
    engine: Engine,
    citations: &mut Vec<Citation>,
) -> Result<CheckedModel, (Report, Exit)> {
    let Loaded { file, definitions, expectations } = loaded;
    let definitions = selected(definitions, only);
    for definition in &definitions {
        if !citations.iter().any(|known| known.decomposition == definition.id) {
            citations.push(Citation { decomposition: definition.id.clone(), text: definition.source.clone() });
        }
    }
    let examined = examine(&file.problem, &definitions, budget, engine).map_err(|undecided| {
        let hint = match &undecided {
            Undecided::NotDefined(_) => "give every step a cost and a way to stop, or use a discount or a horizon",
            Undecided::Beyond(_) => "shorten the horizon, or use a discount",
            Undecided::Exhausted(_) => "raise --timeout",
            Undecided::Rejected(_) => "this is an error of lavaproof: please report it, with the model file",
        };
        let code = if matches!(undecided, Undecided::Rejected(_)) { REJECTED } else { USAGE };
        let report =
            file.report(vec![Diagnostic::error(file.at(Part::Criterion), undecided.to_string()).with_hint(hint)]);
        (report, code)
    })?;
    let mut comparisons = Vec::new();
    for expected in expectations {
        let (id, half, reading) = &expected.question;
        let answered = examined
            .answers
            .iter()
            .find(|answer| answer.decomposition == *id && answer.half == *half && answer.reading == *reading);
        // What `--only` leaves out is not compared.
        if let Some(answer) = answered {
            comparisons.push(Comparison {
                key: expected.key,
                expected: expected.status,
                found: Some(answer.status()),
                line: expected.line,
            });
        }
    }
    Ok(CheckedModel {
        file: path.display().to_string(),
        preamble: file.preamble(),
        problem: Arc::new(file.problem),
        source: file.source,
        description: file.description,
        examined,
        board: file.board,
        picture: None,
        expectations: comparisons,
        evidence: None,
    })
}

/// The definitions and parts that `--only` names; all of them without it.
fn selected(definitions: Vec<Definition>, only: &[String]) -> Vec<Definition> {
    let wanted = |id: &str, half: String| {
        only.is_empty() || only.iter().any(|name| name == id || *name == format!("{id}.{half}"))
    };
    definitions
        .into_iter()
        .map(|mut definition| {
            definition.parts.retain(|(half, _)| wanted(&definition.id, half.to_string()));
            definition
        })
        .filter(|definition| !definition.parts.is_empty())
        .collect()
}

fn judged(model: &CheckedModel) -> Exit {
    let mut exit = ALL_AS_EXPECTED;
    for answer in &model.examined.answers {
        exit = exit.or(match model.judge(answer) {
            Judgement::Passed | Judgement::NotApplicable | Judgement::FailedUnlisted => ALL_AS_EXPECTED,
            Judgement::Differs(_) if answer.status() == Status::Unknown => UNKNOWN.or(FAILED),
            Judgement::Differs(_) | Judgement::Failed => FAILED,
            Judgement::Unsettled => UNKNOWN,
        });
    }
    exit
}

/// Problems of a file, with the text around them.
fn drawn(problems: &Report, common: &Common) -> String {
    let colour = common.color.on(output::stderr_is_terminal());
    if !colour {
        return format!("{}\n", problems.plain());
    }
    let mut text = String::new();
    let handler = GraphicalReportHandler::new().with_width(output::width());
    match handler.render_report(&mut text, problems) {
        Ok(()) => text,
        Err(_) => format!("{}\n", problems.plain()),
    }
}
