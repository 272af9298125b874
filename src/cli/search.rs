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
use crate::mdp::{ParseRationalError, Rational, parse_rational};
use crate::problem::Problem;
use crate::report::{CheckedModel, Format, SoughtReport, Style, render_sought};
use crate::seek::{
    Coverage, CriticalEpsilon, Deployment, Distance, Harm, Kind, Outcome, Radius, Samples, Searched, Situations,
    Training, seek,
};
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
    /// The fewest situations, and the least shift from training, at which a trained policy does harm
    Situations(HarmArguments),
    /// A training distribution on which everything looks aligned, though a trained policy does harm in deployment
    Training(TrainingArguments),
    /// The least slack of training at which a policy that it may return does harm
    CriticalEpsilon(HarmArguments),
    /// The probability that training on n independent draws may return a policy that does harm, for n = 1, 2, …
    Samples(SamplesArguments),
    /// What would remove every counterexample
    Repair(RepairArguments),
    /// The largest shift of deployment away from training within which every trained policy is safe, or good
    Radius(RadiusArguments),
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
struct SamplesArguments {
    #[command(flatten)]
    about: HarmArguments,
    /// The longest curve is up to so many draws
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    draws: usize,
}

#[derive(Debug, Args)]
struct RepairArguments {
    #[command(flatten)]
    about: HarmArguments,
    /// Find the cheapest situations to add to training
    #[arg(long, required = true)]
    coverage: bool,
    /// What a situation costs, 1 if not said (repeatable)
    #[arg(long, value_name = "SITUATION=COST")]
    cost: Vec<String>,
}

impl RepairArguments {
    /// The costs in the order of the situations.
    fn costs(&self, problem: &Problem) -> Result<Vec<Rational>, SearchRefusal> {
        let mut costs = vec![Rational::ONE; problem.situations.len()];
        for text in &self.cost {
            let (name, number) = text.rsplit_once('=').ok_or_else(|| SearchRefusal::Cost(text.clone()))?;
            let named = |&state: &usize| problem.mdp.state_name(state) == name;
            let Some(position) = problem.situations.iter().position(named) else {
                return Err(SearchRefusal::NoSituation(name.to_owned()));
            };
            costs[position] = not_negative(number)?;
        }
        Ok(costs)
    }
}

/// A number that is not negative.
fn not_negative(text: &str) -> Result<Rational, SearchRefusal> {
    let number = parse_rational(text)?;
    if number < Rational::ZERO { Err(SearchRefusal::Negative(number)) } else { Ok(number) }
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
    #[error("`{0}` is no cost; write `SITUATION=COST`, such as `g=1/2`")]
    Cost(String),
    #[error("there is no situation `{0}` in the model")]
    NoSituation(String),
    #[error("{0} is negative; costs and masses are 0 or more")]
    Negative(Rational),
    #[error(transparent)]
    Number(#[from] ParseRationalError),
}

impl KindArguments {
    fn file(&self) -> &PathBuf {
        match self {
            Self::Deployment(arguments) | Self::Situations(arguments) | Self::CriticalEpsilon(arguments) => {
                &arguments.file
            }
            Self::Training(arguments) => &arguments.about.file,
            Self::Samples(arguments) => &arguments.about.file,
            Self::Repair(arguments) => &arguments.about.file,
            Self::Radius(arguments) => &arguments.about.file,
        }
    }

    fn kind(&self, problem: &Problem) -> Result<Kind, SearchRefusal> {
        Ok(match self {
            Self::Deployment(arguments) => Kind::Deployment(Deployment { harm: arguments.harm(problem)? }),
            Self::Situations(arguments) => Kind::Situations(Situations { harm: arguments.harm(problem)? }),
            Self::CriticalEpsilon(arguments) => {
                Kind::CriticalEpsilon(CriticalEpsilon { harm: arguments.harm(problem)? })
            }
            Self::Training(arguments) => Kind::Training(Training {
                harm: arguments.about.harm(problem)?,
                at_least: arguments.at_least,
                weight: not_negative(&arguments.weight)?,
            }),
            Self::Samples(arguments) => {
                Kind::Samples(Samples { harm: arguments.about.harm(problem)?, draws: arguments.draws })
            }
            Self::Repair(arguments) => {
                Kind::Coverage(Coverage { harm: arguments.about.harm(problem)?, costs: arguments.costs(problem)? })
            }
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
    let Searched { problem, origin, class, explicit, finding } = searched;
    let examined = Examined { problem, origin, class, answers: Vec::new(), explicit };
    let model = CheckedModel {
        file: path.display().to_string(),
        problem: Arc::new(file.problem),
        source: file.source,
        description: file.description,
        examined,
        board: file.board,
        expectations: Vec::new(),
    };
    let report = SoughtReport { kind: kind.name(), model, finding, elapsed: Some(started.elapsed()) };
    let terminal = output::stdout_is_terminal() && common.output.is_none();
    let style = Style { colour: common.color.on(terminal), width: output::width(), detail: common.detail() };
    output::write(common.output.as_deref(), &render_sought(&report, format, &style)?)?;
    Ok(exit)
}
