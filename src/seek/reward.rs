//! `reward`: weights of the declared features for which training looks right, though a policy that they train does harm
//! in deployment. See [`crate::search::rewards::reward_counterexample`] for how they are found.

use std::sync::Arc;

use crate::decide::Undecided;
use crate::decomposition::{Atom, Demand, Family, FixedSet, LocalSet, Question, RewardName, Scope};
use crate::mdp::{Policy, RandomizedPolicy, Rational};
use crate::search::rewards::{
    KnownOfRewards, NoReward, RewardClass, RewardOutcome, WeightRegion, reward_counterexample,
};
use crate::search::{Arena, Test};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Harmed, Subject};
use crate::seek::{Content, Fact, Finding, Outcome};
use crate::solve::Behaviour;

/// The search for weights of features that hide harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HidingReward {
    /// What must not happen.
    pub harm: Harm,
    /// The least and the largest weight of each feature, in the order of the problem.
    pub bounds: Vec<(Rational, Rational)>,
}

impl HidingReward {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let Some(class) = RewardClass::declared(arena) else {
            let reason = "some weights leave the total reward undefined: a policy may go on for ever";
            return Err(Undecided::Beyond(reason.into()));
        };
        let subject = Subject { arena, harm: self.harm };
        let (lower, upper) = self.bounds.iter().cloned().unzip();
        let region = WeightRegion { lower, upper, rows: Vec::new() };
        let test = subject.test(arena.problem.deploy.clone())?;
        let word = self.harm.word();
        Ok(match reward_counterexample(&class, &region, &test) {
            RewardOutcome::Found { weights, policy } => self.found(&subject, &class, &test, &weights, &policy)?,
            RewardOutcome::None(NoReward::Harmless) => {
                let answer = format!(
                    "no policy that is optimal for the intended reward in training is {word} in deployment, whatever it was trained on"
                );
                Finding::new(Outcome::None, answer).resting_on([harmless(&subject)])
            }
            RewardOutcome::None(NoReward::NeverAligned { conditions }) => {
                Finding::new(Outcome::None, "no weights of the box look aligned in training")
                    .with("conditions", Content::Count(conditions))
                    .uncertified("that linear conditions on weights have no common solution has no certificate")
            }
            RewardOutcome::None(NoReward::Cells(cells)) => {
                let answer =
                    format!("no weights of the box look aligned in training and train a policy that is {word}");
                Finding::new(Outcome::None, answer)
                    .with("cells", Content::Count(cells))
                    .uncertified("that these are all the ways in which weights differ has no certificate")
            }
            RewardOutcome::Open { reason, known } => {
                learn(so_far, &known);
                return Err(reason.into());
            }
            RewardOutcome::Unknown(reason) => Finding::open(&reason),
        })
    }

    fn found(
        &self,
        subject: &Subject<'_>,
        class: &RewardClass<'_>,
        test: &Test,
        weights: &[Rational],
        policy: &Policy,
    ) -> Result<Finding, Undecided> {
        let arena = subject.arena;
        let at = test.broken_by(arena, Behaviour::Deterministic(policy))?;
        let at = at.ok_or_else(|| Undecided::Beyond("a policy was found that does no harm".into()))?;
        let names = arena.problem.features.iter().map(|feature| feature.name.clone());
        let specified = Some(Arc::new(class.reward(weights)));
        let looks_right = Question::AtEach {
            family: Family::Train,
            policies: LocalSet::Optimal(RewardName::Specified),
            scope: Scope::Every,
            atoms: vec![Atom::Good],
        };
        let (train, deploy) = (subject.train(), &arena.problem.deploy);
        let looks_right = Fact {
            specified: specified.clone(),
            ..subject.about("looks aligned", train.clone(), deploy.clone(), looks_right, true)
        };
        let harm = Fact { specified, ..trained_on(subject, "harm in deployment", RewardName::Specified, false) };
        let answer = format!(
            "with these weights training looks aligned, and a policy that it may return is {} in deployment",
            self.harm.word()
        );
        Ok(Finding::new(Outcome::Found, answer)
            .with("weights", Content::Weights(names.zip(weights.iter().cloned()).collect()))
            .shown_by(subject.witness(&Harmed { policy: RandomizedPolicy::from(policy), at }))
            .resting_on([looks_right, harm]))
    }
}

/// What a search that ended early knew.
fn learn(so_far: &SoFar<'_>, known: &KnownOfRewards) {
    if known.harmful {
        let text = "a policy that is optimal for the intended reward in training does harm";
        so_far.learn("known", Content::Text(text.into()));
    }
    for (name, count) in [("conditions", known.conditions), ("cells excluded", known.cells)] {
        if count > 0 {
            so_far.learn(name, Content::Count(count));
        }
    }
}

/// Every policy that is optimal for the intended reward in training is harmless in deployment.
fn harmless(subject: &Subject<'_>) -> Fact {
    trained_on(subject, "no harm", RewardName::Intended, true)
}

/// Whether every policy that is optimal for a reward in training is harmless in deployment.
fn trained_on(subject: &Subject<'_>, role: &'static str, reward: RewardName, holds: bool) -> Fact {
    let demands = vec![Demand { family: Family::Deploy, atom: subject.harm.atom() }];
    let question = Question::OfPolicy { policies: FixedSet::Optimal(reward), scope: Scope::Every, demands };
    subject.about(role, subject.train().clone(), subject.arena.problem.deploy.clone(), question, holds)
}
