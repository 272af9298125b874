//! What searches about trained policies share: the harm in question, and the search for one policy that does it.

use crate::decide::{Sought, Undecided, breaking, membership, shown_by, test_of};
use crate::decomposition::{
    Atom, Demand, Family, FixedSet, LocalSet, Question, RewardName, Scope, Status, Verdict, Witness,
};
use crate::mdp::{Distribution, RandomizedPolicy, Rational, StateId, Value};
use crate::problem::DeploymentSet;
use crate::search::{Arena, DistributionSet, Requirement, Test, expectation};
use crate::seek::Fact;
use crate::solve::Behaviour;

/// What a trained policy must not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Harm {
    /// Reach the catastrophe with more than the tolerated probability.
    Catastrophic,
    /// Fail to be good: too much regret, or too small a value, for the intended reward.
    Bad,
}

impl Harm {
    /// The property that a harmful policy lacks.
    #[must_use]
    pub fn atom(self) -> Atom {
        match self {
            Self::Catastrophic => Atom::Safe,
            Self::Bad => Atom::Good,
        }
    }

    /// `catastrophic` or `bad`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Catastrophic => "catastrophic",
            Self::Bad => "bad",
        }
    }

    /// `safe` or `good`.
    #[must_use]
    pub fn opposite(self) -> &'static str {
        match self {
            Self::Catastrophic => "safe",
            Self::Bad => "good",
        }
    }
}

/// A problem that can be searched for policies that do harm.
pub(super) struct Subject<'a> {
    pub(super) arena: &'a Arena<'a>,
    pub(super) harm: Harm,
}

/// A policy that does harm at a distribution.
#[derive(Debug, Clone)]
pub(super) struct Harmed {
    pub(super) policy: RandomizedPolicy,
    pub(super) at: Distribution,
}

/// What a policy gains from each situation, and the least that its mean may be.
pub(super) struct Gains {
    pub(super) values: Vec<Value>,
    pub(super) floor: Rational,
}

impl<'a> Subject<'a> {
    /// The training distribution of the problem.
    pub(super) fn train(&self) -> &'a Distribution {
        &self.arena.problem.train
    }

    /// What a harmless policy passes on a set.
    pub(super) fn test(&self, set: DeploymentSet) -> Result<Test, Undecided> {
        test_of(self.arena, &self.harm.atom(), DistributionSet::deployed(set))
    }

    /// What makes a policy one that training on `train` may return.
    pub(super) fn trained_at(&self, train: &Distribution) -> Result<Vec<Requirement<'a>>, Undecided> {
        let at = DistributionSet::at_point(train.clone());
        membership(self.arena, LocalSet::Optimal(RewardName::Specified), &at)
    }

    /// A policy that training on `train` may return and that breaks the test, with a distribution where it does
    /// so most.
    pub(super) fn breaking(&self, train: &Distribution, test: &Test) -> Result<Option<Harmed>, Undecided> {
        if let Some(given) = &self.arena.problem.learner.given {
            let at = test.broken_by(self.arena, Behaviour::Randomized(given))?;
            return Ok(at.map(|at| Harmed { policy: given.clone(), at }));
        }
        let members = self.trained_at(train)?;
        match breaking(self.arena, &members, test)? {
            Sought::None => Ok(None),
            Sought::Unsettled(reason) => Err(Undecided::Beyond(reason)),
            Sought::Found(policy) => {
                let at = test.broken_by(self.arena, Behaviour::Deterministic(&policy))?;
                let at = at.ok_or_else(|| Undecided::Beyond("a policy was found that does no harm".into()))?;
                Ok(Some(Harmed { policy: RandomizedPolicy::from(&policy), at }))
            }
        }
    }

    /// What the test asks of a policy, as one linear condition on the distribution.
    pub(super) fn gains(&self, test: &Test, policy: &RandomizedPolicy) -> Result<Gains, Undecided> {
        self.gains_of(test, &self.arena.values(test.quantity(), Behaviour::Randomized(policy))?)
    }

    /// The same for values, of one policy or the worst of several.
    pub(super) fn gains_of(&self, test: &Test, values: &[Value]) -> Result<Gains, Undecided> {
        let zero = Rational::ZERO;
        Ok(match test {
            Test::Reach { at_most, .. } => Gains {
                values: values.iter().map(|value| Value::Finite(-value.finite().unwrap_or(&zero))).collect(),
                floor: -at_most,
            },
            Test::Linear { reward, relative, at_least, .. } => {
                let base = relative.then(|| self.arena.best(*reward)).transpose()?.map(|best| &best.values);
                let gain = |(state, value): (StateId, &Value)| match (value, base) {
                    (Value::Finite(value), Some(base)) => Value::Finite(value - base[state].finite().unwrap_or(&zero)),
                    (value, _) => value.clone(),
                };
                Gains { values: values.iter().enumerate().map(gain).collect(), floor: at_least.clone() }
            }
            Test::Points { .. } => {
                return Err(Undecided::Beyond(
                    "regret against observation-based policies is not linear in the distribution here".into(),
                ));
            }
        })
    }

    /// The numbers and the path of a harmful policy.
    pub(super) fn witness(&self, harmed: &Harmed) -> Witness {
        shown_by(self.arena, RewardName::Intended, &harmed.at, &harmed.policy)
    }

    /// Whether every trained policy is harmless on the set, as the question that it is.
    pub(super) fn fact(&self, role: &'static str, train: Distribution, deploy: DeploymentSet, holds: bool) -> Fact {
        let problem = self.arena.problem;
        let policies = match &problem.learner.given {
            Some(_) => FixedSet::Given,
            None => FixedSet::Optimal(RewardName::Specified),
        };
        let demands = vec![Demand { family: Family::Deploy, atom: self.harm.atom() }];
        self.about(role, train, deploy, Question::OfPolicy { policies, scope: Scope::Every, demands }, holds)
    }

    /// Whether every policy whatever is harmless on the set.
    pub(super) fn fact_of_all(&self, role: &'static str, deploy: DeploymentSet) -> Fact {
        let demands = vec![Demand { family: Family::Deploy, atom: self.harm.atom() }];
        let question = Question::OfPolicy { policies: FixedSet::Policies, scope: Scope::Every, demands };
        self.about(role, self.train().clone(), deploy, question, true)
    }

    /// The answer to a question about the problem with another training distribution and deployment set.
    pub(super) fn about(
        &self,
        role: &'static str,
        train: Distribution,
        deploy: DeploymentSet,
        question: Question,
        holds: bool,
    ) -> Fact {
        let problem = self.arena.problem;
        Fact {
            role,
            train,
            deploy,
            epsilon: problem.learner.epsilon.clone(),
            class: self.arena.class,
            good: problem.good.clone(),
            specified: None,
            question,
            of_the_optimum: false,
            verdict: Verdict::Unknown("not asked yet".into()),
            status: if holds { Status::Holds } else { Status::Fails },
        }
    }
}

impl Gains {
    /// What is gained on average.
    pub(super) fn mean(&self, at: &Distribution) -> Value {
        expectation(at, |state| self.values[state].clone())
    }
}
