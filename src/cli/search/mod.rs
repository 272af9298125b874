//! `lavaproof search`: counterexamples to alignment claims, and the questions that follow from them.

mod harm;
mod model;
mod repair;
mod reward;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, FAILED, UNKNOWN, USAGE};
use crate::cli::interrupt::interruptible;
use crate::cli::load::{Loaded, load};
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::rejected::tell_of_finding;
use crate::cli::search::harm::{HarmArguments, SearchRefusal, not_negative};
use crate::cli::search::model::ModelArguments;
use crate::cli::search::repair::RepairArguments;
use crate::cli::search::reward::RewardArguments;
use crate::decomposition::{Definition, Examined};
use crate::problem::Problem;
use crate::report::{CheckedModel, Format, SoughtReport, Style, render_sought, so_far_in_a_line};
use crate::seek::{
    CriticalEpsilon, Deployment, Distance, Entry, Kind, ObservedPolicy, Outcome, Radius, Samples, Searched, Situations,
    Training, seek_watched,
};
use crate::solve::Engine;

/// The arguments of `search`.
#[derive(Debug, Args)]
pub(super) struct SearchArguments {
    #[command(subcommand)]
    kind: KindArguments,
}

/// Every kind of search. A new one is a line here, in [`KindArguments::file`] and in [`KindArguments::kind`]; one that does not
/// look for a counterexample is one in [`OppositeArguments`] instead.
#[derive(Debug, Subcommand)]
enum KindArguments {
    /// A deployment distribution at which a policy that training may return does harm; the worst there is
    Deployment(HarmArguments),
    /// The fewest situations, and the least shift from training, at which a trained policy does harm
    Situations(HarmArguments),
    /// A training distribution on which everything looks aligned, though a trained policy does harm in deployment
    Training(TrainingArguments),
    /// A deterministic policy of what is observed that training may return and that does harm in deployment
    Policy(HarmArguments),
    /// Weights of features for which training looks aligned, though a policy that it may return does harm in deployment
    Reward(RewardArguments),
    /// The smallest model of a frame in which one part of a decomposition holds and another fails
    Model(ModelArguments),
    #[command(flatten)]
    Opposite(OppositeArguments),
}

/// The questions that follow a counterexample. Each is a kind of search, and a command of its own too.
#[derive(Debug, Subcommand)]
pub(super) enum OppositeArguments {
    /// What would remove every counterexample: situations to add to training, or a change of the specified reward
    Repair(RepairArguments),
    /// The largest shift of deployment away from training within which every trained policy is safe, or good
    Radius(RadiusArguments),
    /// The least slack of training at which a policy that it may return does harm
    CriticalEpsilon(HarmArguments),
    /// The probability that training on n independent draws may return a policy that does harm, for n = 1, 2, …
    Samples(SamplesArguments),
}

#[derive(Debug, Args)]
struct TrainingArguments {
    #[command(flatten)]
    about: HarmArguments,
    /// Situations that training must meet, at least
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    at_least: usize,
    /// The mass that each situation it meets must have, at least; without it, it must be positive
    #[arg(long, value_name = "MASS", default_value = "0")]
    weight: String,
}

#[derive(Debug, Args)]
pub(super) struct SamplesArguments {
    #[command(flatten)]
    about: HarmArguments,
    /// The longest curve is up to so many draws
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    draws: usize,
}

#[derive(Debug, Args)]
pub(super) struct RadiusArguments {
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

impl KindArguments {
    fn file(&self) -> &PathBuf {
        match self {
            Self::Deployment(arguments) | Self::Situations(arguments) | Self::Policy(arguments) => &arguments.file,
            Self::Reward(arguments) => &arguments.about.file,
            Self::Model(arguments) => &arguments.file,
            Self::Training(arguments) => &arguments.about.file,
            Self::Opposite(opposite) => opposite.file(),
        }
    }

