//! Trained policies by the support of training alone: full observation, no slack.
//!
//! A policy is optimal on a distribution iff it takes optimal choices wherever it gets from the support
//! (`proofs/theory/optimal-sets.md`). So a policy *misses* some situations, those from which it gets to a choice that
//! is not optimal, and training on any distribution that gives these no mass may return it.

use std::collections::BTreeSet;

use crate::decide::{Sought, Undecided, breaking};
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Mask, Policy, RandomizedPolicy, Rational, StateId, StateSet, closure};
use crate::problem::{Criterion, DeploymentSet};
use crate::search::{DistributionSet, Requirement, Test};
use crate::seek::subject::{Harmed, Subject};
use crate::solve::Behaviour;

/// A problem in which training matters by its support alone; situations are given by their positions.
pub(super) struct Supports<'a> {
    pub(super) subject: &'a Subject<'a>,
    /// Harm is done if one of these is broken: a test for each extreme distribution, where these are listed.
    tests: Vec<Test>,
    /// What each test is about; together, the deployment set.
    sets: Vec<DeploymentSet>,
    optimal: &'a Mask,
    preferred: Policy,
}

/// A policy that does harm in deployment.
#[derive(Debug, Clone)]
pub(super) struct Culprit {
    pub(super) harmed: Harmed,
    /// The situations at which it is not optimal: training that meets one of them does not return it.
    pub(super) missed: BTreeSet<usize>,
}

impl<'a> Supports<'a> {
    /// # Errors
    /// When trained policies depend on more than the support.
    pub(super) fn new(subject: &'a Subject<'a>, what: &str) -> Result<Self, Undecided> {
        let arena = subject.arena;
        let problem = arena.problem;
        let obstacle = if problem.learner.given.is_some() {
            Some("the trained policy is given in the file, whatever training is")
        } else if !arena.fully_observed {
            Some("with observations it depends on the weights of training, not on its support alone")
        } else if !problem.learner.epsilon.is_zero() {
            Some("with slack in training it depends on the weights of training, not on its support alone")
        } else {
            None
        };
        if let Some(obstacle) = obstacle {
            return Err(Undecided::Beyond(format!("{what} is not decided here: {obstacle}").into()));
        }
        // With a discount every value is finite, and every policy of optimal choices is optimal: no values are needed, which can
        // be very long numbers.
        let discounted = matches!(problem.criterion, Criterion::Discounted(_));
        let rewards: &[RewardName] = if discounted { &[] } else { &[RewardName::Specified, RewardName::Intended] };
        for &reward in rewards {
            let values = &arena.best(reward)?.values;
            if let Some(&endless) = problem.situations.iter().find(|&&state| values[state].finite().is_none()) {
                let (reward, state) = (reward.word(), problem.mdp.state_name(endless));
                let reason = format!("no policy has a finite {reward} value at the situation `{state}`");
                return Err(Undecided::Beyond(reason.into()));
            }
        }
        let optimal = arena.optimal_choices(RewardName::Specified)?;
        let preferred = if discounted {
            let first = |state| problem.mdp.choices_of(state).find(|&choice| optimal.allows(choice));
            Policy::new((0..problem.mdp.states()).map(first).collect())
        } else {
            arena.best(RewardName::Specified)?.policy.clone()
        };
        let extreme = DistributionSet::deployed(problem.deploy.clone()).extreme_points();
        let sets = extreme.map_or_else(
            || vec![problem.deploy.clone()],
            |points| points.into_iter().map(DeploymentSet::Point).collect(),
        );
        let tests = sets.iter().map(|set| subject.test(set.clone())).collect::<Result<_, _>>()?;
        Ok(Self { subject, tests, sets, optimal, preferred })
    }

    /// The positions of all situations.
    pub(super) fn all(&self) -> BTreeSet<usize> {
        (0..self.subject.arena.problem.situations.len()).collect()
    }

    /// The positions of the situations that training meets.
    pub(super) fn met(&self) -> BTreeSet<usize> {
        let train = self.subject.train();
        self.all().into_iter().filter(|&position| !train.mass(self.state(position)).is_zero()).collect()
    }

    pub(super) fn state(&self, position: usize) -> StateId {
        self.subject.arena.problem.situations[position]
    }

    pub(super) fn states(&self, positions: &BTreeSet<usize>) -> Vec<StateId> {
        positions.iter().map(|&position| self.state(position)).collect()
    }

