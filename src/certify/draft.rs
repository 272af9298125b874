//! A certificate in the making: its vectors, fixed policies and optimal choices.

use std::rc::Rc;

use crate::certify::Uncertified;
use crate::certify::explicit::rows;
use crate::certify::listing::{Listings, OptimalChoices};
use crate::certify::tables::{Entries, Vectors};
use crate::decomposition::RewardName;
use crate::mdp::{Distribution, Mask, RandomizedPolicy, Rational, StateId, StateSet, closure};
use crate::problem::Criterion;
use crate::search::{Arena, ClassOptimum, Quantity, class_optimum};

/// A bound from above or from below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Lower,
    Upper,
}

/// How good bounds are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    /// Enclosures of so many bits, where there are some; exact values otherwise.
    Bits(usize),
    /// Exact values.
    Exact,
}

/// Precisions in the order in which they are tried.
pub(super) const PRECISIONS: [Precision; 4] =
    [Precision::Bits(32), Precision::Bits(42), Precision::Bits(128), Precision::Exact];

/// A listed policy.
pub(super) struct Listed {
    pub(super) policy: RandomizedPolicy,
    /// What it visits from the situations.
    pub(super) visited: StateSet,
    /// Lower and upper bounds of `R`, `T` and reaching the catastrophe, where they are needed, the best so far.
    pub(super) bounds: [Option<(Precision, Entries, String)>; 6],
}

/// A certificate in the making.
pub(super) struct Draft<'a> {
    pub(super) arena: &'a Arena<'a>,
    pub(super) listings: &'a Listings,
    pub(super) vectors: Vectors,
    pub(super) policies: Vec<Listed>,
    pub(super) optimal: Vec<(RewardName, Rc<OptimalChoices>, String)>,
    /// Cases that may still be made.
    pub(super) cases: usize,
    /// The best values of an observation-based class at distributions that came up.
    optima: Vec<(RewardName, Distribution, Option<Rc<ClassOptimum>>)>,
}

const GIVEN: usize = 0;

/// Cases that may be spent on the best policy of a class.
const CLASS_CASES: usize = 20_000;

pub(super) fn position(quantity: Quantity, side: Side) -> usize {
    let quantity = match quantity {
        Quantity::Reward(RewardName::Specified) => 0,
        Quantity::Reward(RewardName::Intended) => 2,
        Quantity::Reach => 4,
    };
    quantity + usize::from(side == Side::Upper)
}

impl<'a> Draft<'a> {
    pub(super) fn new(arena: &'a Arena<'a>, listings: &'a Listings, cases: usize) -> Self {
        let mut draft = Self {
            arena,
            listings,
            vectors: Vectors::default(),
            policies: Vec::new(),
            optimal: Vec::new(),
            cases,
            optima: Vec::new(),
        };
        if let Some(given) = &arena.problem.learner.given {
            draft.list(given.clone());
        }
        draft
    }

    /// Whether rewards add up until absorption.
    pub(super) fn is_total(&self) -> bool {
        !matches!(self.arena.problem.criterion, Criterion::Discounted(_))
    }

    /// The best value of the class at a distribution; `None` if it was not found within the limit of cases.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn class_optimum(
        &mut self,
        reward: RewardName,
        at: &Distribution,
    ) -> Result<Option<Rc<ClassOptimum>>, Uncertified> {
        if let Some((.., known)) = self.optima.iter().find(|(name, place, _)| *name == reward && place == at) {
            return Ok(known.clone());
        }
        let found = class_optimum(self.arena, reward, at, CLASS_CASES)?.map(Rc::new);
        self.optima.push((reward, at.clone(), found.clone()));
        Ok(found)
    }

    /// The number of the given policy.
    pub(super) fn given(&self) -> Option<usize> {
        self.arena.problem.learner.given.is_some().then_some(GIVEN)
    }

    /// The number of a policy of the class.
    pub(super) fn policy(&mut self, policy: &RandomizedPolicy) -> usize {
        let first = usize::from(self.given().is_some());
        let known = self.policies.iter().skip(first).position(|listed| listed.policy == *policy);
        known.map_or_else(|| self.list(policy.clone()), |found| found + first)
    }

    fn list(&mut self, policy: RandomizedPolicy) -> usize {
        let mdp = &self.arena.problem.mdp;
        let visited = closure(mdp.states(), self.arena.problem.situations.iter().copied(), |state| {
            policy.row(state).iter().flat_map(|(choice, _)| mdp.successors(*choice))
        });
        self.policies.push(Listed { policy, visited, bounds: Default::default() });
        self.policies.len() - 1
    }

    /// What a listed policy visits from these states.
    pub(super) fn visits(&self, number: usize, sources: &[StateId]) -> StateSet {
        let mdp = &self.arena.problem.mdp;
        closure(mdp.states(), sources.iter().copied(), |state| {
            self.policies[number].policy.row(state).iter().flat_map(|(choice, _)| mdp.successors(*choice))
        })
    }

    /// Whether a listed policy takes only choices of a mask in what it visits from these states.
    pub(super) fn keeps_to(&self, number: usize, mask: &Mask, sources: &[StateId]) -> bool {
        self.visits(number, sources)
            .ones()
            .all(|state| self.policies[number].policy.row(state).iter().all(|(choice, _)| mask.allows(*choice)))
    }

    /// The tables as text: vectors, policies, optimal choices.
    pub(super) fn tables(&self) -> Vec<String> {
        let mut lines = vec![format!("vectors {}", self.vectors.texts().len())];
        lines.extend(self.vectors.texts().iter().cloned());
        lines.push(format!("policies {}", self.policies.len()));
        for (number, listed) in self.policies.iter().enumerate() {
            let bounds: Vec<&str> =
                listed.bounds.iter().map(|bound| bound.as_ref().map_or("-", |(.., text)| text.as_str())).collect();
            let rows = if self.given() == Some(number) {
                "given".to_owned()
            } else {
                format!("policy{}", rows(self.arena.problem, &listed.policy, |state| listed.visited.contains(state)))
            };
            lines.push(format!("{rows} {}", bounds.join(" ")));
        }
        lines.push(format!("optimal {}", self.optimal.len()));
        lines.extend(self.optimal.iter().map(|(.., text)| text.clone()));
        lines
    }
}

/// The states with a number.
pub(super) fn domain_of(entries: &Entries) -> StateSet {
    let mut states = StateSet::with_capacity(entries.len());
    states.extend((0..entries.len()).filter(|&state| entries[state].is_some()));
    states
}

/// `Σ ν(s) v(s)`, if all numbers are there.
pub(super) fn expected(entries: &Entries, at: &Distribution) -> Option<Rational> {
    at.iter().try_fold(Rational::ZERO, |sum, (state, mass)| Some(sum + entries[state].as_ref()? * mass))
}
