//! `lavaproof search`: counterexamples to alignment claims, and the questions that follow from them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, FAILED, UNKNOWN, USAGE};
use crate::cli::interrupt::interruptible;
use crate::cli::load::{Loaded, load};
use crate::cli::output;
use crate::decomposition::Examined;
use crate::problem::Problem;
use crate::report::{CheckedModel, Format, SoughtReport, Style, render_sought};
use crate::seek::{Deployment, Distance, Harm, Kind, Outcome, Radius, seek};
use crate::solve::Engine;

/// The arguments of `search`.
#[derive(Debug, Args)]
pub(super) struct SearchArguments {
    #[command(subcommand)]
    kind: KindArguments,
}

/// Every kind of search. A new one is a line here, in [`KindArguments::file`] and in [`KindArguments::kind`].
#[derive(Debug, Subcommand)]
enum KindArguments {
    /// A deployment distribution at which a policy that training may return does harm; the worst there is
    Deployment(HarmArguments),
    /// The largest shift of deployment away from training within which every trained policy is safe, or good
    Radius(RadiusArguments),
}

#[derive(Debug, Args)]
struct RadiusArguments {
    #[command(flatten)]
    about: HarmArguments,
    /// How the shift is measured
    #[arg(long, value_name = "DISTANCE", default_value = "total-variation")]
    distance: DistanceName,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DistanceName {
    TotalVariation,
    LikelihoodRatio,
}

impl From<DistanceName> for Distance {
    fn from(name: DistanceName) -> Self {
        match name {
            DistanceName::TotalVariation => Self::TotalVariation,
            DistanceName::LikelihoodRatio => Self::LikelihoodRatio,
        }
    }
}

/// A model, and what must not happen in it.
#[derive(Debug, Args)]
struct HarmArguments {
    /// The model file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What must not happen: reaching the catastrophe, or not being good. By default the former, where the
    /// model declares a catastrophe
    #[arg(long, value_name = "HARM")]
    harm: Option<HarmName>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum HarmName {
    Catastrophic,
    Bad,
}

impl HarmArguments {
    fn harm(&self, problem: &Problem) -> Result<Harm, SearchRefusal> {
        match (self.harm, &problem.catastrophe) {
            (Some(HarmName::Catastrophic), None) => Err(SearchRefusal::NoCatastrophe),
            (Some(HarmName::Bad), _) | (None, None) => Ok(Harm::Bad),
            (Some(HarmName::Catastrophic) | None, Some(_)) => Ok(Harm::Catastrophic),
        }
    }
}

/// Why a search does not fit the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum SearchRefusal {
    #[error("the model declares no catastrophe; ask with `--harm bad`, or declare one")]
    NoCatastrophe,
}

impl KindArguments {
    fn file(&self) -> &PathBuf {
        match self {
            Self::Deployment(arguments) => &arguments.file,
            Self::Radius(arguments) => &arguments.about.file,
        }
    }

    fn kind(&self, problem: &Problem) -> Result<Kind, SearchRefusal> {
        Ok(match self {
            Self::Deployment(arguments) => Kind::Deployment(Deployment { harm: arguments.harm(problem)? }),
            Self::Radius(arguments) => {
                Kind::Radius(Radius { harm: arguments.about.harm(problem)?, distance: arguments.distance.into() })
            }
        })
    }
}

/// Runs the command.
pub(super) fn run(arguments: &SearchArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let format: Format = common.format.parse()?;
    let engine: Engine = common.engine.parse()?;
    let budget = interruptible();
    let path = arguments.kind.file();
    let Loaded { file, .. } = match load(path) {
        Ok(loaded) => loaded,
        Err(problems) => {
            eprintln!("{}", problems.plain());
            return Ok(USAGE);
        }
    };
    let kind = arguments.kind.kind(&file.problem)?;
    let started = Instant::now();
    let share = budget.limited_to(Duration::from_secs(common.timeout));
    let searched = seek(&file.problem, &kind, &share, engine)?;
    let exit = match searched.finding.outcome {
        Outcome::Unknown => UNKNOWN,
        outcome if kind.is_as_hoped(outcome) => ALL_AS_EXPECTED,
        Outcome::Found | Outcome::None => FAILED,
    };
    let examined =
        Examined { problem: searched.problem, origin: searched.origin, class: searched.class, answers: Vec::new() };
    let model = CheckedModel {
        file: path.display().to_string(),
        problem: Arc::new(file.problem),
        source: file.source,
        description: file.description,
        examined,
        board: file.board,
        expectations: Vec::new(),
    };
    let report = SoughtReport { kind: kind.name(), model, finding: searched.finding, elapsed: Some(started.elapsed()) };
    let terminal = output::stdout_is_terminal() && common.output.is_none();
    let style = Style { colour: common.color.on(terminal), width: output::width(), detail: common.detail() };
    output::write(common.output.as_deref(), &render_sought(&report, format, &style)?)?;
    Ok(exit)
}
