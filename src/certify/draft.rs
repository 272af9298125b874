//! A certificate in the making: its vectors, fixed policies and optimal choices.

use std::rc::Rc;

use dashu_int::{IBig, UBig};

use crate::budget::Exhausted;
use crate::certify::endless::{Alternative, finite_upper};
use crate::certify::explicit::rows;
use crate::certify::rank::{rank, successors};
use crate::certify::tables::{Entries, Vectors, bound_reference};
use crate::certify::{Absent, Uncertified};
use crate::decomposition::RewardName;
use crate::mdp::{ChoiceId, Distribution, Mask, Policy, RandomizedPolicy, Rational, StateId, StateSet, Value, closure};
use crate::problem::Criterion;
use crate::search::{Arena, ClassOptimum, Quantity, class_optimum};
use crate::solve::{Behaviour, Enclosure, Engine, Objective, Sense, optimise, reachable_under};

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
pub(super) const PRECISIONS: [Precision; 3] = [Precision::Bits(60), Precision::Bits(160), Precision::Exact];

/// Models of at most so many states are not worth enclosing.
const SMALL: usize = 40;

/// A listed policy.
struct Listed {
    policy: RandomizedPolicy,
    /// What it visits from the situations.
    visited: StateSet,
    /// Lower and upper bounds of `R`, `T` and reaching the catastrophe, where they are needed, the best so far.
    bounds: [Option<(Precision, Entries, String)>; 6],
}

/// The possible and the certain choices of a reward.
pub(super) struct OptimalChoices {
    pub(super) possible: Mask,
    pub(super) certain: Mask,
}

/// A certificate in the making.
pub(super) struct Draft<'a> {
    pub(super) arena: &'a Arena<'a>,
    pub(super) vectors: Vectors,
    policies: Vec<Listed>,
    optimal: Vec<(RewardName, Rc<OptimalChoices>, String)>,
    /// Cases that may still be made.
    pub(super) cases: usize,
    /// The best values of an observation-based class at distributions that came up.
    optima: Vec<(RewardName, Distribution, Option<Rc<ClassOptimum>>)>,
}

const GIVEN: usize = 0;

/// Cases that may be spent on the best policy of a class.
const CLASS_CASES: usize = 20_000;

fn position(quantity: Quantity, side: Side) -> usize {
    let quantity = match quantity {
        Quantity::Reward(RewardName::Specified) => 0,
        Quantity::Reward(RewardName::Intended) => 2,
        Quantity::Reach => 4,
    };
    quantity + usize::from(side == Side::Upper)
}

