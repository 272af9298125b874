//! Questions about policies that training fixes: one stationary policy couples training and deployment.
//!
//! What training never visits it does not constrain, so these sets are no masks. The question becomes a
//! search for one deterministic policy with a few requirements, each relaxed by masked solves.

use crate::decide::threshold::{attains_full_observation, best_of_class, test_of};
use crate::decide::verdict::{Evidence, Undecided, Verdict};
use crate::decomposition::{Atom, Demand, Family, FixedSet, LocalSet, Open, RewardName, Scope};
use crate::mdp::{Distribution, Policy, RandomizedPolicy, Rational};
use crate::problem::{Good, PolicyClass};
use crate::search::{
    Arena, DistributionSet, Outcome, Requirement, SearchOutcome, Test, UNCONFIRMED, find_policy, search_policy,
};
use crate::solve::Behaviour;

/// Decides *every or some policy of the set meets all demands*.
pub(super) fn of_policy(
    arena: &Arena<'_>,
    policies: FixedSet,
    scope: Scope,
    demands: &[Demand],
) -> Result<Verdict, Undecided> {
    let local = match policies {
        FixedSet::Given => return of_given(arena, demands),
        FixedSet::Optimal(reward) => LocalSet::Optimal(reward),
        FixedSet::Good => LocalSet::Good,
        FixedSet::Policies => LocalSet::Policies,
    };
    let members = membership(arena, local, &DistributionSet::new(arena.problem, Family::Train))?;
    let placed: Vec<Placed<'_>> =
        demands.iter().map(|demand| (&demand.atom, DistributionSet::new(arena.problem, demand.family))).collect();
    match scope {
        Scope::Every => every(arena, &members, &placed),
        Scope::Some => some(arena, &members, &placed),
    }
}

/// What it takes to be in the set at the one distribution of `at`.
///
/// # Errors
/// When the best value of the class at it is not found, or the budget is exhausted.
pub fn membership<'a>(
    arena: &'a Arena<'_>,
    policies: LocalSet,
    at: &DistributionSet,
) -> Result<Vec<Requirement<'a>>, Undecided> {
    let point: Distribution =
        at.point().ok_or_else(|| Undecided::Beyond("a set of policies at more than one distribution".into()))?;
    let within = |reward: RewardName, slack: &Rational| -> Result<Vec<Requirement<'a>>, Undecided> {
        if slack.is_zero() && (arena.fully_observed || attains_full_observation(arena, reward, at)?) {
            let choices = arena.optimal_choices(reward)?;
            return Ok(vec![Requirement::Pinned { support: point.support().collect(), choices }]);
        }
        if arena.fully_observed {
            let test = Test::Linear { reward, set: at.clone(), relative: true, at_least: -slack };
            return Ok(vec![Requirement::Meets(test)]);
        }
        let bound = best_of_class(arena, reward, &point)? - slack;
        Ok(vec![Requirement::Meets(Test::Points { reward, points: vec![(point.clone(), bound)] })])
    };
    match (policies, &arena.problem.good) {
        (LocalSet::Policies, _) => Ok(Vec::new()),
        (LocalSet::Optimal(reward), _) => within(reward, &arena.problem.learner.epsilon),
        (LocalSet::Good, Good::Regret(regret)) => within(RewardName::Intended, regret),
        (LocalSet::Good, Good::Value(value)) => Ok(vec![Requirement::Meets(Test::Points {
            reward: RewardName::Intended,
            points: vec![(point, value.clone())],
        })]),
    }
}

/// An atom with the distributions at which it is demanded.
type Placed<'a> = (&'a Atom, DistributionSet);

/// Decides the atoms at the one distribution of `at`, for every or some member.
pub(super) fn at_distribution(
    arena: &Arena<'_>,
    members: &[Requirement<'_>],
    scope: Scope,
    atoms: &[Atom],
    at: &DistributionSet,
) -> Result<Verdict, Undecided> {
    let placed: Vec<Placed<'_>> = atoms.iter().map(|atom| (atom, at.clone())).collect();
    match scope {
        Scope::Every => every(arena, members, &placed),
        Scope::Some => Ok(match some(arena, members, &placed)? {
            Verdict::Fails(None) => {
                Verdict::Fails(Some(Evidence::breaking(at.point(), None, &atoms.iter().collect::<Vec<_>>())))
            }
            other => other,
        }),
    }
}

/// Every member meets the demands iff no member breaks one.
fn every(arena: &Arena<'_>, members: &[Requirement<'_>], demands: &[Placed<'_>]) -> Result<Verdict, Undecided> {
    let mut unsettled = None;
    for demand in demands {
        match every_one(arena, members, demand) {
            Ok(Verdict::Holds(_)) => {}
            Ok(Verdict::Fails(evidence)) => return Ok(Verdict::Fails(evidence)),
            Ok(Verdict::Unknown(reason)) | Err(Undecided::Beyond(reason)) => unsettled = Some(reason),
            Err(stop) => return Err(stop),
        }
    }
    Ok(unsettled.map_or(Verdict::Holds(None), Verdict::Unknown))
}

fn every_one(arena: &Arena<'_>, members: &[Requirement<'_>], (atom, set): &Placed<'_>) -> Result<Verdict, Undecided> {
    let test = test_of(arena, atom, set.clone())?;
    Ok(match breaking(arena, members, &test)? {
        Sought::Found(policy) => Verdict::Fails(Some(Evidence::breaking(
            test.broken_by(arena, Behaviour::Deterministic(&policy))?,
            Some(RandomizedPolicy::from(&policy)),
            &[atom],
        ))),
        Sought::None => Verdict::Holds(None),
        Sought::Unsettled(reason) => Verdict::Unknown(reason),
    })
}

