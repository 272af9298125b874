//! The search for a policy by lemmas: what rules out one policy rules out all that are alike in what matters.
//!
//! What the policy does and which states it visits in training are variables; clauses say how they hang together. Values of
//! the variables are a case. If masked solves find that no policy of the case meets the requirements, the part of the case that
//! this rests on becomes a lemma: no policy is like that. Lemmas that follow from others are learned from conflicts, until
//! a policy is found or the empty lemma, and each of them remembers what it follows from: that is the proof.

mod clauses;
mod conflict;
mod cut;
mod marks;
mod order;
mod reasons;
mod record;
mod structure;
#[cfg(test)]
mod tests;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, Mask, Policy, StateId, StateSet};
use crate::search::arena::Arena;
use crate::search::branch::{Nogoods, Outcome, branching_state, propagate_pins, relax_one, sources_of};
use crate::search::lemmas::clauses::{Clauses, Found};
use crate::search::lemmas::reasons::Case;
use crate::search::lemmas::record::{Literal, Origin, Recorded};
use crate::search::lemmas::structure::Structure;
use crate::search::requirement::{Relaxation, Requirement};

/// What a policy may do or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// It takes the action of this choice in all states that look like the choice's.
    Takes(ChoiceId),
    /// It visits this state in training.
    Visits(StateId),
}

/// No policy that meets the requirements is like that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lemma {
    /// What no such policy does and does not all at once.
    pub facts: Vec<(Fact, bool)>,
    /// The lemmas by which it follows, in the order in which each leaves one fact open; `None` if masked solves say so.
    pub follows: Option<Vec<usize>>,
}

/// A search by lemmas that can be continued.
pub struct LemmaSearch<'a> {
    arena: &'a Arena<'a>,
    requirements: &'a [Requirement<'a>],
    sources: Vec<StateId>,
    root: Mask,
    structure: Structure,
    clauses: Clauses,
    /// Lemmas in a row that took exact solves and exclude little.
    useless: usize,
    /// Whether exact solves may be spent on lemmas.
    spends: bool,
}

/// Lemmas with more facts exclude little.
const LARGEST: usize = 12;

/// So many of them in a row are enough, if they take exact solves.
const MOST_USELESS: usize = 8;

