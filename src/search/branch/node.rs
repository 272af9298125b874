//! One case of the search: a mask, and what is known of it already.

use std::collections::HashSet;
use std::rc::Rc;

use crate::budget::Exhausted;
use crate::mdp::{ChoiceId, Mask, Policy, StateId};
use crate::search::arena::Arena;
use crate::search::branch::loss::costliest;
use crate::search::branch::nogood::{Cause, Nogoods};
use crate::search::branch::pins::{pinned_everywhere, pinned_wherever_possible};
use crate::search::branch::split::{alternatives, branching_state, decided};
use crate::search::requirement::{Relaxation, Requirement, visited};

/// Policies kept in mind; beyond, all are forgotten.
const MOST_REMEMBERED: usize = 4096;

/// What cases learn for one another.
#[derive(Default)]
pub(super) struct Memory {
    tried: Tried,
    nogoods: Nogoods,
}

/// Policies that were tried and refused, so that none is evaluated again and again.
#[derive(Default)]
struct Tried(HashSet<Policy>);

impl Tried {
    /// Whether the policy, which was not refused lately, satisfies all requirements.
    fn accepts(
        &mut self,
        arena: &Arena<'_>,
        requirements: &[Requirement<'_>],
        policy: &Policy,
    ) -> Result<bool, Exhausted> {
        if self.0.contains(policy) {
            return Ok(false);
        }
        if Requirement::all_met_by(requirements, arena, policy)? {
            return Ok(true);
        }
        if self.0.len() >= MOST_REMEMBERED {
            self.0.clear();
        }
        self.0.insert(policy.clone());
        Ok(false)
    }
}

/// For each requirement, the policy that does most for it, where it was relaxed.
type Relaxed = Vec<Option<Rc<Policy>>>;

/// A case.
pub(super) struct Node {
    mask: Mask,
    /// What sets it apart, one choice an observation.
    decisions: Vec<ChoiceId>,
    /// The optima of the case that this is a part of. As long as they are left, they are optima here.
    relaxed: Rc<Relaxed>,
    /// The same, with everything pinned that training may visit.
    pinned: Rc<Relaxed>,
}

/// What became of a case.
pub(super) enum Expanded {
    /// It has this policy.
    Found(Policy),
    /// It has none; why, where something excludes it.
    Closed(Option<Cause>),
    /// These cases, the last of them to be looked at first.
    Open(Vec<Node>),
}

impl Node {
    pub(super) fn root(mask: Mask, requirements: usize) -> Self {
        let nothing: Rc<Relaxed> = Rc::new(vec![None; requirements]);
        Self { mask, decisions: Vec::new(), relaxed: Rc::clone(&nothing), pinned: nothing }
    }

