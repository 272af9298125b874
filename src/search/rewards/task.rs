//! Rewards that keep the task: what is optimal for them from some situations is optimal for the intended reward.
//!
//! Let all policies that are optimal for the intended reward from the sources collect the same features. Then a
//! reward keeps the task iff in every state that such a policy visits each choice that is not optimal for the
//! intended reward, however the episode goes on, falls short of what such a policy collects. For each choice and
//! each way to go on that is one linear condition on the weights; an exact solve finds one that is broken.

use std::rc::Rc;

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{ChoiceId, Mask, Rational, StateId, StateSet};
use crate::search::rewards::class::{Expectations, Optimised, RewardClass, push_new};
use crate::search::rewards::region::{Side, WeightRegion, WeightRow, dot};
use crate::solve::reachable_under;

/// Conditions that are added at once.
const MOST_AT_ONCE: usize = 8;

/// A task, as the choices that the intended reward wants from some situations.
pub struct Task<'p> {
    class: &'p RewardClass<'p>,
    wanted: &'p Mask,
    /// The states that policies of wanted choices visit.
    visited: StateSet,
    /// What they collect.
    expectations: Rc<Expectations>,
    /// By how much a choice that is not wanted falls short; more than nothing where it is 0.
    margin: Rational,
    /// Conditions that every reward that keeps the task satisfies.
    rows: Vec<WeightRow>,
    /// The last weights that satisfied them.
    candidate: Option<Vec<Rational>>,
    solves: usize,
}

impl<'p> Task<'p> {
    /// The task from the sources. `None` if policies that are optimal for the intended reward differ in what they
    /// collect of the features: which of them a reward wants is then one more thing to choose.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn new(class: &'p RewardClass<'p>, sources: &[StateId], margin: Rational) -> Result<Option<Self>, Exhausted> {
        let arena = class.arena;
        let wanted = arena.optimal_choices(RewardName::Intended)?;
        if !class.collects_the_same(wanted, sources)? {
            return Ok(None);
        }
        let expectations = class.expectations(&arena.best(RewardName::Intended)?.policy)?;
        let visited = reachable_under(&arena.problem.mdp, wanted, sources.iter().copied());
        Ok(Some(Self { class, wanted, visited, expectations, margin, rows: Vec::new(), candidate: None, solves: 0 }))
    }

    /// The conditions found so far. Rewards that break one of them do not keep the task.
    #[must_use]
    pub fn rows(&self) -> &[WeightRow] {
        &self.rows
    }

    /// The last weights that satisfied the conditions found before them.
    #[must_use]
    pub fn candidate(&self) -> Option<&[Rational]> {
        self.candidate.as_deref()
    }

    /// How many rewards were solved.
    #[must_use]
    pub fn solves(&self) -> usize {
        self.solves
    }

    /// Weights of the region that keep the task; `None` if none do, by the conditions found.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn find(&mut self, region: &WeightRegion) -> Result<Option<Optimised>, Exhausted> {
        self.refine(|rows| {
            let mut narrowed = region.clone();
            narrowed.rows.extend_from_slice(rows);
            narrowed.find_nonzero()
        })
    }

    /// The first candidate that keeps the task. A candidate satisfies the conditions that it is given; without one,
    /// there is none.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn refine(
        &mut self,
        candidate: impl Fn(&[WeightRow]) -> Option<Vec<Rational>>,
    ) -> Result<Option<Optimised>, Exhausted> {
        while let Some(weights) = candidate(&self.rows) {
            self.candidate = Some(weights.clone());
            self.class.arena.budget.check()?;
            let optimised = self.class.optimise(weights)?;
            self.solves += 1;
            if !self.add_broken(&optimised)? {
                return Ok(Some(optimised));
            }
        }
        Ok(None)
    }

    /// Adds conditions that the weights break. Whether there are any.
    fn add_broken(&mut self, optimised: &Optimised) -> Result<bool, Exhausted> {
        let mdp = &self.class.arena.problem.mdp;
        let unwanted = |state: StateId| mdp.choices_of(state).filter(|&choice| !self.wanted.allows(choice));
        let value = |state: StateId| optimised.best.values[state].finite().cloned().unwrap_or(Rational::ZERO);
        let reward = self.class.reward(&optimised.weights);
        let mut broken: Vec<(Rational, ChoiceId)> = Vec::new();
        for state in self.visited.ones() {
            let own = dot(&optimised.weights, &self.expectations[state]);
            for choice in unwanted(state) {
                let discounted =
                    |(next, probability): (StateId, &Rational)| self.class.arena.discount() * probability * value(next);
                let other = mdp.row(choice).map(discounted).fold(reward[choice].clone(), |sum, share| sum + share);
                let short = &own - other;
                if short < self.margin || short.is_zero() {
                    broken.push((short, choice));
                }
            }
        }
        if broken.is_empty() {
            return Ok(false);
        }
        broken.sort();
        let onward = self.class.expectations(&optimised.best.policy)?;
        for (_, choice) in broken.into_iter().take(MOST_AT_ONCE) {
            let row = self.row(choice, &onward);
            push_new(&mut self.rows, row);
        }
        Ok(true)
    }

    /// Taking a choice that is not wanted, and going on to collect `onward`, falls short.
    fn row(&self, choice: ChoiceId, onward: &Expectations) -> WeightRow {
        let mdp = &self.class.arena.problem.mdp;
        let mut normal = self.expectations[mdp.state_of(choice)].clone();
        for (entry, gained) in normal.iter_mut().zip(self.class.collected(choice, onward)) {
            *entry -= gained;
        }
        let side = if self.margin.is_zero() { Side::Above } else { Side::AtLeast };
        WeightRow { normal, side, bound: self.margin.clone() }
    }
}