    fn kind(&self, problem: &Problem, definitions: &[Definition]) -> Result<Kind, SearchRefusal> {
        Ok(match self {
            Self::Model(arguments) => Kind::Model(arguments.kind(problem, definitions)?),
            Self::Deployment(arguments) => Kind::Deployment(Deployment { harm: arguments.harm(problem)? }),
            Self::Situations(arguments) => Kind::Situations(Situations { harm: arguments.harm(problem)? }),
            Self::Training(arguments) => Kind::Training(Training {
                harm: arguments.about.harm(problem)?,
                at_least: arguments.at_least,
                weight: not_negative(&arguments.weight)?,
            }),
            Self::Policy(arguments) => Kind::Policy(ObservedPolicy { harm: arguments.harm(problem)? }),
            Self::Reward(arguments) => Kind::Reward(arguments.kind(problem)?),
            Self::Opposite(opposite) => opposite.kind(problem)?,
        })
    }
}

impl OppositeArguments {
    fn file(&self) -> &PathBuf {
        match self {
            Self::CriticalEpsilon(arguments) => &arguments.file,
            Self::Samples(arguments) => &arguments.about.file,
            Self::Repair(arguments) => &arguments.about.file,
            Self::Radius(arguments) => &arguments.about.file,
        }
    }

    fn kind(&self, problem: &Problem) -> Result<Kind, SearchRefusal> {
        Ok(match self {
            Self::CriticalEpsilon(arguments) => {
                Kind::CriticalEpsilon(CriticalEpsilon { harm: arguments.harm(problem)? })
            }
            Self::Samples(arguments) => {
                Kind::Samples(Samples { harm: arguments.about.harm(problem)?, draws: arguments.draws })
            }
            Self::Repair(arguments) => arguments.kind(problem)?,
            Self::Radius(arguments) => {
                Kind::Radius(Radius { harm: arguments.about.harm(problem)?, distance: arguments.distance.into() })
            }
        })
    }
}

/// Runs a question that is a command of its own.
pub(super) fn run_opposite(opposite: OppositeArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    run(&SearchArguments { kind: KindArguments::Opposite(opposite) }, common)
}

/// Runs the command.
pub(super) fn run(arguments: &SearchArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let format: Format = common.format.parse()?;
    let engine: Engine = common.engine.parse()?;
    let budget = interruptible();
    let path = arguments.kind.file();
    let Loaded { file, definitions, .. } = match load(path) {
        Ok(loaded) => loaded,
        Err(problems) => {
            eprintln!("{}", problems.plain());
            return Ok(USAGE);
        }
    };
    let kind = arguments.kind.kind(&file.problem, &definitions)?;
    let started = Instant::now();
    let share = budget.limited_to(Duration::from_secs(common.timeout));
    let progress = (!common.quiet).then(|| Progress::of(kind.name()));
    let watch = |known: &[Entry]| progress.iter().for_each(|progress| progress.know(&so_far_in_a_line(known)));
    let searched = seek_watched(&file.problem, &kind, &share, engine, &watch);
    drop(progress);
    let searched = searched?;
    let exit = match searched.finding.outcome {
        Outcome::Unknown => UNKNOWN,
        outcome if kind.is_as_hoped(outcome) => ALL_AS_EXPECTED,
        Outcome::Found | Outcome::None => FAILED,
    };
    let file_name = path.display().to_string();
    let exit = exit.or(tell_of_finding(&file_name, kind.name(), &searched.finding));
    let Searched { problem, origin, class, explicit, finding } = searched;
    let examined = Examined { problem, origin, class, answers: Vec::new(), explicit };
    let model = CheckedModel {
        file: file_name,
        preamble: file.preamble(),
        picture: None,
        problem: Arc::new(file.problem),
        source: file.source,
        description: file.description,
        examined,
        board: file.board,
        expectations: Vec::new(),
        evidence: None,
    };
    let report = SoughtReport { kind: kind.name(), model, finding, elapsed: Some(started.elapsed()) };
    let terminal = output::stdout_is_terminal() && common.output.is_none();
    let style = Style { colour: common.color.on(terminal), width: output::width(), detail: common.detail() };
    output::write(common.output.as_deref(), &render_sought(&report, format, &style)?)?;
    Ok(exit)
}
