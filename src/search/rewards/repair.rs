//! The least change of the specified reward after which it keeps the task.
//!
//! Changes are weighted sums of features that may be edited. The conditions of [`Task`] are linear in the changes,
//! and each is necessary, so the least change that satisfies those found so far is a lower bound; when an exact
//! solve finds no broken condition for it, it is the least change.

use crate::budget::Exhausted;
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::{Rational, Reward, StateId};
use crate::search::arena::Arena;
use crate::search::rewards::class::{Optimised, RewardClass};
use crate::search::rewards::region::{WeightRegion, WeightRow};
use crate::search::rewards::task::Task;

/// Features up to which all sets of them are tried.
const MOST_COUNTED: usize = 16;

/// What is small about the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The sum of absolute changes of weights.
    Sum,
    /// The number of features whose weight changes, and among the smallest sets the sum.
    Count,
}

/// What is asked of a repair.
#[derive(Debug, Clone)]
pub struct RepairRequest {
    /// The features that may be edited, by position in the problem.
    pub edits: Vec<usize>,
    /// The situations from which the task is to be kept.
    pub sources: Vec<StateId>,
    /// By how much every choice that the task does not want must fall short; above 0.
    pub margin: Rational,
    /// The largest absolute change of a weight.
    pub largest: Rational,
    /// What is minimised.
    pub measure: Measure,
}

/// How a repair ended.
#[derive(Debug, Clone)]
pub enum RepairOutcome {
    /// The least change.
    Repaired {
        /// The change of each weight, in the order of the edits.
        changes: Vec<Rational>,
        /// The changed reward.
        reward: Reward,
        /// The sum of absolute changes.
        sum: Rational,
        /// How many linear conditions prove that there is no smaller change.
        conditions: usize,
        /// How many rewards were solved.
        solves: usize,
    },
    /// No change within the limits keeps the task; how many linear conditions exclude them all.
    Impossible {
        /// The conditions.
        conditions: usize,
    },
    /// Time ran out.
    Open {
        /// No change of a smaller sum keeps the task, where the sum is what is minimised.
        least: Option<Rational>,
        /// A change of this sum does, of the fewest features where their number is what is minimised.
        most: Option<Rational>,
        /// No change of fewer features keeps the task, where their number is what is minimised.
        fewest: Option<usize>,
        /// Why the search stopped.
        reason: Exhausted,
    },
    /// Not settled, and why.
    Unknown(String),
}

/// The least change of the specified reward after which it keeps the task.
///
/// # Errors
/// When the budget is exhausted.
pub fn repair_reward(arena: &Arena<'_>, request: &RepairRequest) -> Result<RepairOutcome, Exhausted> {
    if !arena.fully_observed || !arena.problem.learner.epsilon.is_zero() {
        return Ok(RepairOutcome::Unknown("rewards are repaired with full observation and no slack only".into()));
    }
    let mut features: Vec<&Reward> = vec![&arena.problem.specified];
    features.extend(request.edits.iter().map(|&edit| &arena.problem.features[edit].values));
    let Some(class) = RewardClass::new(arena, features) else {
        let reason = "some changes leave the total reward undefined: a policy may go on for ever";
        return Ok(RepairOutcome::Unknown(reason.into()));
    };
    let Some(mut task) = Task::new(&class, &request.sources, request.margin.clone())? else {
        let reason =
            "policies that are optimal for the intended reward differ in their features or in the specified reward";
        return Ok(RepairOutcome::Unknown(reason.into()));
    };
    let edits = request.edits.len();
    let found = match request.measure {
        Measure::Sum => match least_change(&mut task, request, &vec![true; edits]) {
            Ok(found) => found,
            // The last candidate is the least change that satisfies the conditions found.
            Err(reason) => {
                let least = task.candidate().map(|weights| sum_of(&weights[1..]));
                return Ok(RepairOutcome::Open { least, most: None, fewest: None, reason });
            }
        },
        Measure::Count if edits > MOST_COUNTED => {
            let reason = format!("there are more than {MOST_COUNTED} features to choose from");
            return Ok(RepairOutcome::Unknown(reason));
        }
        Measure::Count => match fewest(&mut task, request, edits) {
            Ok(found) => found,
            Err(Early { size, most, reason }) => {
                return Ok(RepairOutcome::Open { least: None, most, fewest: Some(size), reason });
            }
        },
    };
    let (conditions, solves) = (task.rows().len(), task.solves());
    Ok(match found {
        None => RepairOutcome::Impossible { conditions },
        Some(optimised) => RepairOutcome::Repaired {
            reward: class.reward(&optimised.weights),
            sum: sum_of(&optimised.weights[1..]),
            changes: optimised.weights[1..].to_vec(),
            conditions,
            solves,
        },
    })
}

