//! `situations`: the fewest situations that a deployment distribution must meet for a trained policy to do harm there,
//! and the shift from training at which harm begins.
//!
//! Sets of situations are tried by size. The distributions of the deployment set on a set of situations are a deployment
//! set again, so each is one question; policies that were found to do harm elsewhere are tried first.

use std::collections::BTreeSet;

use crate::decide::Undecided;
use crate::mdp::{Distribution, Rational, StateId};
use crate::problem::DeploymentSet;
use crate::search::{Arena, DistributionSet};
use crate::seek::radius::{Beginning, ball, beginning};
use crate::seek::shift::Distance;
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Harmed, Subject};
use crate::seek::{Content, Finding, Outcome};
use crate::solve::Behaviour;

/// Sets of situations beyond which it is not proved one by one that they are too few.
const MOST_PROVED: usize = 64;

/// The search for the fewest situations at which harm happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situations {
    /// What must not happen.
    pub harm: Harm,
}

impl Situations {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let deploy = &arena.problem.deploy;
        let Some(first) = subject.breaking(subject.train(), &subject.test(deploy.clone())?)? else {
            let answer = format!("every trained policy is {} on the whole deployment set", self.harm.opposite());
            let fact = subject.fact("no counterexample", subject.train().clone(), deploy.clone(), true);
            return Ok(Finding::new(Outcome::None, answer).resting_on([fact]));
        };
        let Fewest { harmed: found, at_least, excluded } = fewest(&subject, first, so_far)?;
        let answer =
            format!("a trained policy is {} on a deployment distribution over these situations", self.harm.word());
        let met: Vec<StateId> = found.at.support().collect();
        let mut finding = Finding::new(Outcome::Found, answer);
        let sense = "no deployment distribution over fewer situations does it";
        finding = match at_least {
            Some(at_least) => finding.with("at least", Content::Count(at_least)),
            None if excluded.len() > MOST_PROVED => finding.exhausted(sense),
            None => finding.proved(sense).resting_on(excluded.into_iter().map(|within| {
                subject.fact("no harm on fewer", subject.train().clone(), within, true).about_the_optimum()
            })),
        };
        let within = restricted(deploy, &met).unwrap_or_else(|| deploy.clone());
        let fact = subject.fact("harm on these situations", subject.train().clone(), within, false);
        finding = finding
            .with("count", Content::Count(met.len()))
            .with("situations", Content::Situations(met))
            .shown_by(subject.witness(&found))
            .resting_on([fact]);
        with_the_shift(&subject, finding)
    }
}

/// Harm on as few situations as were found.
struct Fewest {
    harmed: Harmed,
    /// The number of situations that was not excluded when time ran out; `None` if nothing less does harm.
    at_least: Option<usize>,
    /// The distributions over one situation less, set by set: on none of them is there harm.
    excluded: Vec<DeploymentSet>,
}

fn fewest(subject: &Subject<'_>, first: Harmed, so_far: &SoFar<'_>) -> Result<Fewest, Undecided> {
    let deploy = &subject.arena.problem.deploy;
    let over = deploy.over();
    if matches!(deploy, DeploymentSet::Point(_)) {
        return Ok(Fewest { harmed: first, at_least: None, excluded: Vec::new() });
    }
    let known = [first.clone()];
    let mut below = Vec::new();
    let most = first.at.support().len();
    so_far.learn("at most", Content::Count(most));
    for size in 1..most {
        so_far.learn("at least", Content::Count(size));
        let mut excluded = Vec::new();
        let mut subsets = Subsets { size, of: over.len(), next: Some((0..size).collect()) };
        for chosen in &mut subsets {
            let chosen: Vec<StateId> = chosen.into_iter().map(|position| over[position]).collect();
            let Some(within) = restricted(deploy, &chosen) else { continue };
            match harm_within(subject, within.clone(), &known) {
                Ok(None) => excluded.push(within),
                Ok(Some(harmed)) => return Ok(Fewest { harmed, at_least: None, excluded: below }),
                Err(Undecided::Exhausted(_) | Undecided::Beyond(_)) => {
                    return Ok(Fewest { harmed: first, at_least: Some(size), excluded: Vec::new() });
                }
                Err(undefined) => return Err(undefined),
            }
        }
        below = excluded;
    }
    Ok(Fewest { harmed: first, at_least: None, excluded: below })
}

