//! `lavaproof rewards`: what all rewards of a process can say, with evidence that others can check.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;
use thiserror::Error;

use crate::budget::Budget;
use crate::certify::explicit_model;
use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, REJECTED, UNKNOWN, USAGE};
use crate::cli::interrupt::interruptible;
use crate::cli::load::load;
use crate::cli::output;
use crate::mdp::{Rational, StateId, parse_rational};
use crate::problem::{Criterion, Problem};
use crate::rewards::{
    Episodes, EvidenceError, Shown, Sight, aligned_evidence, data_evidence, order_evidence, power_evidence,
    set_evidence,
};

/// The arguments of `rewards`.
#[derive(Debug, Args)]
pub(super) struct RewardsArguments {
    #[command(subcommand)]
    question: Question,
}

/// Every question. A new one is a line here, in [`Question::about`] and in [`answer`].
#[derive(Debug, Subcommand)]
enum Question {
    /// The POWER of a state (Turner et al. 2021), and how probably each of its actions is optimal, for a random reward of each state
    Power(PowerArguments),
    /// Which orders of the deterministic policies some reward has; unhackable pairs; simplifications (Skalse et al. 2022)
    Orders(About),
    /// Which sets of acceptable deterministic policies some reward expresses (Abel et al. 2021)
    Sets(About),
    /// The weights of features whose optimal policies are optimal for the intended reward, as cones (Brown et al. 2021)
    Aligned(About),
    /// The data distributions on which a learned reward cannot mislead, as linear rows (Fluri et al. 2024)
    Data(DataArguments),
}

