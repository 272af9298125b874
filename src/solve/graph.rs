//! Graph analysis of masked MDPs: everything that depends on supports alone.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::mdp::{ChoiceId, Mask, Mdp, Policy, StateId, StateSet, closure};

/// The states reached from `sources` (these included) by policies that use only allowed choices.
#[must_use]
pub fn reachable_under(mdp: &Mdp, mask: &Mask, sources: impl IntoIterator<Item = StateId>) -> StateSet {
    let successors = |state| mask.choices_of(mdp, state).flat_map(|choice| mdp.successors(choice));
    closure(mdp.states(), sources, successors)
}

/// The states that can reach `target` through allowed choices, the target included.
#[must_use]
pub fn able_to_reach(mdp: &Mdp, mask: &Mask, target: &StateSet) -> StateSet {
    let predecessors = Predecessors::new(mdp, mask);
    closure(mdp.states(), target.ones(), |state| predecessors.of(state).iter().map(|&choice| mdp.state_of(choice)))
}

/// The states from which some policy of allowed choices reaches `target` with probability 1, and one that does from all of
/// them; elsewhere it takes the first choice.
#[must_use]
pub fn surely_reaching(mdp: &Mdp, mask: &Mask, target: &StateSet) -> (StateSet, Policy) {
    let Attractor { states, closer } = almost_surely_reaching(mdp, mask, target);
    let choice = |(state, closer): (StateId, Option<ChoiceId>)| closer.or_else(|| mask.choices_of(mdp, state).next());
    (states, Policy::new(closer.into_iter().enumerate().map(choice).collect()))
}

/// For each state, the choices that lead into it.
pub(super) struct Predecessors {
    /// Those into the first state, then those into the second one, and so on.
    choices: Vec<ChoiceId>,
    /// Where those of each state begin; one more at the end.
    begins: Vec<usize>,
}

impl Predecessors {
    pub(super) fn new(mdp: &Mdp, mask: &Mask) -> Self {
        let allowed = || (0..mdp.choices()).filter(|&choice| mask.allows(choice));
        // First the end of each state's part, which moves to its beginning as it is filled from the back.
        let mut begins = vec![0; mdp.states() + 1];
        for successor in allowed().flat_map(|choice| mdp.successors(choice)) {
            begins[successor] += 1;
        }
        let mut end = 0;
        for begin in &mut begins {
            end += *begin;
            *begin = end;
        }
        let mut choices = vec![0; end];
        for choice in allowed().collect::<Vec<_>>().into_iter().rev() {
            for successor in mdp.successors(choice) {
                begins[successor] -= 1;
                choices[begins[successor]] = choice;
            }
        }
        Self { choices, begins }
    }

    fn of(&self, state: StateId) -> &[ChoiceId] {
        &self.choices[self.begins[state]..self.begins[state + 1]]
    }
}

/// The states that can reach `target` through allowed choices of states `within`, and for each of them
/// outside the target a choice one step closer.
pub(super) struct Attractor {
    pub(super) states: StateSet,
    pub(super) closer: Vec<Option<ChoiceId>>,
}

pub(super) fn attractor(
    mdp: &Mdp,
    predecessors: &Predecessors,
    target: &StateSet,
    usable: impl Fn(ChoiceId) -> bool,
) -> Attractor {
    let mut states = StateSet::with_capacity(mdp.states());
    states.union_with(target);
    let mut closer = vec![None; mdp.states()];
    let mut layer: Vec<StateId> = target.ones().collect();
    while !layer.is_empty() {
        let mut next = Vec::new();
        for state in layer {
            for &choice in predecessors.of(state) {
                let owner = mdp.state_of(choice);
                if !states.contains(owner) && usable(choice) {
                    states.insert(owner);
                    closer[owner] = Some(choice);
                    next.push(owner);
                }
            }
        }
        layer = next;
    }
    Attractor { states, closer }
}

/// The states from which some policy reaches `target` with probability 1, with the choices of one.
///
/// Greatest fixpoint over "can reach the target by choices that never leave the set".
pub(super) fn almost_surely_reaching(mdp: &Mdp, mask: &Mask, target: &StateSet) -> Attractor {
    let predecessors = Predecessors::new(mdp, mask);
    let mut current = attractor(mdp, &predecessors, target, |_| true);
    loop {
        let stays = |choice| mdp.successors(choice).all(|successor| current.states.contains(successor));
        let next = attractor(mdp, &predecessors, target, stays);
        if next.states == current.states {
            return next;
        }
        current = next;
    }
}

/// The states from which some policy is absorbed with probability 1.
#[must_use]
pub fn almost_surely_absorbed(mdp: &Mdp, mask: &Mask) -> StateSet {
    almost_surely_reaching(mdp, mask, &absorbing_states(mdp)).states
}

/// The states outside `target` from which some policy surely never reaches it, with a choice that stays.
///
/// Absorbing states outside the target are among them.
pub(super) fn surely_avoiding(mdp: &Mdp, mask: &Mask, target: &StateSet) -> Attractor {
    let mut states: StateSet = (0..mdp.states()).filter(|&state| !target.contains(state)).collect();
    states.grow(mdp.states());
    let predecessors = Predecessors::new(mdp, mask);
    let mut staying: Vec<usize> = (0..mdp.states()).map(|state| mask.choices_of(mdp, state).count()).collect();
    let mut leaves = vec![false; mdp.choices()];
    let mut removed: Vec<StateId> = target.ones().collect();
    while let Some(gone) = removed.pop() {
        for &choice in predecessors.of(gone) {
            let owner = mdp.state_of(choice);
            if !leaves[choice] {
                leaves[choice] = true;
                staying[owner] -= 1;
                if staying[owner] == 0 && states.contains(owner) {
                    states.set(owner, false);
                    removed.push(owner);
                }
            }
        }
    }
    let closer = (0..mdp.states())
        .map(|state| mask.choices_of(mdp, state).find(|&choice| states.contains(state) && !leaves[choice]))
        .collect();
    Attractor { states, closer }
}