/// The end of a search for the fewest features before its time.
struct Early {
    /// Fewer features do not keep the task.
    size: usize,
    /// The least sum of a change of so many that does, so far.
    most: Option<Rational>,
    reason: Exhausted,
}

/// Sets of features by size: what excludes one of them, excludes what it excludes of the others too.
fn fewest(task: &mut Task<'_>, request: &RepairRequest, edits: usize) -> Result<Option<Optimised>, Early> {
    let mut sets: Vec<u32> = (0..1u32 << edits).collect();
    sets.sort_by_key(|set| set.count_ones());
    let mut best: Option<(u32, Rational, Optimised)> = None;
    for set in sets {
        if best.as_ref().is_some_and(|(size, ..)| set.count_ones() > *size) {
            break;
        }
        let allowed: Vec<bool> = (0..edits).map(|edit| set >> edit & 1 == 1).collect();
        let found = least_change(task, request, &allowed).map_err(|reason| Early {
            size: allowed.iter().filter(|&&allowed| allowed).count(),
            most: best.as_ref().map(|(_, sum, _)| sum.clone()),
            reason,
        })?;
        if let Some(found) = found {
            let sum = sum_of(&found.weights[1..]);
            if best.as_ref().is_none_or(|(_, least, _)| &sum < least) {
                best = Some((set.count_ones(), sum, found));
            }
        }
    }
    Ok(best.map(|(.., found)| found))
}

fn least_change(
    task: &mut Task<'_>,
    request: &RepairRequest,
    allowed: &[bool],
) -> Result<Option<Optimised>, Exhausted> {
    let limit = |allowed: &bool| if *allowed { request.largest.clone() } else { Rational::ZERO };
    let upper: Vec<Rational> = std::iter::once(Rational::ONE).chain(allowed.iter().map(limit)).collect();
    let lower = std::iter::once(Rational::ONE).chain(upper[1..].iter().map(|limit| -limit)).collect();
    let region = WeightRegion { lower, upper, rows: Vec::new() };
    task.refine(|rows| smallest(&region, rows))
}

/// The weights of the region that satisfy the rows, the sum of absolute changes as small as possible.
fn smallest(region: &WeightRegion, rows: &[WeightRow]) -> Option<Vec<Rational>> {
    let mut narrowed = region.clone();
    narrowed.rows.extend_from_slice(rows);
    let mut program: LinearProgram = narrowed.program();
    let size = region.size();
    // One more variable a change: at least the change and at least its negative.
    program.variables += size - 1;
    for change in 1..size {
        let (bound, lower) = (size + change - 1, &region.lower[change]);
        for sign in [Rational::ONE, Rational::NEG_ONE] {
            program.rows.push(Row {
                coefficients: vec![(bound, Rational::ONE), (change, -&sign)],
                relation: Relation::AtLeast,
                bound: &sign * lower,
            });
        }
        program.objective.push((bound, Rational::NEG_ONE));
    }
    match program.solve() {
        Outcome::Optimal { point, .. } => {
            Some(region.lower.iter().zip(&point).map(|(lower, offset)| lower + offset).collect())
        }
        Outcome::Infeasible | Outcome::Unbounded => None,
    }
}

fn sum_of(changes: &[Rational]) -> Rational {
    changes.iter().map(absolute).fold(Rational::ZERO, |sum, change| sum + change)
}

fn absolute(number: &Rational) -> Rational {
    if number < &Rational::ZERO { -number } else { number.clone() }
}