impl<'a> Draft<'a> {
    pub(super) fn new(arena: &'a Arena<'a>, cases: usize) -> Self {
        let mut draft = Self {
            arena,
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

    /// The bound of a listed policy on one side, which the certificate then has. From above, states from which it may
    /// never stop get a finite number.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn policy_values(
        &mut self,
        number: usize,
        quantity: Quantity,
        side: Side,
        precision: Precision,
    ) -> Result<Entries, Uncertified> {
        let place = position(quantity, side);
        if let Some((known, entries, _)) = &self.policies[number].bounds[place]
            && *known >= precision
        {
            return Ok(entries.clone());
        }
        let entries = match self.enclosed_policy(number, quantity, side, precision)? {
            Some(entries) => entries,
            None => self.exact_policy(number, quantity, side)?,
        };
        let ranks = match (side, quantity) {
            (Side::Lower, Quantity::Reward(_)) if self.is_total() => self.stopping_rank_of(number, &entries),
            (Side::Lower, Quantity::Reach) => self.reaching_rank_of(number, &entries),
            _ => None,
        };
        let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
        let text = bound_reference(self.vectors.of(&entries), ranks);
        self.policies[number].bounds[place] = Some((precision, entries.clone(), text));
        Ok(entries)
    }

    fn exact_policy(&self, number: usize, quantity: Quantity, side: Side) -> Result<Entries, Uncertified> {
        let behaviour = Behaviour::Randomized(&self.policies[number].policy);
        let values = self.arena.values(quantity, behaviour)?;
        let visited = &self.policies[number].visited;
        let unbounded = visited.ones().any(|state| values[state] == Value::MinusInfinity);
        if unbounded && side == Side::Upper {
            let averaged = |state: StateId| self.averaged(number, quantity, state);
            return finite_upper(&values, visited, &averaged, &self.arena.budget);
        }
        let known = |state| if visited.contains(state) { values[state].finite().cloned() } else { None };
        Ok((0..visited.len()).map(known).collect())
    }

    /// The same from an enclosure, if the policy does not randomise.
    fn enclosed_policy(
        &mut self,
        number: usize,
        quantity: Quantity,
        side: Side,
        precision: Precision,
    ) -> Result<Option<Entries>, Uncertified> {
        let mdp = &self.arena.problem.mdp;
        let Some(policy) = self.policies[number].policy.as_deterministic() else { return Ok(None) };
        let own = Mask::only(mdp, &policy);
        let Some(enclosure) = self.enclosed(quantity, Sense::Max, &own, precision)? else { return Ok(None) };
        let bounds = if side == Side::Lower { &enclosure.lower } else { &enclosure.upper };
        Ok(on(&self.policies[number].visited, bounds, enclosure.fraction_bits, false))
    }

    /// Whether bounds short of exact values are worth trying.
    pub(super) fn encloses(&self) -> bool {
        self.arena.problem.mdp.states() > SMALL
    }

    /// An enclosure of the optimum within a mask; `None` where exact values are to be used.
    fn enclosed(
        &self,
        quantity: Quantity,
        sense: Sense,
        mask: &Mask,
        precision: Precision,
    ) -> Result<Option<Rc<Enclosure>>, Uncertified> {
        match precision {
            Precision::Bits(bits) if self.encloses() => Ok(self.arena.enclosure(quantity, sense, mask, bits)?),
            Precision::Bits(_) | Precision::Exact => Ok(None),
        }
    }

    /// A policy of the full state that is optimal from every state.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn best_policy(&self, reward: RewardName) -> Result<Policy, Exhausted> {
        let arena = self.arena;
        if !self.is_total() && self.encloses() {
            // With a discount, whoever takes optimal choices is optimal.
            let (mdp, optimal) = (&arena.problem.mdp, arena.optimal_choices(reward)?);
            return Ok(Policy::new((0..mdp.states()).map(|state| optimal.choices_of(mdp, state).next()).collect()));
        }
        Ok(arena.best(reward)?.policy.clone())
    }

    /// What a listed policy does in a state as one row with its reward; nothing where it is over.
    fn averaged(&self, number: usize, quantity: Quantity, state: StateId) -> Vec<Alternative> {
        let mdp = &self.arena.problem.mdp;
        let row = self.policies[number].policy.row(state);
        if row.is_empty() {
            return Vec::new();
        }
        let mut average = Alternative { reward: Rational::ZERO, row: Vec::new() };
        let mut masses = std::collections::BTreeMap::new();
        for (choice, weight) in row {
            average.reward += self.reward(quantity, *choice) * weight;
            for (target, probability) in mdp.row(*choice) {
                *masses.entry(target).or_insert(Rational::ZERO) += probability * weight;
            }
        }
        average.row = masses.into_iter().collect();
        vec![average]
    }

    fn reward(&self, quantity: Quantity, choice: ChoiceId) -> Rational {
        match quantity {
            Quantity::Reward(name) => self.arena.reward(name)[choice].clone(),
            Quantity::Reach => Rational::ZERO,
        }
    }

