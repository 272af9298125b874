//! Classes too large to list whose optimal sets are no masks: one distribution at a time, and bounds.

use crate::decide::threshold::{attains_full_observation, test_of};
use crate::decide::trained::{at_distribution, membership};
use crate::decide::verdict::{Undecided, Verdict};
use crate::decomposition::{Atom, Family, LocalSet, Scope};
use crate::search::{Arena, DistributionSet};

/// Decides *at each `μ` of the family, every or some policy of the set satisfies the atoms*, where it can.
///
/// One distribution is one search. For more, a failure at an extreme point is a failure, and masked solves
/// that ignore aliasing can show that nothing fails anywhere; what lies between stays unknown.
pub(super) fn at_each(
    arena: &Arena<'_>,
    family: Family,
    policies: LocalSet,
    scope: Scope,
    atoms: &[Atom],
) -> Result<Verdict, Undecided> {
    let mut unsettled = None;
    for set in DistributionSet::pieces(arena.problem, family) {
        if scope == Scope::Every && holds_by_relaxation(arena, &set, policies, atoms)? {
            continue;
        }
        if set.point().is_none() {
            unsettled = Some(
                "not settled between the extreme points of the set: observation-based policies are too many to list"
                    .into(),
            );
        }
        for point in set.extreme_points().unwrap_or_default() {
            let at = DistributionSet::at_point(point);
            let members = membership(arena, policies, &at)?;
            match at_distribution(arena, &members, scope, atoms, &at)? {
                Verdict::Holds(_) => {}
                Verdict::Fails(evidence) => return Ok(Verdict::Fails(evidence)),
                Verdict::Unknown(reason) => unsettled = Some(reason),
            }
        }
    }
    Ok(unsettled.map_or(Verdict::Holds(None), Verdict::Unknown))
}

/// Whether the atoms hold even for all policies of the full state that take optimal choices, where the class
/// attains the optimum of full observation, so that its optimal policies are among them.
fn holds_by_relaxation(
    arena: &Arena<'_>,
    set: &DistributionSet,
    policies: LocalSet,
    atoms: &[Atom],
) -> Result<bool, Undecided> {
    let LocalSet::Optimal(reward) = policies else { return Ok(false) };
    if !arena.problem.learner.epsilon.is_zero() || !attains_full_observation(arena, reward, set)? {
        return Ok(false);
    }
    for atom in atoms {
        let Ok(test) = test_of(arena, atom, set.clone()) else { return Ok(false) };
        if test.at_extreme(arena, arena.optimal_choices(reward)?, false)?.violation.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}
