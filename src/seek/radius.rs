//! `radius`: the largest shift away from training within which every trained policy stays safe, or good.
//!
//! A harmful policy within a ball has an onset in closed form ([`Distance`]), strictly inside the ball. The next
//! question is about the ball of that size, and so on until no trained policy does harm: policies are finitely many.
//! The last question is the guarantee, the last policy the witness just beyond it.

use crate::decide::Undecided;
use crate::mdp::Rational;
use crate::problem::DeploymentSet;
use crate::search::Arena;
use crate::seek::shift::{Distance, Onset};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Harmed, Subject};
use crate::seek::{Content, Finding, Outcome};
use crate::solve::Behaviour;

/// The search for the largest harmless shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Radius {
    /// What must not happen.
    pub harm: Harm,
    /// How shifts are measured.
    pub distance: Distance,
}

/// Where trained policies begin to do harm.
pub(super) enum Beginning {
    /// On training itself.
    AtOnce(Harmed),
    /// On every larger ball: the size, the policy, and a distribution a little beyond where it does harm.
    Beyond {
        /// The largest harmless size.
        size: Rational,
        /// A size beyond it.
        beyond: Rational,
        /// What happens there.
        harmed: Harmed,
    },
    /// On no ball.
    Never,
    /// The search ended early: there is harm on every ball larger than this.
    Open(Rational, Undecided),
}

impl Radius {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let (name, least) = match self.distance {
            Distance::TotalVariation => ("radius", Rational::ZERO),
            Distance::LikelihoodRatio => ("ratio", Rational::ONE),
        };
        let opposite = self.harm.opposite();
        let train = || subject.train().clone();
        Ok(
            match beginning(&subject, self.distance, &|most| {
                so_far.learn("at least", Content::Number(least.clone()));
                so_far.learn("at most", Content::Number(most.clone()));
            })? {
                Beginning::AtOnce(harmed) => {
                    let answer =
                        format!("a trained policy is {} on the training distribution itself", self.harm.word());
                    let fact = subject.fact("harm without a shift", train(), DeploymentSet::Point(train()), false);
                    Finding::new(Outcome::None, answer).shown_by(subject.witness(&harmed)).resting_on([fact])
                }
                Beginning::Beyond { size, beyond, harmed } => {
                    let inside = subject.fact("no harm within", train(), self.ball(&subject, &size), true);
                    let outside = subject.fact("harm beyond", train(), self.ball(&subject, &beyond), false);
                    Finding::new(
                        Outcome::Found,
                        format!("every trained policy is {opposite} up to this shift, not beyond"),
                    )
                    .with(name, Content::Number(size))
                    .with("beyond", Content::Number(beyond))
                    .exhausted("no larger ball around training is free of harm")
                    .shown_by(subject.witness(&harmed))
                    .resting_on([inside, outside])
                }
                Beginning::Never => {
                    let all = self.largest(&subject);
                    let fact = subject.fact("no harm within", train(), self.ball(&subject, &all), true);
                    Finding::new(Outcome::Found, format!("every trained policy is {opposite} under every shift"))
                        .with(name, Content::Number(all))
                        .proved("the ball has every distribution that a shift can lead to")
                        .resting_on([fact])
                }
                Beginning::Open(_, stop) => return Err(stop),
            },
        )
    }

    fn ball(&self, subject: &Subject<'_>, size: &Rational) -> DeploymentSet {
        ball(subject, self.distance, size)
    }

    fn largest(&self, subject: &Subject<'_>) -> Rational {
        largest(subject, self.distance)
    }
}

/// The ball of a size around training.
pub(super) fn ball(subject: &Subject<'_>, distance: Distance, size: &Rational) -> DeploymentSet {
    let (center, over) = (subject.train().clone(), subject.arena.problem.situations.clone());
    match distance {
        Distance::TotalVariation => DeploymentSet::TotalVariation { center, radius: size.clone(), over },
        Distance::LikelihoodRatio => DeploymentSet::LikelihoodRatio { center, bound: size.clone(), over },
    }
}

/// The size from which on balls do not grow any more.
fn largest(subject: &Subject<'_>, distance: Distance) -> Rational {
    match distance {
        Distance::TotalVariation => Rational::ONE,
        Distance::LikelihoodRatio => {
            let least = subject.train().iter().map(|(_, mass)| mass).min();
            least.map_or(Rational::ONE, |least| Rational::ONE / least)
        }
    }
}

/// Where trained policies begin to do harm on balls around training; `bounded` is told of each size beyond which there is
/// harm.
pub(super) fn beginning(
    subject: &Subject<'_>,
    distance: Distance,
    bounded: &dyn Fn(&Rational),
) -> Result<Beginning, Undecided> {
    let over = &subject.arena.problem.situations;
    let everything = largest(subject, distance);
    let mut size = everything.clone();
    let mut last: Option<Harmed> = None;
    loop {
        let test = subject.test(ball(subject, distance, &size))?;
        let harmed = match subject.breaking(subject.train(), &test) {
            Ok(Some(harmed)) => harmed,
            Ok(None) => break,
            Err(stop @ (Undecided::Exhausted(_) | Undecided::Beyond(_))) if last.is_some() => {
                return Ok(Beginning::Open(size, stop));
            }
            Err(stop) => return Err(stop),
        };
        let gains = subject.gains(&test, &harmed.policy)?;
        match distance.onset(subject.train(), over, &gains) {
            Onset::AtOnce => {
                let at = subject.train().clone();
                return Ok(Beginning::AtOnce(Harmed { at, ..harmed }));
            }
            Onset::Beyond(onset) if onset < size => {
                bounded(&onset);
                size = onset;
                last = Some(harmed);
            }
            Onset::Beyond(_) | Onset::Never => {
                return Err(Undecided::Beyond("a policy does harm before its onset: please report this".into()));
            }
        }
    }
    let Some(last) = last else { return Ok(Beginning::Never) };
    // Some way beyond, not far: the distribution is then still close to training.
    let beyond = &size + (everything - &size) / Rational::from(16);
    let test = subject.test(ball(subject, distance, &beyond))?;
    let behaviour = Behaviour::Randomized(&last.policy);
    let at = test.broken_by(subject.arena, behaviour)?.unwrap_or(last.at);
    Ok(Beginning::Beyond { size, beyond, harmed: Harmed { policy: last.policy, at } })
}