    /// Upper bounds of a reward for all policies of a mask on a closed domain on which some values are −∞.
    fn with_endless(
        &self,
        values: &[Value],
        quantity: Quantity,
        mask: &Mask,
        domain: &StateSet,
    ) -> Result<Entries, Uncertified> {
        let mdp = &self.arena.problem.mdp;
        let allowed = |state: StateId| {
            let choices = mask.choices_of(mdp, state);
            let alternative = |choice: ChoiceId| Alternative {
                reward: self.reward(quantity, choice),
                row: mdp.row(choice).map(|(target, probability)| (target, probability.clone())).collect(),
            };
            choices.map(alternative).collect()
        };
        finite_upper(values, domain, &allowed, &self.arena.budget)
    }

    /// All successors of what a listed policy does in a state, as one row.
    fn row_of(&self, number: usize, state: StateId) -> Vec<Vec<StateId>> {
        let mdp = &self.arena.problem.mdp;
        let row = self.policies[number].policy.row(state);
        if row.is_empty() {
            return Vec::new();
        }
        vec![row.iter().flat_map(|(choice, _)| mdp.successors(*choice)).collect()]
    }

    /// Ranks that show that a listed policy surely stops from the states of a domain.
    pub(super) fn stopping_rank_of(&self, number: usize, domain: &Entries) -> Option<Vec<usize>> {
        rank(domain.len(), &self.absorbing(), &domain_of(domain), |state| self.row_of(number, state))
    }

    fn reaching_rank_of(&self, number: usize, lower: &Entries) -> Option<Vec<usize>> {
        rank(lower.len(), &self.left(lower), &domain_of(lower), |state| self.row_of(number, state))
    }

    /// The states where a process that may reach the catastrophe is over: in it, or where nothing is claimed.
    fn left(&self, lower: &Entries) -> StateSet {
        let caught = |state: StateId| {
            self.arena.problem.catastrophe.as_ref().is_some_and(|catastrophe| catastrophe.states.contains(state))
        };
        let over = |state: StateId| caught(state) || lower[state].as_ref().is_none_or(|value| *value <= Rational::ZERO);
        let mut left = StateSet::with_capacity(lower.len());
        left.extend((0..lower.len()).filter(|&state| over(state)));
        left
    }

    pub(super) fn absorbing(&self) -> StateSet {
        let mdp = &self.arena.problem.mdp;
        let mut states = StateSet::with_capacity(mdp.states());
        states.extend((0..mdp.states()).filter(|&state| mdp.is_absorbing(state)));
        states
    }

    /// Ranks that show that every policy of a mask surely stops from the states of a domain.
    pub(super) fn stopping_rank(&self, mask: &Mask, domain: &StateSet) -> Option<Vec<usize>> {
        let mdp = &self.arena.problem.mdp;
        rank(mdp.states(), &self.absorbing(), domain, |state| successors(mdp, mask.choices_of(mdp, state)))
    }

    /// Bounds of a quantity, or of its negative, from above for all policies of a mask, on what is reached from the
    /// sources. A reach probability is bounded from below where its negative is asked for (and not negated).
    ///
    /// # Errors
    /// When there is none, or the budget is exhausted.
    pub(super) fn bound(
        &mut self,
        quantity: Quantity,
        positive: bool,
        mask: &Mask,
        sources: &[StateId],
        precision: Precision,
    ) -> Result<Entries, Uncertified> {
        let sense = if positive { Sense::Max } else { Sense::Min };
        let mdp = &self.arena.problem.mdp;
        let reached = reachable_under(mdp, mask, sources.iter().copied());
        let negate = !positive && quantity != Quantity::Reach;
        if let Some(enclosure) = self.enclosed(quantity, sense, mask, precision)? {
            let bounds = if positive { &enclosure.upper } else { &enclosure.lower };
            if let Some(entries) = on(&reached, bounds, enclosure.fraction_bits, negate) {
                return Ok(entries);
            }
        }
        let solution = self.arena.extreme(quantity, sense, mask)?;
        if positive && reached.ones().any(|state| solution.values[state] == Value::MinusInfinity) {
            return self.with_endless(&solution.values, quantity, mask, &reached);
        }
        let mut entries: Entries = vec![None; mdp.states()];
        for state in reached.ones() {
            let Some(value) = solution.values[state].finite() else {
                return Err(Uncertified::Beyond(Absent::Endless));
            };
            entries[state] = Some(if negate { -value } else { value.clone() });
        }
        Ok(entries)
    }

