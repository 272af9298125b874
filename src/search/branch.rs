//! Branch and bound over what a policy does in each observation, every bound an exact masked solve.
//!
//! A node is a mask: some observations are decided, the others open. At each node
//!
//! 1. pins are propagated: in states that every remaining policy surely visits from the training support,
//!    only optimal choices are left;
//! 2. each requirement is relaxed (aliasing and the other requirements ignored); if one is impossible the
//!    node is closed;
//! 3. the relaxed optima, made consistent, are tried exactly;
//! 4. an observation is chosen and each of its actions is a child.
//!
//! The search ends by itself: each branch decides an observation. Closing every node is a proof by cases
//! that no deterministic policy of the class satisfies the requirements.

use crate::budget::Exhausted;
use crate::mdp::{Mask, Policy, StateId, StateSet};
use crate::search::arena::Arena;
use crate::search::requirement::{Relaxation, Requirement, visited};
use crate::solve::reachable_under;

/// How a search for a policy ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// This policy satisfies all requirements, checked exactly.
    Found(Policy),
    /// No deterministic policy of the class does.
    None,
    /// No policy at all does, randomised ones included: the relaxation at the root excludes it.
    NoneEvenRandomised,
    /// Nodes were left when the limit was reached.
    NodeLimit,
}

/// Looks for a deterministic policy of the class that satisfies all requirements.
///
/// With `node_limit` the search gives up after so many nodes.
///
/// # Errors
/// When the budget is exhausted.
pub fn find_policy(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    node_limit: Option<usize>,
) -> Result<Outcome, Exhausted> {
    let sources = sources_of(requirements);
    let mut open = vec![arena.everything().clone()];
    let mut nodes = 0usize;
    while let Some(mut mask) = open.pop() {
        arena.budget.check()?;
        if node_limit.is_some_and(|limit| nodes >= limit) {
            return Ok(Outcome::NodeLimit);
        }
        nodes += 1;
        let Some(suggestions) = relax_all(arena, requirements, &mut mask)? else {
            if nodes == 1 {
                return Ok(Outcome::NoneEvenRandomised);
            }
            continue;
        };
        if let Some(found) = try_candidates(arena, requirements, &mask, &sources, &suggestions)? {
            return Ok(Outcome::Found(found));
        }
        if let Some(state) = branching_state(arena, requirements, &mask, &sources, &suggestions) {
            open.extend(children(arena, &mask, state, suggestions.first()));
        }
    }
    Ok(Outcome::None)
}