impl<'a> LemmaSearch<'a> {
    /// The question as clauses. `None` where it has several pins, or they alone exclude all policies.
    #[must_use]
    pub fn new(arena: &'a Arena<'a>, requirements: &'a [Requirement<'a>]) -> Option<Self> {
        let mut pins = requirements.iter().filter_map(|requirement| match requirement {
            Requirement::Pinned { support, choices } => Some((support, *choices)),
            Requirement::Meets(_) | Requirement::Breaks(_) => None,
        });
        let (pin, None) = (pins.next(), pins.next()) else { return None };
        let mut root = arena.everything().clone();
        if !propagate_pins(arena, requirements, &mut root) {
            return None;
        }
        let (mut structure, mut clauses) = (Structure::new(), Clauses::new());
        if let Some((support, choices)) = pin {
            structure.pin(arena, &root, &mut clauses, support, choices);
        }
        let sources = sources_of(requirements);
        Some(Self { arena, requirements, sources, root, structure, clauses, useless: 0, spends: true })
    }

    /// The lemmas so far; the last one is empty if there is no policy.
    #[must_use]
    pub fn lemmas(&self) -> Vec<Lemma> {
        let facts = |literals: &[Literal]| {
            literals.iter().map(|literal| self.structure.meaning(literal.negated())).collect::<Vec<_>>()
        };
        let lemma = |recorded: &Recorded| Lemma {
            facts: facts(&recorded.literals),
            follows: match &recorded.origin {
                Origin::Given => None,
                Origin::Follows(earlier) => Some(earlier.clone()),
            },
        };
        self.clauses.lemmas().iter().map(lemma).collect()
    }

    /// How many conflicts there were so far.
    #[must_use]
    pub fn conflicts(&self) -> usize {
        self.clauses.conflicts()
    }

    /// Goes on until there is an answer, within a share of the time; [`Outcome::NodeLimit`] says that it ended before, or that
    /// masked solves do not tell why a policy is none.
    ///
    /// # Errors
    /// When the budget of the arena is exhausted.
    pub fn advance(&mut self, share: &Budget) -> Result<Outcome, Exhausted> {
        self.spends = true;
        self.go_on(share)
    }

    /// The same, as far as lemmas cost no exact solves. It can be continued by any means.
    ///
    /// # Errors
    /// When the budget of the arena is exhausted.
    pub(super) fn advance_by_graph(&mut self, share: &Budget) -> Result<Outcome, Exhausted> {
        self.spends = false;
        self.go_on(share)
    }

    fn go_on(&mut self, share: &Budget) -> Result<Outcome, Exhausted> {
        loop {
            match self.clauses.search(share) {
                Ok(Found::Nothing) => return Ok(Outcome::None),
                Ok(Found::Values) => {}
                Err(_) => {
                    self.arena.budget.check()?;
                    return Ok(Outcome::NodeLimit);
                }
            }
            self.arena.budget.check()?;
            let mask = self.structure.mask(self.arena, &self.root, &self.clauses);
            match self.examine(&mask)? {
                Examined::Excluded(lemmas) => {
                    for literals in lemmas {
                        self.clauses.lemma(literals);
                    }
                }
                Examined::Found(policy) => return Ok(Outcome::Found(policy)),
                Examined::Open(state) => {
                    if !self.structure.observe(self.arena, &self.root, &mut self.clauses, state) {
                        return Ok(Outcome::NodeLimit);
                    }
                }
                Examined::Unclear => return Ok(Outcome::NodeLimit),
            }
        }
    }

    /// What becomes of the case that the values of the variables are.
    fn examine(&mut self, mask: &Mask) -> Result<Examined, Exhausted> {
        let (arena, requirements) = (self.arena, self.requirements);
        let mut suggestions = Vec::new();
        for index in 0..requirements.len() {
            match relax_one(arena, requirements, index, mask)? {
                Relaxation::Impossible => return self.excluded(index, mask),
                Relaxation::Possible(suggestion) => suggestions.extend(suggestion),
            }
        }
        for suggestion in &suggestions {
            let candidate = arena.made_consistent(suggestion, mask, &self.sources);
            if Requirement::all_met_by(requirements, arena, &candidate)? {
                return Ok(Examined::Found(candidate));
            }
        }
        let suggestions: Vec<&Policy> = suggestions.iter().collect();
        let none = Nogoods::default();
        let open = branching_state(arena, requirements, mask, &self.sources, &suggestions, &none);
        Ok(open.map_or(Examined::Unclear, Examined::Open))
    }

    fn excluded(&mut self, requirement: usize, mask: &Mask) -> Result<Examined, Exhausted> {
        let mut visited = StateSet::with_capacity(self.arena.problem.mdp.states());
        let said = self.structure.visits().filter(|(_, literal)| self.clauses.value(*literal) == Some(true));
        visited.extend(said.map(|(state, _)| state));
        let case =
            Case { arena: self.arena, requirements: self.requirements, root: &self.root, mask, visited: &visited };
        let literal = |(fact, holds): (Fact, bool)| match fact {
            Fact::Takes(choice) => {
                let taken = self.structure.takes(self.arena, choice)?;
                Some(if holds { taken.negated() } else { taken })
            }
            Fact::Visits(state) => {
                let (_, visited) = self.structure.visits().find(|(other, _)| *other == state)?;
                Some(if holds { visited.negated() } else { visited })
            }
        };
        let reasons = match case.by_graph(requirement)? {
            Some(reasons) => reasons,
            None if !self.spends => return Ok(Examined::Unclear),
            None => {
                let reason = case.by_values(requirement)?;
                self.useless = if reason.len() > LARGEST { self.useless + 1 } else { 0 };
                if self.useless > MOST_USELESS {
                    return Ok(Examined::Unclear);
                }
                vec![reason]
            }
        };
        let lemmas: Option<Vec<Vec<Literal>>> =
            reasons.into_iter().map(|facts| facts.into_iter().map(literal).collect()).collect();
        Ok(lemmas.filter(|lemmas| !lemmas.is_empty()).map_or(Examined::Unclear, Examined::Excluded))
    }
}

/// What becomes of a case.
enum Examined {
    /// No policy is in it, for the sake of these lemmas.
    Excluded(Vec<Vec<Literal>>),
    /// This policy is.
    Found(Policy),
    /// What is done in this state is to be decided too.
    Open(StateId),
    /// Nothing excludes it, and nothing is found.
    Unclear,
}