/// Some member meets all demands at once.
fn some(arena: &Arena<'_>, members: &[Requirement<'_>], demands: &[Placed<'_>]) -> Result<Verdict, Undecided> {
    let mut requirements = members.to_vec();
    let mut numeric = 0;
    for (atom, set) in demands {
        // Optimal without slack is a pin, which relaxes better than a bound.
        if let Some(reward) = optimal_without_slack(arena, atom)
            && arena.fully_observed
        {
            requirements.push(Requirement::Pinned { support: set.support(), choices: arena.optimal_choices(reward)? });
            continue;
        }
        let test = test_of(arena, atom, set.clone())?;
        let never = matches!(&test, Test::Reach { at_most, .. } if at_most.is_zero());
        numeric += usize::from(!never);
        requirements.push(Requirement::Meets(test));
    }
    Ok(match find(arena, &requirements, deterministic_suffices(arena, members, numeric))? {
        Sought::Found(policy) => Verdict::Holds(Some(Evidence::of_policy(RandomizedPolicy::from(&policy)))),
        Sought::None => Verdict::Fails(None),
        Sought::Unsettled(reason) => Verdict::Unknown(reason),
    })
}

/// How the search for a policy ended.
#[derive(Debug, Clone)]
pub enum Sought {
    /// This deterministic policy does it.
    Found(Policy),
    /// No policy of the class does.
    None,
    /// Not settled, and why.
    Unsettled(Open),
}

/// A policy that has all properties of the members and breaks the test.
///
/// # Errors
/// When the budget is exhausted.
pub fn breaking(arena: &Arena<'_>, members: &[Requirement<'_>], test: &Test) -> Result<Sought, Undecided> {
    let mut requirements = members.to_vec();
    requirements.push(Requirement::Breaks(test.clone()));
    find(arena, &requirements, deterministic_suffices(arena, members, 1))
}

/// A policy of the class with these requirements. Where deterministic policies do not suffice, finding none
/// of them settles nothing, and only the relaxation at the root, which covers randomised ones, excludes all.
fn find(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    deterministic_suffices: bool,
) -> Result<Sought, Undecided> {
    if !deterministic_suffices {
        // That the SMT solver finds no deterministic policy would say nothing here.
        return Ok(match find_policy(arena, requirements, None)? {
            Outcome::Found(policy) => Sought::Found(policy),
            Outcome::NoneEvenRandomised => Sought::None,
            Outcome::None => Sought::Unsettled(
                "no deterministic policy does it; randomised ones, which the class has, are not decided here".into(),
            ),
            Outcome::NodeLimit => Sought::Unsettled("the limit of cases was reached".into()),
        });
    }
    Ok(match search_policy(arena, requirements)? {
        SearchOutcome::Found(policy) => Sought::Found(policy),
        SearchOutcome::None | SearchOutcome::NoneEvenRandomised => Sought::None,
        SearchOutcome::Uncertified => Sought::Unsettled(Open::uncertified(UNCONFIRMED)),
    })
}

fn optimal_without_slack(arena: &Arena<'_>, atom: &Atom) -> Option<RewardName> {
    match (atom, &arena.problem.good) {
        (Atom::Good, Good::Regret(regret)) if regret.is_zero() => Some(RewardName::Intended),
        (Atom::Optimal(reward), _) if arena.problem.learner.epsilon.is_zero() => Some(*reward),
        _ => None,
    }
}

/// Whether a randomised policy of the class could satisfy what no deterministic one does.
///
/// Pins and "never" survive dropping choices, and with full observation one remaining numeric demand is
/// optimised by a deterministic policy within the support of the randomised one. Two numeric demands may need both.
fn deterministic_suffices(arena: &Arena<'_>, membership: &[Requirement<'_>], numeric: usize) -> bool {
    let numeric_members =
        membership.iter().filter(|requirement| !matches!(requirement, Requirement::Pinned { .. })).count();
    arena.class == PolicyClass::Deterministic || (arena.fully_observed && numeric + numeric_members <= 1)
}

/// The given policy meets all demands.
fn of_given(arena: &Arena<'_>, demands: &[Demand]) -> Result<Verdict, Undecided> {
    let Some(given) = &arena.problem.learner.given else {
        return Err(Undecided::Beyond("no policy is given".into()));
    };
    let mut unsettled = None;
    for demand in demands {
        let test = match test_of(arena, &demand.atom, DistributionSet::new(arena.problem, demand.family)) {
            Ok(test) => test,
            Err(Undecided::Beyond(reason)) => {
                unsettled = Some(reason);
                continue;
            }
            Err(stop) => return Err(stop),
        };
        if let Some(distribution) = test.broken_by(arena, Behaviour::Randomized(given))? {
            return Ok(Verdict::Fails(Some(Evidence::breaking(
                Some(distribution),
                Some(given.clone()),
                &[&demand.atom],
            ))));
        }
    }
    Ok(unsettled.map_or(Verdict::Holds(None), Verdict::Unknown))
}
