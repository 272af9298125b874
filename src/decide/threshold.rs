//! From an atom at a set of distributions to a test of exact values.

use crate::decide::verdict::Undecided;
use crate::decomposition::{Atom, Open, RewardName};
use crate::mdp::{Distribution, Rational, Value};
use crate::problem::{Good, PolicyClass};
use crate::search::{Arena, DistributionSet, Outcome, Requirement, Test, class_optimum, expectation, find_policy};

/// Nodes that a search for an optimum of the class may use.
pub(super) const CLASS_NODES: usize = 20_000;

/// Nodes that may be spent on showing that the class loses nothing to aliasing.
const ATTAINMENT_NODES: usize = 200;

/// How an atom bounds values.
pub(super) enum Bound {
    /// Within this much of the best policy of the class.
    Regret(RewardName, Rational),
    /// At least this.
    Value(RewardName, Rational),
    /// The catastrophe's probability is at most this.
    Reach(Rational),
}

/// The bound that an atom means in this problem.
pub(super) fn bound_of(arena: &Arena<'_>, atom: &Atom) -> Result<Bound, Undecided> {
    Ok(match atom {
        Atom::Good => match &arena.problem.good {
            Good::Regret(regret) => Bound::Regret(RewardName::Intended, regret.clone()),
            Good::Value(value) => Bound::Value(RewardName::Intended, value.clone()),
        },
        Atom::Optimal(reward) => Bound::Regret(*reward, arena.problem.learner.epsilon.clone()),
        Atom::ValueAtLeast(reward, value) => Bound::Value(*reward, value.clone()),
        Atom::Safe => Bound::Reach(
            arena.problem.catastrophe.as_ref().map_or(Rational::ONE, |catastrophe| catastrophe.tolerance.clone()),
        ),
        Atom::ReachAtMost(bound) => Bound::Reach(bound.clone()),
        Atom::Mesa => {
            return Err(Undecided::Beyond(Open::uncertified(
                "certificates do not speak of classes of rewards; the library searches them",
            )));
        }
    })
}

/// The test that an atom means at every distribution of a set.
///
/// # Errors
/// When the atom compares with a best value that is not known on the whole set, or the budget is exhausted.
pub fn test_of(arena: &Arena<'_>, atom: &Atom, set: DistributionSet) -> Result<Test, Undecided> {
    match bound_of(arena, atom)? {
        Bound::Reach(at_most) => Ok(Test::Reach { set, at_most }),
        Bound::Value(reward, at_least) => Ok(Test::Linear { reward, set, relative: false, at_least }),
        Bound::Regret(reward, regret) => regret_test(arena, reward, regret, set),
    }
}

/// Regret against the class. Where the class attains the optimum of full observation from every situation
/// at once, the best value is linear in the distribution; elsewhere it is known point by point.
fn regret_test(
    arena: &Arena<'_>,
    reward: RewardName,
    regret: Rational,
    set: DistributionSet,
) -> Result<Test, Undecided> {
    if arena.fully_observed || attains_full_observation(arena, reward, &set)? {
        return Ok(Test::Linear { reward, set, relative: true, at_least: -regret });
    }
    let Some(points) = set.extreme_points() else {
        return Err(Undecided::Beyond(
            "the best value of observation-based policies is not linear on this deployment set, and there are too many policies to list".into(),
        ));
    };
    let mut bounded = Vec::new();
    for point in points {
        let best = best_of_class(arena, reward, &point)?;
        bounded.push((point, best - &regret));
    }
    Ok(Test::Points { reward, points: bounded })
}

/// The best value of the class at one distribution.
///
/// # Errors
/// When it is not found, not finite, or the budget is exhausted.
pub fn best_of_class(arena: &Arena<'_>, reward: RewardName, at: &Distribution) -> Result<Rational, Undecided> {
    if arena.fully_observed {
        let best = arena.best(reward)?;
        return match expectation(at, |state| best.values[state].clone()) {
            Value::Finite(value) => Ok(value),
            Value::MinusInfinity => Err(Undecided::NotDefined(describe(arena, at))),
        };
    }
    let optimum = class_optimum(arena, reward, at, CLASS_NODES)?.ok_or_else(|| {
        let reward = reward.word();
        Undecided::Beyond(
            format!("the best {reward} value of the class was not found within {CLASS_NODES} cases").into(),
        )
    })?;
    if arena.class == PolicyClass::Stationary && !optimum.as_good_as_full_observation {
        return Err(Undecided::Beyond(
            "randomised policies of what is observed may do better than deterministic ones here".into(),
        ));
    }
    match optimum.value {
        Value::Finite(value) => Ok(value),
        Value::MinusInfinity => Err(Undecided::NotDefined(describe(arena, at))),
    }
}

/// Whether one policy of the class is optimal, among all policies of the full state, from every situation.
pub(super) fn attains_full_observation(
    arena: &Arena<'_>,
    reward: RewardName,
    set: &DistributionSet,
) -> Result<bool, Undecided> {
    let choices = arena.optimal_choices(reward)?;
    let pinned = Requirement::Pinned { support: set.support(), choices };
    Ok(matches!(find_policy(arena, &[pinned], Some(ATTAINMENT_NODES))?, Outcome::Found(_)))
}

pub(super) fn describe(arena: &Arena<'_>, at: &Distribution) -> String {
    let masses: Vec<_> =
        at.iter().map(|(state, mass)| format!("{}: {mass}", arena.problem.mdp.state_name(state))).collect();
    format!("{{{}}}", masses.join(", "))
}
