//! `repair --reward`: the least change of the specified reward after which it keeps the task. See
//! [`crate::search::rewards::repair_reward`] for how it is found, and that nothing smaller does.

use std::sync::Arc;

use crate::decide::Undecided;
use crate::decomposition::{Atom, Family, LocalSet, Question, RewardName, Scope};
use crate::mdp::{Distribution, Rational, Reward, StateId};
pub use crate::search::rewards::Measure;
use crate::search::rewards::{RepairOutcome, RepairRequest, repair_reward};
use crate::search::{Arena, DistributionSet};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Subject};
use crate::seek::{Content, Fact, Finding, Outcome};

/// From which situations the task is to be kept: the outer half of which decomposition is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// From those of training (`hubinger-train`).
    Training,
    /// From those of training and of deployment (`hubinger-encountered`).
    Encountered,
    /// From all (`hubinger-all`).
    All,
}

/// The search for a change of the specified reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardRepair {
    /// The features whose weights may change, by position in the problem.
    pub edits: Vec<usize>,
    /// Where the task is kept.
    pub kept: Kept,
    /// By how much every choice that the task does not want must fall short; above 0.
    pub margin: Rational,
    /// The largest change of a weight.
    pub largest: Rational,
    /// What is as small as possible.
    pub measure: Measure,
}

impl RewardRepair {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let sources: Vec<StateId> = match self.kept {
            Kept::Training => arena.problem.train.support().collect(),
            Kept::Encountered => DistributionSet::new(arena.problem, Family::Encountered).support(),
            Kept::All => arena.problem.situations.clone(),
        };
        let request = RepairRequest {
            edits: self.edits.clone(),
            sources: sources.clone(),
            margin: self.margin.clone(),
            largest: self.largest.clone(),
            measure: self.measure,
        };
        Ok(match repair_reward(arena, &request)? {
            RepairOutcome::Repaired { changes, reward, sum, conditions, solves } => {
                let name = |edit: &usize| arena.problem.features[*edit].name.clone();
                let changed = self.edits.iter().map(name).zip(changes).filter(|(_, change)| !change.is_zero());
                let changed: Vec<(String, Rational)> = changed.collect();
                let finding = if changed.is_empty() {
                    Finding::new(Outcome::Found, "nothing need be changed: the specified reward keeps the task")
                } else {
                    Finding::new(Outcome::Found, "with these changes of weights the specified reward keeps the task")
                        .with("changes", Content::Weights(changed.clone()))
                };
                finding
                    .with("features changed", Content::Count(changed.len()))
                    .with("sum of changes", Content::Number(sum))
                    .with("margin", Content::Number(self.margin.clone()))
                    .with("conditions", Content::Count(conditions))
                    .with("rewards solved", Content::Count(solves))
                    .exhausted(match self.measure {
                        Measure::Sum => "no change of a smaller sum keeps the task with this margin",
                        Measure::Count => {
                            "no change of fewer features keeps the task with this margin, nor of as many a smaller sum"
                        }
                    })
                    .resting_on(kept(arena, &sources, reward))
            }
            RepairOutcome::Impossible { conditions } => {
                Finding::new(Outcome::None, "no change of these weights, none larger than allowed, keeps the task")
                    .with("conditions", Content::Count(conditions))
                    .uncertified("that linear conditions on weights have no common solution has no certificate")
            }
            RepairOutcome::Open { least, most, fewest, reason } => {
                let fewest = fewest.map(|fewest| ("features changed at least", Content::Count(fewest)));
                let sums = [("sum of changes at least", least), ("sum of changes at most", most)];
                let sums = sums.into_iter().filter_map(|(name, sum)| Some((name, Content::Number(sum?))));
                fewest.into_iter().chain(sums).for_each(|(name, content)| so_far.learn(name, content));
                return Err(reason.into());
            }
            RepairOutcome::Unknown(reason) => Finding::new(Outcome::Unknown, reason),
        })
    }
}

/// Every policy that is optimal for the changed reward from the sources is optimal for the intended one.
fn kept(arena: &Arena<'_>, sources: &[StateId], reward: Reward) -> Option<Fact> {
    let share = Rational::ONE / Rational::from(sources.len().max(1));
    let even = Distribution::new(sources.iter().map(|&source| (source, share.clone())).collect()).ok()?;
    let question = Question::AtEach {
        family: Family::Train,
        policies: LocalSet::Optimal(RewardName::Specified),
        scope: Scope::Every,
        atoms: vec![Atom::Optimal(RewardName::Intended)],
    };
    let subject = Subject { arena, harm: Harm::Bad };
    let fact = subject.about("keeps the task", even, arena.problem.deploy.clone(), question, true);
    Some(Fact { specified: Some(Arc::new(reward)), ..fact })
}
