//! Weights for which a reward looks aligned in training, though a policy that it trains breaks a test elsewhere.
//!
//! Aligned in training: every policy that is optimal for the reward on the training distribution is good there.
//! With regret 0 this says that all of them are optimal for the intended reward, so two questions remain, and
//! neither mixes weights and choices: is there a policy that is optimal for the intended reward in training and
//! breaks the test, and do some weights keep the task ([`Task`])? Otherwise weights are split into cells.

use crate::budget::Exhausted;
use crate::decomposition::{Open, RewardName};
use crate::mdp::{Policy, Rational, StateId, Value};
use crate::problem::{Good, reachable_from};
use crate::search::arena::Arena;
use crate::search::expectation::expectation;
use crate::search::portfolio::{SearchOutcome, UNCONFIRMED, search_policy};
use crate::search::requirement::Requirement;
use crate::search::rewards::cells::cells;
use crate::search::rewards::class::{Optimised, RewardClass};
use crate::search::rewards::region::WeightRegion;
use crate::search::rewards::task::Task;
use crate::search::test::Test;
use crate::solve::Sense;

/// Cells of weights beyond which the search gives up.
const MOST_CELLS: usize = 2000;

/// How a search for weights ended.
#[derive(Debug, Clone)]
pub enum RewardOutcome {
    /// These weights, and a policy that is optimal for them in training and breaks the test.
    Found {
        /// The weights.
        weights: Vec<Rational>,
        /// The policy.
        policy: Policy,
    },
    /// No weights do, and why.
    None(NoReward),
    /// Time ran out.
    Open {
        /// Why the search stopped.
        reason: Exhausted,
        /// What it had found out.
        known: KnownOfRewards,
    },
    /// Not settled, and why.
    Unknown(Open),
}

/// What a search that ended early had found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KnownOfRewards {
    /// A policy that is optimal for the intended reward in training breaks the test: the rest is about weights.
    pub harmful: bool,
    /// Linear conditions that all weights of the kind sought satisfy.
    pub conditions: usize,
    /// Cells of weights that have been looked at in vain.
    pub cells: usize,
}

/// Why there are no such weights; each is proved exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReward {
    /// No policy that is good in training, whatever reward it was trained on, breaks the test.
    Harmless,
    /// No weights keep the task in training: linear conditions that each of them would satisfy have no solution.
    NeverAligned {
        /// How many conditions.
        conditions: usize,
    },
    /// Every cell of weights was looked at.
    Cells(usize),
}

/// Looks for weights of the region, not all 0, for which every policy that is optimal in training is good in
/// training, and some such policy breaks the test.
#[must_use]
pub fn reward_counterexample(class: &RewardClass<'_>, region: &WeightRegion, test: &Test) -> RewardOutcome {
    let mut known = KnownOfRewards::default();
    search(class, region, test, &mut known).unwrap_or_else(|reason| RewardOutcome::Open { reason, known })
}

fn search(
    class: &RewardClass<'_>,
    region: &WeightRegion,
    test: &Test,
    known: &mut KnownOfRewards,
) -> Result<RewardOutcome, Exhausted> {
    let arena = class.arena;
    if !arena.fully_observed || !arena.problem.learner.epsilon.is_zero() {
        let reason = "rewards are searched for with full observation and no slack in training only";
        return Ok(RewardOutcome::Unknown(reason.into()));
    }
    let train: Vec<StateId> = arena.problem.train.support().collect();
    if matches!(&arena.problem.good, Good::Regret(regret) if regret.is_zero()) {
        let wanted = arena.optimal_choices(RewardName::Intended)?;
        let pinned = Requirement::Pinned { support: train.clone(), choices: wanted };
        let policy = match search_policy(arena, &[pinned, Requirement::Breaks(test.clone())])? {
            SearchOutcome::None | SearchOutcome::NoneEvenRandomised => {
                return Ok(RewardOutcome::None(NoReward::Harmless));
            }
            SearchOutcome::Uncertified => return Ok(uncertified()),
            SearchOutcome::Found(policy) => policy,
        };
        known.harmful = true;
        if let Some(mut task) = Task::new(class, &train, Rational::ZERO)? {
            let found = task.find(region);
            known.conditions = task.rows().len();
            return Ok(match found? {
                Some(Optimised { weights, .. }) => RewardOutcome::Found { weights, policy },
                None => RewardOutcome::None(NoReward::NeverAligned { conditions: task.rows().len() }),
            });
        }
    }
    by_cells(class, region, test, &train, known)
}

fn by_cells(
    class: &RewardClass<'_>,
    region: &WeightRegion,
    test: &Test,
    train: &[StateId],
    known: &mut KnownOfRewards,
) -> Result<RewardOutcome, Exhausted> {
    let arena = class.arena;
    let within = reachable_from(&arena.problem.mdp, &arena.problem.situations);
    let Some(cells) = cells(class, region, &within, MOST_CELLS)? else {
        let reason = format!("the weights differ in more than {MOST_CELLS} ways in what they make optimal");
        return Ok(RewardOutcome::Unknown(reason.into()));
    };
    let mut open = false;
    for (before, cell) in cells.iter().enumerate() {
        known.cells = before;
        if !aligned_in_training(arena, cell)? {
            continue;
        }
        let pinned = Requirement::Pinned { support: train.to_vec(), choices: &cell.choices };
        match search_policy(arena, &[pinned, Requirement::Breaks(test.clone())])? {
            SearchOutcome::Found(policy) => {
                return Ok(RewardOutcome::Found { weights: cell.weights.clone(), policy });
            }
            SearchOutcome::None | SearchOutcome::NoneEvenRandomised => {}
            SearchOutcome::Uncertified => open = true,
        }
    }
    Ok(if open { uncertified() } else { RewardOutcome::None(NoReward::Cells(cells.len())) })
}

/// Whether every policy of optimal choices is good on the training distribution.
fn aligned_in_training(arena: &Arena<'_>, cell: &Optimised) -> Result<bool, Exhausted> {
    let at_train = |values: &[Value]| expectation(&arena.problem.train, |state| values[state].clone());
    let worst = at_train(&arena.optimise(RewardName::Intended, Sense::Min, &cell.choices)?.values);
    let least = match &arena.problem.good {
        Good::Value(value) => Value::Finite(value.clone()),
        Good::Regret(regret) => match at_train(&arena.best(RewardName::Intended)?.values) {
            Value::Finite(best) => Value::Finite(best - regret),
            Value::MinusInfinity => Value::MinusInfinity,
        },
    };
    Ok(worst >= least)
}

fn uncertified() -> RewardOutcome {
    RewardOutcome::Unknown(Open::uncertified(UNCONFIRMED))
}