fn sources_of(requirements: &[Requirement<'_>]) -> Vec<StateId> {
    let mut sources: Vec<StateId> = requirements.iter().flat_map(Requirement::support).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// Propagates and relaxes; `None` closes the node.
fn relax_all(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    mask: &mut Mask,
) -> Result<Option<Vec<Policy>>, Exhausted> {
    for requirement in requirements {
        if let Requirement::Pinned { support, choices } = requirement
            && !propagate(arena, support, choices, mask)
        {
            return Ok(None);
        }
    }
    let mut suggestions = Vec::new();
    for requirement in requirements {
        match requirement.relax(arena, mask)? {
            Relaxation::Impossible => return Ok(None),
            Relaxation::Possible(suggestion) => suggestions.extend(suggestion),
        }
    }
    if suggestions.is_empty() {
        suggestions.push(pinned_everywhere(arena, requirements, mask));
    }
    Ok(Some(suggestions))
}

/// Restricts what is done in surely visited states to pinned choices. `false` if some state has none left.
fn propagate(arena: &Arena<'_>, support: &[StateId], choices: &Mask, mask: &mut Mask) -> bool {
    let mdp = &arena.problem.mdp;
    let mut sure = StateSet::with_capacity(mdp.states());
    let mut open: Vec<StateId> = Vec::new();
    for &state in support {
        if !sure.put(state) {
            open.push(state);
        }
    }
    // Restricting an observation may leave a single choice in a state seen before: look again until nothing changes.
    loop {
        let mut changed = false;
        while let Some(state) = open.pop() {
            changed |= arena.restrict_observation(mask, state, |choice| choices.allows(choice));
            if !mdp.is_absorbing(state) && mask.choices_of(mdp, state).next().is_none() {
                return false;
            }
            follow(arena, mask, state, &mut sure, &mut open);
        }
        if !changed {
            return true;
        }
        for state in sure.ones().collect::<Vec<_>>() {
            follow(arena, mask, state, &mut sure, &mut open);
            if !mdp.is_absorbing(state) && mask.choices_of(mdp, state).next().is_none() {
                return false;
            }
        }
    }
}

fn follow(arena: &Arena<'_>, mask: &Mask, state: StateId, sure: &mut StateSet, open: &mut Vec<StateId>) {
    let mdp = &arena.problem.mdp;
    if let (Some(only), false) = (mask.choices_of(mdp, state).next(), arena.is_undecided(mask, state)) {
        for successor in mdp.successors(only) {
            if !sure.put(successor) {
                open.push(successor);
            }
        }
    }
}

/// A policy of the mask that takes pinned choices wherever it can.
fn pinned_everywhere(arena: &Arena<'_>, requirements: &[Requirement<'_>], mask: &Mask) -> Policy {
    let mdp = &arena.problem.mdp;
    Policy::new(
        (0..mdp.states())
            .map(|state| {
                let pinned = |choice: &usize| {
                    requirements.iter().all(
                        |requirement| !matches!(requirement, Requirement::Pinned { choices, .. } if !choices.allows(*choice)),
                    )
                };
                mask.choices_of(mdp, state).find(pinned).or_else(|| mask.choices_of(mdp, state).next())
            })
            .collect(),
    )
}

fn try_candidates(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    mask: &Mask,
    sources: &[StateId],
    suggestions: &[Policy],
) -> Result<Option<Policy>, Exhausted> {
    let accepted = |policy: &Policy| requirements.iter().all(|requirement| requirement.is_met_by(arena, policy));
    for suggestion in suggestions {
        let candidate = arena.made_consistent(suggestion, mask, sources);
        if accepted(&candidate) {
            return Ok(Some(candidate));
        }
    }
    // Pinning everything that training may visit gives policies that training may really return.
    let mut pinned = mask.clone();
    let mut any = false;
    for requirement in requirements {
        if let Requirement::Pinned { support, choices } = requirement {
            any = true;
            if !pin_possible_visits(arena, support, choices, &mut pinned) {
                return Ok(None);
            }
        }
    }
    if !any || &pinned == mask {
        return Ok(None);
    }
    for requirement in requirements {
        if let Relaxation::Possible(Some(suggestion)) = requirement.relax(arena, &pinned)? {
            let candidate = arena.made_consistent(&suggestion, &pinned, sources);
            if accepted(&candidate) {
                return Ok(Some(candidate));
            }
        }
    }
    Ok(None)
}

/// Restricts every state that some pinned policy visits; `false` if a state would be left without a choice.
fn pin_possible_visits(arena: &Arena<'_>, support: &[StateId], choices: &Mask, mask: &mut Mask) -> bool {
    let mdp = &arena.problem.mdp;
    let mut both = mask.clone();
    for state in 0..mdp.states() {
        both.restrict_at(mdp, state, choices);
    }
    for state in reachable_under(mdp, &both, support.iter().copied()).ones() {
        arena.restrict_observation(mask, state, |choice| choices.allows(choice));
        if !mdp.is_absorbing(state) && mask.choices_of(mdp, state).next().is_none() {
            return false;
        }
    }
    true
}

/// A state whose observation is to be decided next; `None` at a leaf.
fn branching_state(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    mask: &Mask,
    sources: &[StateId],
    suggestions: &[Policy],
) -> Option<StateId> {
    let undecided = |state: &StateId| arena.is_undecided(mask, *state);
    // A tie in a state that training surely visits.
    for requirement in requirements {
        if let Requirement::Pinned { support, .. } = requirement {
            let mut sure = StateSet::with_capacity(arena.problem.mdp.states());
            let mut open: Vec<StateId> = support.clone();
            sure.extend(support.iter().copied());
            while let Some(state) = open.pop() {
                if undecided(&state) {
                    return Some(state);
                }
                follow(arena, mask, state, &mut sure, &mut open);
            }
        }
    }
    // An observation in which a relaxed optimum disagrees with itself.
    if let Some(state) = suggestions.iter().find_map(|suggestion| disagreement(arena, mask, sources, suggestion)) {
        return Some(state);
    }
    let visited_by_suggestion =
        suggestions.iter().find_map(|suggestion| visited(arena, suggestion, sources).ones().find(undecided));
    visited_by_suggestion
        .or_else(|| reachable_under(&arena.problem.mdp, mask, sources.iter().copied()).ones().find(undecided))
}

/// A state that a policy of the full state visits, and in which it does other than in one that looks alike.
pub(super) fn disagreement(arena: &Arena<'_>, mask: &Mask, sources: &[StateId], policy: &Policy) -> Option<StateId> {
    if arena.fully_observed {
        return None;
    }
    let mdp = &arena.problem.mdp;
    let mut action: Vec<Option<usize>> = vec![None; arena.observation.count()];
    for state in visited(arena, policy, sources).ones().filter(|&state| arena.is_undecided(mask, state)) {
        let own = policy.choice(state).map(|choice| mdp.action_id(choice));
        let slot = &mut action[arena.observation.of(state)];
        if slot.is_some() && *slot != own {
            return Some(state);
        }
        *slot = own;
    }
    None
}

/// One child an action, the suggested one to be explored first.
pub(super) fn children(arena: &Arena<'_>, mask: &Mask, state: StateId, suggestion: Option<&Policy>) -> Vec<Mask> {
    let mdp = &arena.problem.mdp;
    let mut actions: Vec<usize> = mask.choices_of(mdp, state).collect();
    let preferred = suggestion.and_then(|policy| policy.choice(state));
    actions.sort_by_key(|&choice| Some(choice) == preferred);
    actions
        .into_iter()
        .map(|only| {
            let mut child = mask.clone();
            arena.restrict_observation(&mut child, state, |choice| choice == only);
            child
        })
        .collect()
}
