//! `critical-epsilon`: the least slack of training at which a policy that it may return does harm in deployment.
//!
//! The least regret in training over the policies of the class that do harm: with that slack the policy may be returned,
//! with less none of them is. With slack the class is that of deterministic policies, so the least is attained.

use crate::decide::{Undecided, best_of_class};
use crate::decomposition::RewardName;
use crate::mdp::{Policy, RandomizedPolicy, Rational};
use crate::problem::{Criterion, PolicyClass};
use crate::search::{Arena, ConstrainedOptimum, Requirement, Test, constrained_optimum};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Harmed, Subject};
use crate::seek::{Content, Fact, Finding, Outcome};
use crate::solve::Behaviour;

/// A slack of `2^LARGE` stands for any, where there are policies beyond all.
const LARGE: u32 = 40;

/// The search for the slack at which the verdict flips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalEpsilon {
    /// What must not happen.
    pub harm: Harm,
}

impl CriticalEpsilon {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let problem = arena.problem;
        if problem.learner.given.is_some() {
            return Err(Undecided::Beyond("the trained policy is given in the file, whatever the slack is".into()));
        }
        if problem.policies == Some(PolicyClass::Stationary) {
            let reason = "among randomised policies there need not be a least slack; ask about deterministic ones";
            return Err(Undecided::Beyond(reason.into()));
        }
        let test = subject.test(problem.deploy.clone())?;
        let best = best_of_class(arena, RewardName::Specified, subject.train())?;
        let harmful = Requirement::Breaks(test.clone());
        let (word, opposite) = (self.harm.word(), self.harm.opposite());
        match constrained_optimum(arena, RewardName::Specified, subject.train(), &harmful)? {
            ConstrainedOptimum::None => {
                let answer = format!("every policy is {opposite} on the whole deployment set, whatever the slack");
                let finding = Finding::new(Outcome::None, answer);
                if matches!(problem.criterion, Criterion::Discounted(_)) {
                    let fact = subject.fact_of_all("no policy does harm", problem.deploy.clone());
                    let fact = Fact { class: PolicyClass::Deterministic, ..fact };
                    return Ok(finding.resting_on([fact]));
                }
                // A policy that may never stop in training is beyond any slack, and may do harm.
                let fact = fact(&subject, "no harm with a large slack", Rational::from(1_u64 << LARGE), true);
                let reason = "no deterministic policy that does harm surely stops in training";
                Ok(finding.exhausted(reason).resting_on([fact]))
            }
            ConstrainedOptimum::Attained(value, policy) => {
                let epsilon = &best - value;
                let answer =
                    format!("with this slack training may return a policy that is {word} in deployment, with less not");
                let fails = fact(&subject, "harm with this slack", epsilon.clone(), false);
                let less = &epsilon * (Rational::from(15) / Rational::from(16));
                let holds = (!epsilon.is_zero()).then(|| fact(&subject, "no harm with less", less, true));
                let finding = Finding::new(Outcome::Found, answer)
                    .with("epsilon", Content::Number(epsilon))
                    .with("slack of the file", Content::Number(problem.learner.epsilon.clone()))
                    .exhausted("no deterministic policy that does harm has less regret in training")
                    .resting_on([fails].into_iter().chain(holds));
                shown(&subject, &test, &policy, finding)
            }
            ConstrainedOptimum::Open { incumbent, bound, reason } => {
                so_far.learn("at least", Content::Number((&best - bound).max(Rational::ZERO)));
                if let Some((value, _)) = incumbent {
                    so_far.learn("at most", Content::Number(best - value));
                }
                Err(reason.into())
            }
        }
    }
}

fn shown(subject: &Subject<'_>, test: &Test, policy: &Policy, finding: Finding) -> Result<Finding, Undecided> {
    Ok(match test.broken_by(subject.arena, Behaviour::Deterministic(policy))? {
        Some(at) => finding.shown_by(subject.witness(&Harmed { policy: RandomizedPolicy::from(policy), at })),
        None => finding,
    })
}

fn fact(subject: &Subject<'_>, role: &'static str, epsilon: Rational, holds: bool) -> Fact {
    let problem = subject.arena.problem;
    Fact {
        epsilon,
        class: PolicyClass::Deterministic,
        ..subject.fact(role, subject.train().clone(), problem.deploy.clone(), holds)
    }
}
