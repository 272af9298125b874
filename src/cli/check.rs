//! `lavaproof check`: every decomposition of every model.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use miette::GraphicalReportHandler;

use crate::budget::Budget;
use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, FAILED, NOTHING_SELECTED, UNKNOWN, USAGE};
use crate::cli::interrupt::interruptible;
use crate::cli::load::{Loaded, load};
use crate::cli::model_files::model_files;
use crate::cli::output;
use crate::cli::pictures::{pictures_of_answers, pictures_of_models, write_pictures};
use crate::cli::proofs::write_proofs;
use crate::decide::{Undecided, examine};
use crate::decomposition::{Answer, Definition, Status};
use crate::format::{Diagnostic, Report};
use crate::problem::Part;
use crate::report::{
    CheckReport, CheckedModel, Citation, Comparison, Format, Judgement, Style, Timings, UnreadableFile, render,
};
use crate::solve::{Engine, exact_time};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Model files; a folder stands for every model below it, and pages (`.md`) among other files are left out
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only these decompositions or parts, such as `quibble` or `wentworth.outer` (repeatable)
    #[arg(long, value_name = "ID[.PART]")]
    only: Vec<String>,
    /// Draw SVG pictures in this folder: each witness on a gridworld, and the states of small models without maps;
    /// with `--format library` each model once, for its page
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Write each verdict's certificate, and each model as the checker reads it, to this folder
    #[arg(long, value_name = "DIR")]
    proofs: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(arguments: &CheckArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let format: Format = common.format.parse()?;
    let engine: Engine = common.engine.parse()?;
    let budget = interruptible();
    let mut report = CheckReport::default();
    let mut exit = ALL_AS_EXPECTED;
    let (mut read, mut decide) = (Duration::ZERO, Duration::ZERO);
    for path in &model_files(&arguments.files)? {
        let started = Instant::now();
        let loaded = load(path);
        read += started.elapsed();
        let started = Instant::now();
        let examined = loaded.and_then(|loaded| {
            let share = budget.limited_to(Duration::from_secs(common.timeout));
            checked(path, loaded, &arguments.only, &share, engine, &mut report.citations)
        });
        decide += started.elapsed();
        match examined {
            Ok(model) => report.models.push(model),
            Err(problems) => {
                eprint!("{}", drawn(&problems, common));
                exit = exit.or(USAGE);
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
        exit = exit.or(judged(model));
    }
    for name in &arguments.only {
        let names = |answer: &Answer| {
            *name == answer.decomposition || *name == format!("{}.{}", answer.decomposition, answer.half)
        };
        if !report.models.is_empty() && !report.models.iter().any(|model| model.examined.answers.iter().any(names)) {
            eprintln!("no decomposition or part is called {name}");
        }
    }
    if report.unreadable.is_empty() && report.models.iter().all(|model| model.examined.answers.is_empty()) {
        eprintln!("nothing to decide: no decomposition matches {}", arguments.only.join(", "));
        exit = exit.or(NOTHING_SELECTED);
    }
    let terminal = output::stdout_is_terminal() && common.output.is_none();
    let style = Style { colour: common.color.on(terminal), width: output::width(), detail: common.detail() };
    let pictures = match (&arguments.svg, format) {
        (Some(folder), Format::Library) => pictures_of_models(&mut report, folder, common.output.as_deref()),
        (Some(folder), _) => pictures_of_answers(&report, folder),
        (None, _) => Vec::new(),
    };
    output::write(common.output.as_deref(), &render(&report, format, &style))?;
    if let Some(folder) = &arguments.svg {
        write_pictures(&pictures, folder)?;
    }
    if let Some(folder) = &arguments.proofs {
        let written = write_proofs(&report.models, folder)?;
        let noun = if written == 1 { "certificate" } else { "certificates" };
        eprintln!("{written} {noun} in {}", folder.display());
    }
    Ok(exit)
}

/// Decides a loaded model.
fn checked(
    path: &Path,
    loaded: Loaded,
    only: &[String],
    budget: &Budget,
    engine: Engine,
    citations: &mut Vec<Citation>,
) -> Result<CheckedModel, Report> {
    let Loaded { file, definitions, expectations } = loaded;
    let definitions = selected(definitions, only);
    for definition in &definitions {
        if !citations.iter().any(|known| known.decomposition == definition.id) {
            citations.push(Citation { decomposition: definition.id.clone(), text: definition.source.clone() });
        }
    }
    let examined = examine(&file.problem, &definitions, budget, engine).map_err(|undecided| {
        let hint = match undecided {
            Undecided::NotDefined(_) => "give every step a cost and a way to stop, or use a discount or a horizon",
            Undecided::Beyond(_) => "shorten the horizon, or use a discount",
            Undecided::Exhausted(_) => "raise --timeout",
            Undecided::Rejected(_) => "please report this, with the model",
        };
        file.report(vec![Diagnostic::error(file.at(Part::Criterion), undecided.to_string()).with_hint(hint)])
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
