//! What the arguments of searches share: the model, what must not happen in it, and how arguments can be wrong.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::mdp::{ParseRationalError, Rational, parse_rational};
use crate::problem::Problem;
use crate::seek::Harm;

/// A model, and what must not happen in it.
#[derive(Debug, Args)]
pub(in crate::cli) struct HarmArguments {
    /// The model file
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
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
    pub(super) fn harm(&self, problem: &Problem) -> Result<Harm, SearchRefusal> {
        match (self.harm, &problem.catastrophe) {
            (Some(HarmName::Catastrophic), None) => Err(SearchRefusal::NoCatastrophe),
            (Some(HarmName::Bad), _) | (None, None) => Ok(Harm::Bad),
            (Some(HarmName::Catastrophic) | None, Some(_)) => Ok(Harm::Catastrophic),
        }
    }
}

/// Why a search does not fit the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SearchRefusal {
    #[error("the model declares no catastrophe; ask with `--harm bad`, or declare one")]
    NoCatastrophe,
    #[error("`{0}` is no cost; write `SITUATION=COST`, such as `g=1/2`")]
    Cost(String),
    #[error("there is no situation `{0}` in the model")]
    NoSituation(String),
    #[error("`{0}` is no interval; write `FEATURE=LEAST..LARGEST`, such as `lava=-1..1`")]
    Interval(String),
    #[error("the least weight of `{0}` is larger than its largest; write `FEATURE=LEAST..LARGEST`")]
    Reversed(String),
    #[error("there is no feature `{0}` in the model; it declares {1}")]
    NoFeature(String, String),
    #[error("the model declares no features; give its choices `features`, or write `features = true` under `[grid]`")]
    NoFeatures,
    #[error(
        "no verdict answers `{0}`; write a key of `expect`, such as `hubinger-all.outer` or `wentworth.goal[exists]`"
    )]
    NoPart(String),
    #[error("a frame has no horizon; use a discount, or total reward")]
    FrameWithHorizon,
    #[error("{0} is not above 0; a margin is")]
    NoMargin(Rational),
    #[error("{0} is negative; costs and masses are 0 or more")]
    Negative(Rational),
    #[error(transparent)]
    Number(#[from] ParseRationalError),
}

/// A number that is not negative.
pub(super) fn not_negative(text: &str) -> Result<Rational, SearchRefusal> {
    let number = parse_rational(text)?;
    if number < Rational::ZERO { Err(SearchRefusal::Negative(number)) } else { Ok(number) }
}

/// The position of a feature of the model.
pub(super) fn feature(problem: &Problem, name: &str) -> Result<usize, SearchRefusal> {
    if problem.features.is_empty() {
        return Err(SearchRefusal::NoFeatures);
    }
    problem.features.iter().position(|feature| feature.name == name).ok_or_else(|| {
        let known: Vec<String> = problem.features.iter().map(|feature| format!("`{}`", feature.name)).collect();
        SearchRefusal::NoFeature(name.to_owned(), known.join(", "))
    })
}
