//! `training`: a training distribution on which everything looks aligned, though a policy that it may return does harm
//! in deployment.
//!
//! *Looks aligned* on `ν`: every policy that is optimal for the specified reward on `ν` is good there, and safe there if
//! the harm is a catastrophe. Both are linear in `ν`: `ν · (W − T*) ≥ −δ` with `W` the least intended value over
//! policies that take optimal choices only, one masked solve for all situations, and likewise for the largest probability
//! of the catastrophe. Which policies training may return depends on the support alone, and a larger support returns
//! fewer: supports are tried by size, and one that leaves no harm excludes all that contain it
//! (`proofs/theory/searches.md`).

use std::collections::BTreeSet;

use crate::decide::{Undecided, test_of};
use crate::decomposition::{Atom, Demand, Family, FixedSet, LocalSet, Question, RewardName, Scope, Status};
use crate::mdp::{Distribution, Mask, Rational, StateId, Value};
use crate::problem::DeploymentSet;
use crate::search::{Arena, Condition, DistributionSet, Face, Test};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Subject};
use crate::seek::supports::{Culprit, Supports};
use crate::seek::{Content, Fact, Finding, Outcome};
use crate::solve::Sense;

/// The search for a training distribution that hides harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    /// What must not happen.
    pub harm: Harm,
    /// Situations that training must meet, at least.
    pub at_least: usize,
    /// The mass that each situation it meets must have, at least; with 0 it must be positive.
    pub weight: Rational,
}

impl Training {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let supports = Supports::new(&subject, "which training hides harm")?;
        let looks = Looks::new(&supports)?;
        let mut culprits: Vec<Culprit> = Vec::new();
        let mut harmless = Vec::new();
        let mut never_aligned = false;
        let mut level: Vec<BTreeSet<usize>> = vec![BTreeSet::new()];
        let mut size = 0;
        while !level.is_empty() {
            so_far.learn("no support smaller than", Content::Count(size.max(1)));
            let mut next = Vec::new();
            for support in &level {
                if !self.harm_remains(&supports, support, &mut culprits)? {
                    harmless.push(support.clone());
                    continue;
                }
                if size >= self.at_least.max(1)
                    && let Some(train) = looks.aligned(&supports, support, &self.weight)
                    && let Some(culprit) = culprits.iter().find(|culprit| culprit.missed.is_disjoint(support))
                {
                    return Ok(self.found(&supports, train, culprit));
                }
                never_aligned |= size >= self.at_least.max(1);
                let after = support.last().map_or(0, |last| last + 1);
                next.extend((after..supports.all().len()).map(|position| {
                    let mut more = support.clone();
                    more.insert(position);
                    more
                }));
            }
            level = next;
            size += 1;
        }
        let answer = format!(
            "no training distribution with this coverage looks aligned and may return a policy that is {} in deployment",
            self.harm.word()
        );
        let finding =
            Finding::new(Outcome::None, answer).resting_on(harmless.iter().map(
                |support| match supports.even(support) {
                    Some(train) => subject.fact("no harm after this training", train, supports.deploy(), true),
                    None => subject.fact_of_all("no policy does harm", supports.deploy()),
                },
            ));
        if never_aligned {
            return Ok(finding.uncertified("that training on some situations never looks aligned has no certificate"));
        }
        Ok(finding)
    }

    /// Whether training on a support may return a policy that does harm, kept among the culprits then.
    fn harm_remains(
        &self,
        supports: &Supports<'_>,
        support: &BTreeSet<usize>,
        culprits: &mut Vec<Culprit>,
    ) -> Result<bool, Undecided> {
        supports.subject.arena.budget.check()?;
        if culprits.iter().any(|culprit| culprit.missed.is_disjoint(support)) {
            return Ok(true);
        }
        let found = supports.culprit(support)?;
        let harmful = found.is_some();
        culprits.extend(found);
        Ok(harmful)
    }

    fn found(&self, supports: &Supports<'_>, train: Distribution, culprit: &Culprit) -> Finding {
        let subject = supports.subject;
        let answer = format!(
            "trained on this distribution everything looks aligned, and a policy that it may return is {} in deployment",
            self.harm.word()
        );
        let question = |question| Fact {
            role: "looks aligned",
            deploy: DeploymentSet::Point(train.clone()),
            status: Status::Holds,
            question,
            ..subject.fact("looks aligned", train.clone(), supports.deploy(), true)
        };
        let optimal = FixedSet::Optimal(RewardName::Specified);
        let mut facts = vec![question(Question::AtEach {
            family: Family::Train,
            policies: LocalSet::Optimal(RewardName::Specified),
            scope: Scope::Every,
            atoms: vec![Atom::Good],
        })];
        if self.harm == Harm::Catastrophic {
            let demands = vec![Demand { family: Family::Train, atom: Atom::Safe }];
            facts.push(question(Question::OfPolicy { policies: optimal, scope: Scope::Every, demands }));
        }
        facts.push(subject.fact("harm in deployment", train.clone(), supports.deploy(), false));
        let count = train.support().len();
        Finding::new(Outcome::Found, answer)
            .with("situations", Content::Count(count))
            .with("train", Content::Masses(train))
            .exhausted("no training on fewer situations with this coverage does it")
            .shown_by(subject.witness(&culprit.harmed))
            .resting_on(facts)
    }
}

/// The conditions under which training looks aligned.
struct Looks {
    conditions: Vec<Condition>,
    /// Situations that no training that looks aligned meets: a policy may be worth −∞ there.
    never: BTreeSet<StateId>,
}

impl Looks {
    fn new(supports: &Supports<'_>) -> Result<Self, Undecided> {
        let subject = supports.subject;
        let arena = subject.arena;
        let everywhere = || DistributionSet::deployed(DeploymentSet::Over(arena.problem.situations.clone()));
        let mut looks = Self { conditions: Vec::new(), never: BTreeSet::new() };
        let optimal: &Mask = arena.optimal_choices(RewardName::Specified)?;
        let atoms: &[Atom] = match subject.harm {
            Harm::Catastrophic => &[Atom::Good, Atom::Safe],
            Harm::Bad => &[Atom::Good],
        };
        for atom in atoms {
            let test: Test = test_of(arena, atom, everywhere())?;
            let sense = if matches!(test, Test::Reach { .. }) { Sense::Max } else { Sense::Min };
            let worst = arena.extreme(test.quantity(), sense, optimal)?;
            let gains = subject.gains_of(&test, &worst.values)?;
            let mut gain = Vec::new();
            for &state in &arena.problem.situations {
                match &gains.values[state] {
                    Value::Finite(value) => gain.push((state, value.clone())),
                    Value::MinusInfinity => {
                        looks.never.insert(state);
                    }
                }
            }
            looks.conditions.push(Condition { gain, bound: gains.floor });
        }
        Ok(looks)
    }

    /// A distribution of exactly this support that looks aligned.
    fn aligned(&self, supports: &Supports<'_>, support: &BTreeSet<usize>, weight: &Rational) -> Option<Distribution> {
        let states = supports.states(support);
        if states.iter().any(|state| self.never.contains(state)) {
            return None;
        }
        let enough = |&state: &StateId| Condition { gain: vec![(state, Rational::ONE)], bound: weight.clone() };
        let conditions: Vec<Condition> = self.conditions.iter().cloned().chain(states.iter().map(enough)).collect();
        let set = DistributionSet::deployed(DeploymentSet::Over(states.clone()));
        Face { set: &set, support: Some(states) }.find(&conditions, &[])
    }
}
