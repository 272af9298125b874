//! The optimal choices of a reward as certificates list them: bounds from both sides, and states that look alike.
//!
//! They are the same in every certificate of a model, so they are made once.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::certify::Uncertified;
use crate::certify::draft::{Draft, PRECISIONS, domain_of};
use crate::certify::rank::{rank, successors};
use crate::certify::tables::{Entries, naturals, vector};
use crate::certify::values::on;
use crate::decomposition::RewardName;
use crate::mdp::{ChoiceId, Mask, Policy, Rational, StateId, StateSet};
use crate::search::{Arena, Quantity};
use crate::solve::{Behaviour, Sense, alike_states, reachable_under};

/// The possible and the certain choices of a reward.
pub(super) struct OptimalChoices {
    pub(super) possible: Mask,
    pub(super) certain: Mask,
}

/// What a certificate lists for the optimal choices of a reward: vectors in their syntax.
pub(super) struct Listing {
    pub(super) upper: String,
    pub(super) lower: String,
    pub(super) ranks: Option<String>,
    pub(super) classes: Option<String>,
    pub(super) choices: Rc<OptimalChoices>,
}

/// The listings of the two rewards of a problem, each made when it is first needed.
#[derive(Default)]
pub struct Listings {
    specified: OnceCell<Listing>,
    intended: OnceCell<Listing>,
}

impl<'a> Draft<'a> {
    /// The listing of a reward.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn listing(&self, reward: RewardName) -> Result<&'a Listing, Uncertified> {
        let cell = match reward {
            RewardName::Specified => &self.listings.specified,
            RewardName::Intended => &self.listings.intended,
        };
        if let Some(known) = cell.get() {
            return Ok(known);
        }
        let bounds = match Bounds::enclosed(self, reward)? {
            Some(bounds) => bounds,
            None => Bounds::exact(self, reward)?,
        };
        let made = bounds.listing(self);
        Ok(cell.get_or_init(|| made))
    }
}

/// Bounds of the largest values that tell the optimal choices.
struct Bounds {
    upper: Entries,
    lower: Entries,
    /// Attains the lower bounds.
    policy: Policy,
    classes: Vec<Option<usize>>,
    choices: OptimalChoices,
}

impl Bounds {
    fn listing(self, draft: &Draft<'_>) -> Listing {
        let mdp = &draft.arena.problem.mdp;
        let rows = |state: StateId| successors(mdp, self.policy.choice(state).into_iter());
        let ranks = draft.is_total().then(|| rank(mdp.states(), &draft.absorbing(), &domain_of(&self.lower), rows));
        Listing {
            upper: vector(&self.upper),
            lower: vector(&self.lower),
            ranks: ranks.flatten().map(|ranks| naturals(ranks.into_iter().map(Some))),
            classes: self.classes.iter().any(Option::is_some).then(|| naturals(self.classes)),
            choices: Rc::new(self.choices),
        }
    }

    /// Exact values.
    fn exact(draft: &Draft<'_>, reward: RewardName) -> Result<Self, Uncertified> {
        let arena = draft.arena;
        let mdp = &arena.problem.mdp;
        let best = arena.best(reward)?;
        let lower: Entries = best.values.iter().map(|value| value.finite().cloned()).collect();
        let possible = arena.optimal_choices(reward)?.clone();
        let mut certain = possible.clone();
        let upper = if lower.iter().any(Option::is_none) {
            for choice in (0..mdp.choices()).filter(|&choice| lower[mdp.state_of(choice)].is_none()) {
                certain.forbid(choice);
            }
            draft.with_endless(&best.values, Quantity::Reward(reward), arena.everything(), &everywhere(arena))?
        } else {
            lower.clone()
        };
        let choices = OptimalChoices { possible, certain };
        Ok(Self { upper, lower, policy: best.policy.clone(), classes: Vec::new(), choices })
    }