    /// Looks at the case, and learns from it if it is closed.
    pub(super) fn expand(
        self,
        arena: &Arena<'_>,
        requirements: &[Requirement<'_>],
        sources: &[StateId],
        memory: &mut Memory,
    ) -> Result<Expanded, Exhausted> {
        let decisions = self.decisions.clone();
        let expanded = self.split(arena, requirements, sources, memory)?;
        if let Expanded::Closed(Some(cause)) = expanded
            && !decisions.is_empty()
        {
            memory.nogoods.learn(arena, requirements, &decisions, cause)?;
        }
        Ok(expanded)
    }

    fn split(
        mut self,
        arena: &Arena<'_>,
        requirements: &[Requirement<'_>],
        sources: &[StateId],
        Memory { tried, nogoods }: &mut Memory,
    ) -> Result<Expanded, Exhausted> {
        if !nogoods.propagate(arena, requirements, &mut self.mask) {
            return Ok(Expanded::Closed(Some(Cause::Propagation)));
        }
        let relaxed = match relax(arena, requirements, &self.mask, &self.relaxed)? {
            Ok(relaxed) => relaxed,
            Err(impossible) => return Ok(Expanded::Closed(Some(Cause::Requirement(impossible)))),
        };
        let anything;
        let mut suggestions: Vec<&Policy> = relaxed.iter().flatten().map(Rc::as_ref).collect();
        if suggestions.is_empty() {
            anything = pinned_everywhere(arena, requirements, &self.mask);
            suggestions.push(&anything);
        }
        for suggestion in &suggestions {
            let candidate = arena.made_consistent(suggestion, &self.mask, sources);
            if tried.accepts(arena, requirements, &candidate)? {
                return Ok(Expanded::Found(candidate));
            }
        }
        let mut pinned = Rc::clone(&self.pinned);
        if let Some(mask) = pinned_wherever_possible(arena, requirements, &self.mask)
            && let Ok(found) = relax(arena, requirements, &mask, &self.pinned)?
        {
            for suggestion in found.iter().flatten() {
                let candidate = arena.made_consistent(suggestion, &mask, sources);
                if tried.accepts(arena, requirements, &candidate)? {
                    return Ok(Expanded::Found(candidate));
                }
            }
            pinned = Rc::new(found);
        }
        let mut costly = None;
        for (index, suggestion) in relaxed.iter().enumerate() {
            if let (Some(suggestion), None) = (suggestion, costly) {
                costly = costliest(arena, requirements, index, &self.mask, sources, suggestion)?;
            }
        }
        let open = || branching_state(arena, requirements, &self.mask, sources, &suggestions, nogoods);
        let Some(state) = costly.or_else(open) else { return Ok(Expanded::Closed(None)) };
        let relaxed_here = Rc::new(relaxed.clone());
        let node = |only: ChoiceId| Node {
            mask: decided(arena, &self.mask, only),
            decisions: self.decisions.iter().copied().chain([only]).collect(),
            relaxed: Rc::clone(&relaxed_here),
            pinned: Rc::clone(&pinned),
        };
        let choices = alternatives(arena, &self.mask, state, suggestions.first().copied());
        Ok(Expanded::Open(choices.into_iter().map(node).collect()))
    }
}

/// Relaxes each requirement within the mask, starting from optima of a larger mask; `Err` with the
/// first that is impossible.
fn relax(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    mask: &Mask,
    earlier: &Relaxed,
) -> Result<Result<Relaxed, usize>, Exhausted> {
    let mut relaxed = Vec::with_capacity(requirements.len());
    for (index, (requirement, earlier)) in requirements.iter().zip(earlier).enumerate() {
        if let Some(policy) = earlier
            && is_left(arena, mask, policy, &requirement.support())
        {
            relaxed.push(Some(within(arena, mask, policy)));
            continue;
        }
        match relax_one(arena, requirements, index, mask)? {
            Relaxation::Impossible => return Ok(Err(index)),
            Relaxation::Possible(suggestion) => relaxed.push(suggestion.map(Rc::new)),
        }
    }
    Ok(Ok(relaxed))
}

/// Relaxes one requirement within the mask.
pub(in crate::search) fn relax_one(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    index: usize,
    mask: &Mask,
) -> Result<Relaxation, Exhausted> {
    requirements[index].relax(arena, &narrowed_for(arena, requirements, index, mask))
}

/// Whether the relaxation of one requirement excludes the mask.
pub(in crate::search) fn is_impossible(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    index: usize,
    mask: &Mask,
) -> Result<bool, Exhausted> {
    let narrowed = narrowed_for(arena, requirements, index, mask);
    Ok(match requirements[index].possible_by_graph(arena, &narrowed) {
        Some(possible) => !possible,
        None => matches!(requirements[index].relax(arena, &narrowed)?, Relaxation::Impossible),
    })
}

/// What counts of a mask for one requirement. Where its situations are among those that a pin is about, only pinned choices do: a policy
/// that keeps to them wherever it comes from more situations does so wherever it comes from these.
pub(in crate::search) fn narrowed_for(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    index: usize,
    mask: &Mask,
) -> Mask {
    let about = requirements[index].support();
    let mut narrowed = mask.clone();
    for other in requirements {
        if let Requirement::Pinned { support, choices } = other
            && about.iter().all(|state| support.contains(state))
        {
            narrowed = narrowed.narrowed_to(&arena.problem.mdp, choices);
        }
    }
    narrowed
}

/// Whether the mask allows everything that the policy does from the sources.
fn is_left(arena: &Arena<'_>, mask: &Mask, policy: &Policy, sources: &[StateId]) -> bool {
    visited(arena, policy, sources).ones().all(|state| policy.choice(state).is_none_or(|choice| mask.allows(choice)))
}

/// The policy, with what the mask forbids replaced.
fn within(arena: &Arena<'_>, mask: &Mask, policy: &Rc<Policy>) -> Rc<Policy> {
    let mdp = &arena.problem.mdp;
    let forbidden = |state: StateId| policy.choice(state).is_some_and(|choice| !mask.allows(choice));
    if !(0..mdp.states()).any(forbidden) {
        return Rc::clone(policy);
    }
    let choice = |state| match policy.choice(state) {
        Some(choice) if !mask.allows(choice) => mask.choices_of(mdp, state).next(),
        own => own,
    };
    Rc::new(Policy::new((0..mdp.states()).map(choice).collect()))
}