#[derive(Debug, Args)]
struct About {
    /// The model
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the explicit model and the evidence into this folder, for `proofs/rewards.py`
    #[arg(long, value_name = "DIR")]
    proofs: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct PowerArguments {
    #[command(flatten)]
    about: About,
    /// The state; without it, the only situation
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// The discount, instead of the model's
    #[arg(long, value_name = "NUMBER", conflicts_with = "far_sighted")]
    discount: Option<String>,
    /// In the limit of discounts that tend to 1
    #[arg(long)]
    far_sighted: bool,
}

#[derive(Debug, Args)]
struct DataArguments {
    #[command(flatten)]
    about: About,
    /// The expected error of the learned reward on the data, as a share of the range of the policies' values
    #[arg(long, value_name = "NUMBER")]
    error: String,
    /// The regret that is too much, as a share of that range
    #[arg(long, value_name = "NUMBER")]
    regret: String,
}

/// A question that this model or these arguments do not pose.
#[derive(Debug, Error)]
enum Refusal {
    #[error("`{text}` is not an exact number; write 1/3, 0.25 or 2")]
    Number { text: String },
    #[error("`--{option}` must not be negative")]
    Negative { option: &'static str },
    #[error("the model has no state `{name}`")]
    State { name: String },
    #[error("the model has {count} situations; choose a state with --state")]
    Situations { count: usize },
    #[error("the model is not discounted: this is a question about discounted rewards{hint}")]
    Undiscounted { hint: &'static str },
    #[error("the model declares no features; the weights in question are those of features")]
    NoFeatures,
    #[error(transparent)]
    Unanswered(#[from] EvidenceError),
}

impl Question {
    fn about(&self) -> &About {
        match self {
            Self::Power(arguments) => &arguments.about,
            Self::Orders(about) | Self::Sets(about) | Self::Aligned(about) => about,
            Self::Data(arguments) => &arguments.about,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Power(_) => "power",
            Self::Orders(_) => "orders",
            Self::Sets(_) => "sets",
            Self::Aligned(_) => "aligned",
            Self::Data(_) => "data",
        }
    }
}

/// Runs the command.
pub(super) fn run(arguments: &RewardsArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let as_json = match common.format.as_str() {
        "human" => false,
        "json" => true,
        other => return Err(format!("`rewards` writes human and json, not {other}").into()),
    };
    let about = arguments.question.about();
    let file = match load(&about.file) {
        Ok(loaded) => loaded.file,
        Err(problems) => {
            eprintln!("{}", problems.plain());
            return Ok(USAGE);
        }
    };
    let budget = interruptible().limited_to(Duration::from_secs(common.timeout));
    let shown = match answer(&arguments.question, &file.problem, &budget) {
        Ok(shown) => shown,
        Err(Refusal::Unanswered(error @ EvidenceError::Disagreement(_))) => {
            eprintln!("error: {}: {error}", about.file.display());
            return Ok(REJECTED);
        }
        Err(Refusal::Unanswered(error)) if error.is_open() => {
            eprintln!("{}: unknown: {error}", about.file.display());
            return Ok(UNKNOWN);
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let written = match (&about.proofs, &shown.evidence) {
        (Some(folder), Ok(evidence)) => Some(write(evidence, &arguments.question, &file.problem, folder)?),
        _ => None,
    };
    let text = if as_json {
        document(&arguments.question, &shown, written.as_deref())
    } else {
        page(&file.problem, &about.file, &shown, written.as_deref())
    };
    output::write(common.output.as_deref(), &text)?;
    Ok(if shown.evidence.is_ok() { ALL_AS_EXPECTED } else { UNKNOWN })
}

fn answer(question: &Question, problem: &Problem, budget: &Budget) -> Result<Shown, Refusal> {
    let hint = match question {
        Question::Power(_) => "; give --discount or --far-sighted",
        _ => "",
    };
    let discount = match &problem.criterion {
        Criterion::Discounted(discount) => Some(discount),
        Criterion::Total | Criterion::Horizon(_) => None,
    };
    if let Question::Power(arguments) = question {
        let state = state(arguments.state.as_deref(), problem)?;
        let sight = match (&arguments.discount, arguments.far_sighted) {
            (_, true) => Sight::Far,
            (Some(text), false) => Sight::Discounted(number(text)?),
            (None, false) => Sight::Discounted(discount.cloned().ok_or(Refusal::Undiscounted { hint })?),
        };
        return Ok(power_evidence(&problem.mdp, state, &sight, budget)?);
    }
    let discount = discount.ok_or(Refusal::Undiscounted { hint })?;
    let episodes = Episodes::new(&problem.mdp, discount, &problem.train).map_err(EvidenceError::from)?;
    Ok(match question {
        Question::Orders(_) => order_evidence(&episodes, budget)?,
        Question::Sets(_) => set_evidence(&episodes, budget)?,
        Question::Aligned(_) => {
            let features: Vec<(&str, &[Rational])> =
                problem.features.iter().map(|feature| (feature.name.as_str(), feature.values.as_slice())).collect();
            if features.is_empty() {
                return Err(Refusal::NoFeatures);
            }
            aligned_evidence(&episodes, &features, &problem.intended, budget)?
        }
        Question::Data(arguments) => {
            let not_negative = |option, text: &str| match number(text)? {
                number if number < Rational::ZERO => Err(Refusal::Negative { option }),
                number => Ok(number),
            };
            let error = not_negative("error", &arguments.error)?;
            let regret = not_negative("regret", &arguments.regret)?;
            data_evidence(&episodes, &problem.intended, &error, &regret, budget)?
        }
        Question::Power(_) => unreachable!("answered above"),
    })
}

fn number(text: &str) -> Result<Rational, Refusal> {
    parse_rational(text).map_err(|_| Refusal::Number { text: text.to_owned() })
}

fn state(name: Option<&str>, problem: &Problem) -> Result<StateId, Refusal> {
    match (name, problem.situations.as_slice()) {
        (Some(name), _) => problem.mdp.state_named(name).ok_or_else(|| Refusal::State { name: name.to_owned() }),
        (None, [only]) => Ok(*only),
        (None, several) => Err(Refusal::Situations { count: several.len() }),
    }
}

/// Writes the explicit model and the evidence, and says where the evidence is.
fn write(
    evidence: &str,
    question: &Question,
    problem: &Problem,
    folder: &Path,
) -> Result<PathBuf, Box<dyn std::error::Error>> {
    output::make_folder(folder)?;
    let explicit = explicit_model(problem);
    let model = lavaproof_checker::Model::read(explicit.as_bytes())?;
    let stem = question.about().file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let which = match question {
        Question::Power(arguments) => {
            let state = state(arguments.state.as_deref(), problem)?;
            let far = if arguments.far_sighted { "-far" } else { "" };
            let discount: String = arguments.discount.iter().map(|discount| format!("-{discount}")).collect();
            let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
            format!("-{}{far}{discount}", problem.mdp.state_name(state)).chars().map(plain).collect()
        }
        _ => String::new(),
    };
    output::write_file(&folder.join(format!("{stem}.model")), explicit.as_bytes())?;
    let path = folder.join(format!("{stem}--{}{which}.evidence", question.name()));
    let text = format!("lavaproof-evidence 1\nmodel {}\n{evidence}", model.digest());
    output::write_file(&path, text.as_bytes())?;
    Ok(path)
}

fn page(problem: &Problem, file: &Path, shown: &Shown, written: Option<&Path>) -> String {
    let mut text = format!("{}  {}\n", problem.name, file.display());
    for (about, found) in &shown.findings {
        text.push_str(&format!("  {about}: {found}\n"));
    }
    if let Err(reason) = &shown.evidence {
        text.push_str(&format!("  uncertified: {reason}\n"));
    }
    if let Some(path) = written {
        text.push_str(&format!("  evidence: {}\n", path.display()));
    }
    text
}

fn document(question: &Question, shown: &Shown, written: Option<&Path>) -> String {
    let findings: Vec<_> =
        shown.findings.iter().map(|(about, found)| json!({ "about": about, "found": found })).collect();
    let document = json!({
        "schema_version": 1,
        "file": question.about().file.display().to_string(),
        "question": question.name(),
        "findings": findings,
        "uncertified": shown.evidence.as_ref().err().map(ToString::to_string),
        "evidence": written.map(|path| path.display().to_string()),
    });
    format!("{document:#}\n")
}