fn harm_within(subject: &Subject<'_>, within: DeploymentSet, known: &[Harmed]) -> Result<Option<Harmed>, Undecided> {
    subject.arena.budget.check()?;
    let test = subject.test(within)?;
    for harmed in known {
        if let Some(at) = test.broken_by(subject.arena, Behaviour::Randomized(&harmed.policy))? {
            return Ok(Some(Harmed { policy: harmed.policy.clone(), at }));
        }
    }
    subject.breaking(subject.train(), &test)
}

/// The distributions of a set over some situations only; `None` if there are none.
fn restricted(deploy: &DeploymentSet, to: &[StateId]) -> Option<DeploymentSet> {
    let allowed: BTreeSet<StateId> = to.iter().copied().collect();
    let over: Vec<StateId> = deploy.over().into_iter().filter(|state| allowed.contains(state)).collect();
    let inside = |center: &Distribution| {
        center.iter().filter(|(state, _)| over.contains(state)).fold(Rational::ZERO, |sum, (_, mass)| sum + mass)
    };
    if over.is_empty() {
        return None;
    }
    match deploy {
        DeploymentSet::Point(point) => (over.len() == point.support().len()).then(|| deploy.clone()),
        DeploymentSet::Over(_) => Some(DeploymentSet::Over(over)),
        DeploymentSet::TotalVariation { center, radius, .. } => {
            let possible = &(Rational::ONE - inside(center)) <= radius;
            possible.then(|| DeploymentSet::TotalVariation { center: center.clone(), radius: radius.clone(), over })
        }
        DeploymentSet::LikelihoodRatio { center, bound, .. } => {
            let possible = bound * inside(center) >= Rational::ONE;
            possible.then(|| DeploymentSet::LikelihoodRatio { center: center.clone(), bound: bound.clone(), over })
        }
        DeploymentSet::Polytope { constraints, .. } => {
            let mut constraints = constraints.clone();
            for constraint in &mut constraints {
                constraint.coefficients.retain(|(state, _)| allowed.contains(state));
            }
            let set = DeploymentSet::Polytope { over, constraints };
            (!DistributionSet::deployed(set.clone()).is_empty()).then_some(set)
        }
    }
}

/// The subsets of so many numbers, each increasing.
struct Subsets {
    size: usize,
    of: usize,
    next: Option<Vec<usize>>,
}

impl Iterator for Subsets {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let current = self.next.take()?;
        let mut following = current.clone();
        if let Some(moved) = (0..self.size).rev().find(|&index| following[index] + self.size < self.of + index) {
            following[moved] += 1;
            for index in moved + 1..self.size {
                following[index] = following[index - 1] + 1;
            }
            self.next = Some(following);
        }
        Some(current)
    }
}

/// Adds the total variation from training beyond which there is harm, any situation being possible.
fn with_the_shift(subject: &Subject<'_>, finding: Finding) -> Result<Finding, Undecided> {
    let train = || subject.train().clone();
    Ok(match beginning(subject, Distance::TotalVariation, &|_| ()) {
        Ok(Beginning::AtOnce(_)) => {
            let fact = subject.fact("harm without a shift", train(), DeploymentSet::Point(train()), false);
            finding.with("shift", Content::Number(Rational::ZERO)).resting_on([fact])
        }
        Ok(Beginning::Beyond { size, .. }) => {
            let within = ball(subject, Distance::TotalVariation, &size);
            let fact = subject.fact("no harm within this shift", train(), within, true);
            finding.with("shift more than", Content::Number(size)).resting_on([fact])
        }
        Ok(Beginning::Never) | Err(Undecided::Exhausted(_) | Undecided::Beyond(_)) => finding,
        Ok(Beginning::Open(most, _)) => finding.with("shift at most", Content::Number(most)),
        Err(undefined) => return Err(undefined),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_are_listed_once() {
        let count = |size, of| Subsets { size, of, next: Some((0..size).collect()) }.count();
        assert_eq!([count(1, 5), count(2, 5), count(5, 5), count(3, 6)], [5, 10, 1, 20]);
    }
}