    /// Bounds of `left + weight · right` from above for all policies of a mask, on what is reached from the sources.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn weighted_bound(
        &self,
        left: RewardName,
        right: RewardName,
        weight: &Rational,
        mask: &Mask,
        sources: &[StateId],
    ) -> Result<Option<Entries>, Uncertified> {
        let arena = self.arena;
        let mdp = &arena.problem.mdp;
        let pairs = arena.reward(left).iter().zip(arena.reward(right));
        let reward: Vec<Rational> = pairs.map(|(left, right)| left + right * weight).collect();
        let objective = Objective::Reward { reward: &reward, discount: arena.discount() };
        let solution = optimise(mdp, objective, Sense::Max, mask, Engine::default(), &arena.budget)?;
        let reached = reachable_under(mdp, mask, sources.iter().copied());
        let mut entries: Entries = vec![None; mdp.states()];
        for state in reached.ones() {
            let Some(value) = solution.values[state].finite() else { return Ok(None) };
            entries[state] = Some(value.clone());
        }
        Ok(Some(entries))
    }

    /// The reference to a bound for all policies of a mask, with the rank that it may need.
    pub(super) fn reference(&mut self, entries: &Entries, mask: &Mask, reach_from_below: bool) -> String {
        let mdp = &self.arena.problem.mdp;
        let ranks = if reach_from_below {
            rank(mdp.states(), &self.left(entries), &domain_of(entries), |state| {
                successors(mdp, mask.choices_of(mdp, state))
            })
        } else if self.is_total() {
            self.stopping_rank(mask, &domain_of(entries))
        } else {
            None
        };
        let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
        let vector = self.vectors.of(entries);
        bound_reference(vector, ranks)
    }

    /// The possible and the certain choices of a reward, with their bounds in the certificate.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn optimal(&mut self, reward: RewardName) -> Result<Rc<OptimalChoices>, Uncertified> {
        if let Some((_, known, _)) = self.optimal.iter().find(|(name, ..)| *name == reward) {
            return Ok(Rc::clone(known));
        }
        let mdp = &self.arena.problem.mdp;
        if let Some(found) = self.enclosed_optimal(reward)? {
            return Ok(found);
        }
        let best = self.arena.best(reward)?;
        let entries: Entries = best.values.iter().map(|value| value.finite().cloned()).collect();
        let possible = self.arena.optimal_choices(reward)?.clone();
        let mut certain = possible.clone();
        let upper = if entries.iter().any(Option::is_none) {
            for choice in (0..mdp.choices()).filter(|&choice| entries[mdp.state_of(choice)].is_none()) {
                certain.forbid(choice);
            }
            let mut everywhere = StateSet::with_capacity(mdp.states());
            everywhere.insert_range(..);
            self.with_endless(&best.values, Quantity::Reward(reward), self.arena.everything(), &everywhere)?
        } else {
            entries.clone()
        };
        let rows = |state: StateId| match best.policy.choice(state) {
            Some(choice) => successors(mdp, [choice].into_iter()),
            None => Vec::new(),
        };
        let ranks =
            if self.is_total() { rank(mdp.states(), &self.absorbing(), &domain_of(&entries), rows) } else { None };
        let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
        let upper = bound_reference(self.vectors.of(&upper), None);
        let lower = bound_reference(self.vectors.of(&entries), ranks);
        let text = format!("{} {upper} {lower}", reward.word());
        let found = Rc::new(OptimalChoices { possible, certain });
        self.optimal.push((reward, Rc::clone(&found), text));
        Ok(found)
    }

    /// The same from enclosures, if they tell all optimal choices.
    fn enclosed_optimal(&mut self, reward: RewardName) -> Result<Option<Rc<OptimalChoices>>, Uncertified> {
        let arena = self.arena;
        let mdp = &arena.problem.mdp;
        let mut everywhere = StateSet::with_capacity(mdp.states());
        everywhere.insert_range(..);
        for precision in PRECISIONS {
            let everything = arena.everything();
            let Some(enclosure) = self.enclosed(Quantity::Reward(reward), Sense::Max, everything, precision)? else {
                continue;
            };
            let bits = enclosure.fraction_bits;
            let (Some(upper), Some(lower)) =
                (on(&everywhere, &enclosure.upper, bits, false), on(&everywhere, &enclosure.lower, bits, false))
            else {
                return Ok(None);
            };
            let known = arena.optimal_choices(reward)?;
            if optimal_by(arena, reward, &upper, &lower).is_none_or(|told| told != *known) {
                continue;
            }
            let rows = |state: StateId| successors(mdp, enclosure.policy.choice(state).into_iter());
            let ranks = if self.is_total() { rank(mdp.states(), &self.absorbing(), &everywhere, rows) } else { None };
            let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
            let upper = bound_reference(self.vectors.of(&upper), None);
            let lower = bound_reference(self.vectors.of(&lower), ranks);
            let found = Rc::new(OptimalChoices { possible: known.clone(), certain: known.clone() });
            self.optimal.push((reward, Rc::clone(&found), format!("{} {upper} {lower}", reward.word())));
            return Ok(Some(found));
        }
        Ok(None)
    }

    /// The rank that shows that a listed policy surely stops from a distribution's or region's states; `-` without
    /// need of one, `None` if it does not stop.
    pub(super) fn stops(&mut self, number: usize, sources: &[StateId]) -> Option<String> {
        if !self.is_total() {
            return Some("-".into());
        }
        let domain = self.visits(number, sources);
        let ranks = rank(domain.len(), &self.absorbing(), &domain, |state| self.row_of(number, state))?;
        Some(self.vectors.rank(&ranks).to_string())
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

/// The optimal choices as bounds tell them, if every choice that they leave possible is certain.
fn optimal_by(arena: &Arena<'_>, reward: RewardName, upper: &Entries, lower: &Entries) -> Option<Mask> {
    let mdp = &arena.problem.mdp;
    let one_step = |choice: ChoiceId, bound: &Entries| {
        let sum = mdp
            .row(choice)
            .try_fold(Rational::ZERO, |sum, (target, probability)| Some(sum + bound[target].as_ref()? * probability))?;
        Some(sum * arena.discount() + &arena.reward(reward)[choice])
    };
    let mut possible = arena.everything().clone();
    for state in 0..mdp.states() {
        for choice in mdp.choices_of(state) {
            if one_step(choice, upper)? < *lower[state].as_ref()? {
                possible.forbid(choice);
            }
        }
        let left: Vec<ChoiceId> = possible.choices_of(mdp, state).collect();
        for &choice in &left {
            let same = |other: ChoiceId| {
                arena.reward(reward)[other] == arena.reward(reward)[choice] && mdp.row(other).eq(mdp.row(choice))
            };
            if !left.iter().all(|&other| same(other)) && one_step(choice, lower)? < *upper[state].as_ref()? {
                return None;
            }
        }
    }
    Some(possible)
}

/// Integers over `2^bits` on a domain, negated or not; `None` if one is missing there.
fn on(domain: &StateSet, bounds: &[Option<IBig>], bits: usize, negate: bool) -> Option<Entries> {
    let mut entries: Entries = vec![None; bounds.len()];
    for state in domain.ones() {
        let value = Rational::from_parts(bounds[state].clone()?, UBig::ONE << bits);
        entries[state] = Some(if negate { -value } else { value });
    }
    Some(entries)
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