/// Whether some policy, from all of these states, only ever gets to where the mask leaves a choice, and takes such choices.
#[must_use]
pub fn can_keep_to(mdp: &Mdp, mask: &Mask, sources: &[StateId]) -> bool {
    let mut stuck: StateSet = (0..mdp.states())
        .filter(|&state| !mdp.is_absorbing(state) && mask.choices_of(mdp, state).next().is_none())
        .collect();
    stuck.grow(mdp.states());
    let keeping = surely_avoiding(mdp, mask, &stuck).states;
    sources.iter().all(|&state| keeping.contains(state))
}

/// A maximal end component: states and choices that can be kept to forever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndComponent {
    /// Its states.
    pub states: Vec<StateId>,
    /// Its choices.
    pub choices: Vec<ChoiceId>,
}

/// The maximal end components of the masked MDP. Absorbing states, which have no choices, are in none.
#[must_use]
pub fn end_components(mdp: &Mdp, mask: &Mask) -> Vec<EndComponent> {
    let mut kept: Mask = mask.clone();
    let mut candidates: Vec<Vec<StateId>> = vec![(0..mdp.states()).filter(|&state| !mdp.is_absorbing(state)).collect()];
    let mut found = Vec::new();
    while let Some(candidate) = candidates.pop() {
        let mut inside = vec![usize::MAX; if candidate.is_empty() { 0 } else { mdp.states() }];
        for component in components_within(mdp, &kept, &candidate) {
            for &state in &component {
                inside[state] = component[0];
            }
            let mut removed = false;
            for &state in &component {
                for choice in mdp.choices_of(state) {
                    if kept.allows(choice) && !mdp.successors(choice).all(|next| inside[next] == component[0]) {
                        kept.forbid(choice);
                        removed = true;
                    }
                }
            }
            let alive: Vec<StateId> =
                component.iter().copied().filter(|&state| kept.choices_of(mdp, state).next().is_some()).collect();
            for &state in &component {
                inside[state] = usize::MAX;
            }
            if alive.is_empty() {
                continue;
            }
            if removed {
                candidates.push(alive);
            } else {
                let choices = alive.iter().flat_map(|&state| kept.choices_of(mdp, state)).collect();
                found.push(EndComponent { states: alive, choices });
            }
        }
    }
    found
}

/// Strongly connected components of the graph of allowed choices on `states`.
fn components_within(mdp: &Mdp, mask: &Mask, states: &[StateId]) -> Vec<Vec<StateId>> {
    let mut position = std::collections::HashMap::with_capacity(states.len());
    for (index, &state) in states.iter().enumerate() {
        position.insert(state, index);
    }
    components(states.len(), |index| {
        mask.choices_of(mdp, states[index])
            .flat_map(|choice| mdp.successors(choice))
            .filter_map(|successor| position.get(&successor).copied())
            .collect()
    })
    .into_iter()
    .map(|component| component.into_iter().map(|index| states[index]).collect())
    .collect()
}

/// Strongly connected components of a graph on `0..count`, successors first.
pub(super) fn components(count: usize, successors: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(count, count * 2);
    for _ in 0..count {
        graph.add_node(());
    }
    for node in 0..count {
        for successor in successors(node) {
            graph.add_edge(NodeIndex::new(node), NodeIndex::new(successor), ());
        }
    }
    kosaraju_scc(&graph).into_iter().map(|component| component.into_iter().map(NodeIndex::index).collect()).collect()
}

/// The absorbing states.
pub(super) fn absorbing_states(mdp: &Mdp) -> StateSet {
    let mut states = StateSet::with_capacity(mdp.states());
    states.extend((0..mdp.states()).filter(|&state| mdp.is_absorbing(state)));
    states
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::{MdpBuilder, Rational};

    /// `a ⇄ b` can be kept to forever; `c` leaves with positive probability whatever it does.
    fn two_loops() -> Mdp {
        let mut builder = MdpBuilder::default();
        let [a, b, c, end] = ["a", "b", "c", "end"].map(|name| builder.state(name));
        builder.absorbing(end);
        let half = Rational::ONE / Rational::from(2);
        builder.choice(a, "on", [(b, Rational::ONE)]);
        builder.choice(b, "back", [(a, Rational::ONE)]);
        builder.choice(b, "on", [(c, Rational::ONE)]);
        builder.choice(c, "try", [(a, half.clone()), (end, half)]);
        builder.build().expect("valid").mdp
    }

    #[test]
    fn end_components_are_what_can_be_kept_to() {
        let mdp = two_loops();
        let found = end_components(&mdp, &Mask::all(&mdp));
        assert_eq!(found.len(), 1);
        let mut states = found[0].states.clone();
        states.sort_unstable();
        assert_eq!(states, [0, 1]);
        assert_eq!(found[0].choices.len(), 2);
    }

    #[test]
    fn sure_and_almost_sure_sets() {
        let mdp = two_loops();
        let mask = Mask::all(&mdp);
        let end = absorbing_states(&mdp);
        assert_eq!(almost_surely_reaching(&mdp, &mask, &end).states.ones().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(surely_avoiding(&mdp, &mask, &end).states.ones().collect::<Vec<_>>(), [0, 1]);
    }
}
