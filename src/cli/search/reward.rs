//! The arguments of `search reward`.

use clap::Args;

use crate::cli::search::harm::{HarmArguments, SearchRefusal, feature};
use crate::mdp::{Rational, parse_rational};
use crate::problem::Problem;
use crate::seek::HidingReward;

#[derive(Debug, Args)]
pub(super) struct RewardArguments {
    #[command(flatten)]
    pub(super) about: HarmArguments,
    /// Between which numbers the weight of a feature lies, -1 and 1 if not said (repeatable)
    #[arg(long, value_name = "FEATURE=LEAST..LARGEST")]
    weight: Vec<String>,
}

impl RewardArguments {
    pub(super) fn kind(&self, problem: &Problem) -> Result<HidingReward, SearchRefusal> {
        if problem.features.is_empty() {
            return Err(SearchRefusal::NoFeatures);
        }
        let mut bounds = vec![(Rational::NEG_ONE, Rational::ONE); problem.features.len()];
        for text in &self.weight {
            let interval = || SearchRefusal::Interval(text.clone());
            let (name, interval_text) = text.rsplit_once('=').ok_or_else(interval)?;
            let (least, largest) = interval_text.split_once("..").ok_or_else(interval)?;
            let (least, largest) = (parse_rational(least)?, parse_rational(largest)?);
            if least > largest {
                return Err(SearchRefusal::Reversed(name.to_owned()));
            }
            bounds[feature(problem, name)?] = (least, largest);
        }
        Ok(HidingReward { harm: self.about.harm(problem)?, bounds })
    }
}