    /// A policy that training on this support may return and that does harm in deployment; one that misses few
    /// situations.
    pub(super) fn culprit(&self, support: &BTreeSet<usize>) -> Result<Option<Culprit>, Undecided> {
        let mut unsettled = None;
        for test in &self.tests {
            match self.culprit_of(test, support) {
                Ok(None) => {}
                Err(Undecided::Beyond(reason)) => unsettled = Some(Undecided::Beyond(reason)),
                other => return other,
            }
        }
        unsettled.map_or(Ok(None), Err)
    }

    fn culprit_of(&self, test: &Test, support: &BTreeSet<usize>) -> Result<Option<Culprit>, Undecided> {
        let arena = self.subject.arena;
        let pinned = Requirement::Pinned { support: self.states(support), choices: self.optimal };
        match breaking(arena, &[pinned], test)? {
            Sought::None => Ok(None),
            Sought::Unsettled(reason) => Err(Undecided::Beyond(reason)),
            Sought::Found(policy) => {
                let at = test.broken_by(arena, Behaviour::Deterministic(&policy))?;
                let at = at.ok_or_else(|| Undecided::Beyond("a policy was found that does no harm".into()))?;
                let harmed = Harmed { policy: RandomizedPolicy::from(&policy), at };
                let (policy, at) = self.made_optimal_elsewhere(policy, harmed, support, test)?;
                let missed = self.missed(&policy);
                Ok(Some(Culprit { harmed: Harmed { policy: RandomizedPolicy::from(&policy), at }, missed }))
            }
        }
    }

    /// The policy with optimal choices wherever they leave the harm: first everywhere but on one path into the
    /// catastrophe, or else everywhere that is not visited on the way to the harm. What it does from the support stays:
    /// another optimal choice there could lead to where it does harm.
    fn made_optimal_elsewhere(
        &self,
        policy: Policy,
        harmed: Harmed,
        support: &BTreeSet<usize>,
        test: &Test,
    ) -> Result<(Policy, Distribution), Undecided> {
        let arena = self.subject.arena;
        let mdp = &arena.problem.mdp;
        let visited = |from: Vec<StateId>| {
            closure(mdp.states(), from, |state| {
                policy.choice(state).into_iter().flat_map(|choice| mdp.successors(choice))
            })
        };
        let trained = visited(self.states(support));
        let mut kept: Vec<StateSet> = Vec::new();
        if let Some(path) = self.subject.witness(&harmed).path.filter(|path| path.catastrophic) {
            kept.push(path.steps.iter().map(|step| step.state).collect());
        }
        kept.push(visited(harmed.at.support().collect()));
        for kept in kept {
            let stays = |state| kept.contains(state) || trained.contains(state);
            let choice = |state| if stays(state) { policy.choice(state) } else { self.preferred.choice(state) };
            let candidate = Policy::new((0..mdp.states()).map(choice).collect());
            if let Some(at) = test.broken_by(arena, Behaviour::Deterministic(&candidate))? {
                return Ok((candidate, at));
            }
        }
        Ok((policy, harmed.at))
    }

    /// The situations from which the policy gets to a choice that is not optimal.
    fn missed(&self, policy: &Policy) -> BTreeSet<usize> {
        let mdp = &self.subject.arena.problem.mdp;
        let mut before: Vec<Vec<StateId>> = vec![Vec::new(); mdp.states()];
        let mut off = Vec::new();
        for state in 0..mdp.states() {
            if let Some(choice) = policy.choice(state) {
                for successor in mdp.successors(choice) {
                    before[successor].push(state);
                }
                if !self.optimal.allows(choice) {
                    off.push(state);
                }
            }
        }
        let leads = closure(mdp.states(), off, |state| before[state].iter().copied());
        self.all().into_iter().filter(|&position| leads.contains(self.state(position))).collect()
    }

    /// The even distribution over a support: any other of this support trains the same policies.
    pub(super) fn even(&self, support: &BTreeSet<usize>) -> Option<Distribution> {
        let share = Rational::ONE / Rational::from(support.len().max(1));
        Distribution::new(support.iter().map(|&position| (self.state(position), share.clone())).collect()).ok()
    }

    /// Parts of the deployment set of which all others are mixtures: no harm on each of them is none on the whole.
    pub(super) fn parts(&self) -> impl Iterator<Item = DeploymentSet> {
        self.sets.iter().cloned()
    }

    /// The deployment set of the problem.
    pub(super) fn deploy(&self) -> DeploymentSet {
        self.subject.arena.problem.deploy.clone()
    }
}
