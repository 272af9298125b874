//! The arguments of `repair`.

use clap::{Args, ValueEnum};

use crate::cli::search::harm::{HarmArguments, SearchRefusal, feature, not_negative};
use crate::mdp::{Rational, parse_rational};
use crate::problem::Problem;
use crate::seek::{Coverage, Kept, Kind, Measure, RewardRepair};

#[derive(Debug, Args)]
pub(in crate::cli) struct RepairArguments {
    #[command(flatten)]
    pub(super) about: HarmArguments,
    /// Find the cheapest situations to add to training
    #[arg(long, required_unless_present = "reward", conflicts_with = "reward")]
    coverage: bool,
    /// Find the least change of the specified reward after which it keeps the task
    #[arg(long)]
    reward: bool,
    /// What a situation costs, 1 if not said (repeatable)
    #[arg(long, value_name = "SITUATION=COST", requires = "coverage")]
    cost: Vec<String>,
    /// A feature whose weight may change; all of them if none is named (repeatable)
    #[arg(long, value_name = "FEATURE", conflicts_with = "coverage")]
    edit: Vec<String>,
    /// From which situations the task is kept
    #[arg(long, value_name = "SITUATIONS", default_value = "encountered", conflicts_with = "coverage")]
    keep: KeepName,
    /// By how much every choice that the task does not want falls short
    #[arg(long, value_name = "MARGIN", default_value = "1/100", conflicts_with = "coverage")]
    margin: String,
    /// The largest change of a weight
    #[arg(long, value_name = "CHANGE", default_value = "1000", conflicts_with = "coverage")]
    largest: String,
    /// What is as small as possible
    #[arg(long, value_name = "MEASURE", default_value = "sum", conflicts_with = "coverage")]
    least: LeastName,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KeepName {
    /// Those of training
    Training,
    /// Those of training and of deployment
    Encountered,
    /// All
    All,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LeastName {
    /// The sum of absolute changes
    Sum,
    /// The number of features changed, and among these changes the sum
    Count,
}

impl RepairArguments {
    pub(super) fn kind(&self, problem: &Problem) -> Result<Kind, SearchRefusal> {
        if !self.reward {
            let (harm, costs) = (self.about.harm(problem)?, self.costs(problem)?);
            return Ok(Kind::Coverage(Coverage { harm, costs }));
        }
        if problem.features.is_empty() {
            return Err(SearchRefusal::NoFeatures);
        }
        let mut edits = self.edit.iter().map(|name| feature(problem, name)).collect::<Result<Vec<_>, _>>()?;
        edits.sort_unstable();
        edits.dedup();
        if edits.is_empty() {
            edits = (0..problem.features.len()).collect();
        }
        let margin = parse_rational(&self.margin)?;
        if margin <= Rational::ZERO {
            return Err(SearchRefusal::NoMargin(margin));
        }
        Ok(Kind::RewardRepair(RewardRepair {
            edits,
            kept: match self.keep {
                KeepName::Training => Kept::Training,
                KeepName::Encountered => Kept::Encountered,
                KeepName::All => Kept::All,
            },
            margin,
            largest: not_negative(&self.largest)?,
            measure: match self.least {
                LeastName::Sum => Measure::Sum,
                LeastName::Count => Measure::Count,
            },
        }))
    }

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
