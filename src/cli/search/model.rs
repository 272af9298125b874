//! The arguments of `search model`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::search::harm::SearchRefusal;
use crate::decomposition::{Definition, Reading};
use crate::problem::{Criterion, Problem};
use crate::seek::{Claimed, SeparatingModel};

#[derive(Debug, Args)]
pub(super) struct ModelArguments {
    /// The frame: a model file of which the states, actions, situations and distributions are kept
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// What holds in the model, as in `expect`
    #[arg(long, value_name = "ID.PART[READING]")]
    holds: String,
    /// What fails in it
    #[arg(long, value_name = "ID.PART[READING]")]
    fails: String,
    /// Probabilities are multiples of one by this
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    denominator: u32,
    /// The rewards to choose from
    #[arg(long, value_name = "REWARDS", default_value = "0,1", value_delimiter = ',', allow_negative_numbers = true)]
    rewards: Vec<i32>,
}

impl ModelArguments {
    pub(super) fn kind(&self, problem: &Problem, definitions: &[Definition]) -> Result<SeparatingModel, SearchRefusal> {
        if matches!(problem.criterion, Criterion::Horizon(_)) {
            return Err(SearchRefusal::FrameWithHorizon);
        }
        let mut rewards = self.rewards.clone();
        rewards.sort_unstable();
        rewards.dedup();
        let claimed = |text: &String| claimed(text, problem, definitions);
        let (holds, fails) = (claimed(&self.holds)?, claimed(&self.fails)?);
        Ok(SeparatingModel { holds, fails, denominator: self.denominator, rewards })
    }
}

/// The part that a key of `expect` names.
fn claimed(text: &str, problem: &Problem, definitions: &[Definition]) -> Result<Claimed, SearchRefusal> {
    for definition in definitions {
        for (half, formula) in &definition.parts {
            let readings = Definition::readings(formula, problem.learner.given.is_some());
            let unnamed = if readings.contains(&Reading::Forall) { Reading::Forall } else { Reading::Given };
            for reading in readings {
                let key = format!("{}.{half}", definition.id);
                if text == format!("{key}[{reading}]") || reading == unnamed && text == key {
                    let parts = vec![(*half, formula.clone())];
                    return Ok(Claimed { definition: Definition { parts, ..definition.clone() }, reading });
                }
            }
        }
    }
    Err(SearchRefusal::NoPart(text.to_owned()))
}
