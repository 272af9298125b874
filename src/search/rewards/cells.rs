//! All weights, by what is optimal for them: finitely many cells, each cut out by linear conditions.
//!
//! Weights belong to one cell if they make the same choices optimal in the states of interest. With one optimal
//! policy and what it collects, the cell is linear: its choices fall short by nothing, all others by something.

use crate::budget::Exhausted;
use crate::mdp::StateSet;
use crate::search::rewards::class::{Optimised, RewardClass, push_new};
use crate::search::rewards::region::{Side, WeightRegion, WeightRow};

/// A way to split weights that gave up.
enum Stop {
    Limit,
    Exhausted(Exhausted),
}

impl From<Exhausted> for Stop {
    fn from(exhausted: Exhausted) -> Self {
        Self::Exhausted(exhausted)
    }
}

/// Weights of each cell that has nonzero weights in the region; `None` if there are more than `limit` cells.
///
/// Every nonzero weight of the region makes the same choices optimal, in the states `within`, as one of those
/// returned. A cell may be returned more than once.
///
/// # Errors
/// When the budget is exhausted.
pub fn cells(
    class: &RewardClass<'_>,
    region: &WeightRegion,
    within: &StateSet,
    limit: usize,
) -> Result<Option<Vec<Optimised>>, Exhausted> {
    let mut found = Vec::new();
    for piece in region.without_zero() {
        match explore(class, &piece, within, limit, &mut found) {
            Ok(_) => {}
            Err(Stop::Limit) => return Ok(None),
            Err(Stop::Exhausted(exhausted)) => return Err(exhausted),
        }
    }
    Ok(Some(found))
}

/// Finds a cell in the region and goes on outside it. Whether there was one.
fn explore(
    class: &RewardClass<'_>,
    region: &WeightRegion,
    within: &StateSet,
    limit: usize,
    found: &mut Vec<Optimised>,
) -> Result<bool, Stop> {
    class.arena.budget.check()?;
    let Some(weights) = region.find() else { return Ok(false) };
    if found.len() >= limit {
        return Err(Stop::Limit);
    }
    let optimised = class.optimise(weights)?;
    let rows = cell_of(class, &optimised, within)?;
    found.push(optimised);
    let mut rest = region.clone();
    for row in rows {
        let mut cuts = false;
        for negation in row.negations() {
            cuts |= explore(class, &rest.with(negation), within, limit, found)?;
        }
        if cuts {
            rest.rows.push(row);
        }
    }
    Ok(true)
}

/// The conditions under which the same choices are optimal in the states `within`.
fn cell_of(class: &RewardClass<'_>, optimised: &Optimised, within: &StateSet) -> Result<Vec<WeightRow>, Exhausted> {
    let mdp = &class.arena.problem.mdp;
    let expectations = class.expectations(&optimised.best.policy)?;
    let mut rows = Vec::new();
    for choice in within.ones().flat_map(|state| mdp.choices_of(state)) {
        let side = if optimised.choices.allows(choice) { Side::Equal } else { Side::Above };
        push_new(&mut rows, WeightRow::homogeneous(class.shortfall(&expectations, choice), side));
    }
    Ok(rows)
}