    /// Enclosures, and exact values where choices tie that are not alike; nothing if these do not tell all optimal choices.
    fn enclosed(draft: &Draft<'_>, reward: RewardName) -> Result<Option<Self>, Uncertified> {
        let arena = draft.arena;
        let everywhere = everywhere(arena);
        for precision in PRECISIONS {
            let enclosed = draft.enclosed(Quantity::Reward(reward), Sense::Max, arena.everything(), precision)?;
            let Some(enclosure) = enclosed else { continue };
            let bounds = |side| on(&everywhere, side, enclosure.fraction_bits, false);
            let (Some(upper), Some(lower)) = (bounds(&enclosure.upper), bounds(&enclosure.lower)) else {
                return Ok(None);
            };
            let known = arena.optimal_choices(reward)?;
            let choices = OptimalChoices { possible: known.clone(), certain: known.clone() };
            let mut found = Self { upper, lower, policy: enclosure.policy.clone(), classes: Vec::new(), choices };
            let Some(mut ties) = found.ties(arena, reward) else { continue };
            if !ties.is_empty() {
                let (mdp, rewards) = (&arena.problem.mdp, arena.reward(reward));
                found.classes = alike_states(mdp, rewards, arena.discount(), &enclosure, known, &arena.budget)?;
                ties.retain(|&state| !found.are_alike(arena, reward, state));
            }
            if ties.is_empty() {
                return Ok(Some(found));
            }
            if draft.is_total() {
                return Ok(None);
            }
            found.settle(arena, reward, &ties)?;
            let told = |ties: Vec<StateId>| ties.iter().all(|&state| found.are_alike(arena, reward, state));
            return Ok(found.ties(arena, reward).is_some_and(told).then_some(found));
        }
        Ok(None)
    }

    /// Exact values wherever optimal choices lead from these states, with a discount.
    fn settle(&mut self, arena: &Arena<'_>, reward: RewardName, ties: &[StateId]) -> Result<(), Uncertified> {
        let mdp = &arena.problem.mdp;
        let optimal = &self.choices.possible;
        let region = reachable_under(mdp, optimal, ties.iter().copied());
        let policy = Policy::new((0..mdp.states()).map(|state| optimal.choices_of(mdp, state).next()).collect());
        let sources: Vec<StateId> = region.ones().collect();
        let values = arena.values_from(Quantity::Reward(reward), Behaviour::Deterministic(&policy), &sources)?;
        for state in sources {
            let value = values[state].finite().cloned();
            self.upper[state].clone_from(&value);
            self.lower[state] = value;
        }
        Ok(())
    }

    /// The states at which the bounds leave a question between choices that may be optimal; `None` if they do not exclude all
    /// the others.
    fn ties(&self, arena: &Arena<'_>, reward: RewardName) -> Option<Vec<StateId>> {
        let mdp = &arena.problem.mdp;
        let mut ties = Vec::new();
        for state in 0..mdp.states() {
            let (lower, upper) = (self.lower[state].as_ref()?, self.upper[state].as_ref()?);
            for choice in mdp.choices_of(state).filter(|&choice| !self.choices.possible.allows(choice)) {
                if one_step(arena, reward, choice, &self.upper)? >= *lower {
                    return None;
                }
            }
            let mut left = self.choices.possible.choices_of(mdp, state);
            if left.clone().nth(1).is_some()
                && left.try_fold(false, |open, choice| {
                    Some(open || one_step(arena, reward, choice, &self.lower)? < *upper)
                })?
            {
                ties.push(state);
            }
        }
        Some(ties)
    }

    /// Whether all choices of a state that may be optimal have the same reward and the same probability of each class.
    fn are_alike(&self, arena: &Arena<'_>, reward: RewardName, state: StateId) -> bool {
        let mdp = &arena.problem.mdp;
        let class = |target: StateId| self.classes.get(target).copied().flatten().ok_or(target);
        let looks = |choice: ChoiceId| {
            let mut masses = BTreeMap::new();
            for (target, probability) in mdp.row(choice) {
                *masses.entry(class(target)).or_insert(Rational::ZERO) += probability;
            }
            (&arena.reward(reward)[choice], masses)
        };
        let mut left = self.choices.possible.choices_of(mdp, state);
        let first = left.next().map(looks);
        left.all(|choice| Some(looks(choice)) == first)
    }
}

fn one_step(arena: &Arena<'_>, reward: RewardName, choice: ChoiceId, bound: &Entries) -> Option<Rational> {
    let row = arena.problem.mdp.row(choice);
    let sum = row
        .into_iter()
        .try_fold(Rational::ZERO, |sum, (target, probability)| Some(sum + bound[target].as_ref()? * probability))?;
    Some(sum * arena.discount() + &arena.reward(reward)[choice])
}

fn everywhere(arena: &Arena<'_>) -> StateSet {
    let mut states = StateSet::with_capacity(arena.problem.mdp.states());
    states.insert_range(..);
    states
}
