//! `policy`: a deterministic policy of what is observed that training may return and that does harm in deployment.
//!
//! Where states look alike the class need not attain the optimum of full observation. Trained policies are then those
//! within the slack of the best policy of the class, which is found first ([`best_of_class`]); the search is one for a
//! policy that satisfies both requirements, by cases and by formula at the same time ([`crate::search::search_policy`]).

use crate::decide::{Undecided, best_of_class};
use crate::decomposition::RewardName;
use crate::mdp::Value;
use crate::problem::{PolicyClass, Problem};
use crate::search::{Arena, expectation};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Subject};
use crate::seek::{Content, Finding, Outcome};
use crate::solve::Engine;

/// The search for a harmful deterministic policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedPolicy {
    /// What must not happen.
    pub harm: Harm,
}

impl ObservedPolicy {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        if arena.problem.learner.given.is_some() {
            return Err(Undecided::Beyond(
                "the trained policy is given in the file: there is none to search for".into(),
            ));
        }
        let mut parts = arena.problem.clone().into_parts();
        parts.policies = Some(PolicyClass::Deterministic);
        let problem = Problem::new(parts).map_err(|defects| {
            let defects: Vec<String> = defects.iter().map(ToString::to_string).collect();
            Undecided::Beyond(defects.join(", ").into())
        })?;
        self.among_deterministic(&Arena::new(&problem, arena.budget.clone(), Engine::default()), so_far)
    }

    fn among_deterministic(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let (train, deploy) = (subject.train(), arena.problem.deploy.clone());
        let free = &arena.best(RewardName::Specified)?.values;
        let free = expectation(train, |state| free[state].clone());
        if let Value::Finite(free) = &free {
            so_far.learn("best of all", Content::Number(free.clone()));
        }
        let best = best_of_class(arena, RewardName::Specified, train)?;
        so_far.learn("best of the class", Content::Number(best.clone()));
        let found = subject.breaking(train, &subject.test(deploy.clone())?)?;
        let word = self.harm.word();
        let finding = match &found {
            Some(_) => Finding::new(
                Outcome::Found,
                format!("this policy is among the best that see only what is observed, and is {word} in deployment"),
            ),
            None => Finding::new(
                Outcome::None,
                format!(
                    "every deterministic policy that training may return is {} in deployment",
                    self.harm.opposite()
                ),
            ),
        };
        let mut finding = finding.with("best of the class", Content::Number(best));
        if let Value::Finite(free) = free {
            finding = finding.with("best of all", Content::Number(free));
        }
        let fact = subject.fact("harm in deployment", train.clone(), deploy, found.is_none());
        let finding = finding.resting_on([fact]);
        Ok(match &found {
            Some(harmed) => finding.shown_by(subject.witness(harmed)),
            None => finding,
        })
    }
}
