//! The fewest facts that shut situations off from the catastrophe: a least cut of the graph of choices.

use rustc_hash::FxHashMap;

use crate::mdp::{ChoiceId, Mask, Mdp, StateId, StateSet};
use crate::search::lemmas::Fact;
use crate::search::lemmas::reasons::Facts;

/// No end of capacity: no cut goes through.
const UNLIMITED: u32 = u32::MAX / 2;

/// A flow network. Each edge is followed by the one that takes its flow back.
#[derive(Default)]
struct Network {
    /// By node, its first edge; by edge, the next one of the node.
    first: Vec<Option<usize>>,
    next: Vec<Option<usize>>,
    to: Vec<usize>,
    /// What can still flow.
    left: Vec<u32>,
}

impl Network {
    fn node(&mut self) -> usize {
        self.first.push(None);
        self.first.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize, capacity: u32) {
        for (from, to, capacity) in [(from, to, capacity), (to, from, 0)] {
            self.next.push(self.first[from].replace(self.to.len()));
            self.to.push(to);
            self.left.push(capacity);
        }
    }

    /// Lets as much flow as can, one unit at a time along a shortest way; handed back is which nodes can be reached beside the
    /// flow. `None` if more than `most` can flow.
    fn saturate(&mut self, source: usize, sink: usize, most: usize) -> Option<Vec<bool>> {
        let mut by: Vec<Option<usize>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for _ in 0..=most {
            by.clear();
            by.resize(self.first.len(), None);
            open.clear();
            open.push(source);
            let mut next = 0;
            while let (Some(&node), None) = (open.get(next), by[sink]) {
                next += 1;
                for edge in std::iter::successors(self.first[node], |&edge| self.next[edge]) {
                    let target = self.to[edge];
                    if self.left[edge] > 0 && target != source && by[target].is_none() {
                        by[target] = Some(edge);
                        open.push(target);
                    }
                }
            }
            let mut node = sink;
            while let Some(edge) = by[node].filter(|_| node != source) {
                self.left[edge] -= 1;
                self.left[edge ^ 1] += 1;
                node = self.to[edge ^ 1];
            }
            if node == sink {
                return Some((0..by.len()).map(|node| node == source || by[node].is_some()).collect());
            }
        }
        None
    }
}

/// The fewest facts that keep the choices of `possible` from leading from the sources to the target. A choice that the mask does not
/// allow is ruled out by the fact against it. `None` where they get there anyway.
pub(super) fn least_cut(
    mdp: &Mdp,
    possible: &Mask,
    mask: &Mask,
    sources: &[StateId],
    target: &StateSet,
    against: impl Fn(ChoiceId) -> (Fact, bool),
) -> Option<Facts> {
    let mut network = Network::default();
    let (source, sink) = (network.node(), network.node());
    // By state, its node; 0 is the source.
    let mut nodes = vec![0; mdp.states()];
    let mut facts: FxHashMap<(Fact, bool), (usize, usize)> = FxHashMap::default();
    let mut open: Vec<StateId> = Vec::new();
    for &state in sources {
        if nodes[state] == 0 {
            nodes[state] = network.node();
            network.edge(source, nodes[state], UNLIMITED);
            open.push(state);
        }
    }
    while let Some(state) = open.pop() {
        let here = nodes[state];
        if target.contains(state) {
            network.edge(here, sink, UNLIMITED);
            continue;
        }
        for choice in possible.choices_of(mdp, state) {
            let from = if mask.allows(choice) {
                here
            } else {
                let (enter, leave) = *facts.entry(against(choice)).or_insert_with(|| {
                    let (enter, leave) = (network.node(), network.node());
                    network.edge(enter, leave, 1);
                    (enter, leave)
                });
                network.edge(here, enter, UNLIMITED);
                leave
            };
            for successor in mdp.successors(choice).filter(|&successor| successor != state) {
                if nodes[successor] == 0 {
                    nodes[successor] = network.node();
                    open.push(successor);
                }
                network.edge(from, nodes[successor], UNLIMITED);
            }
        }
    }
    let reached = network.saturate(source, sink, facts.len())?;
    let is_cut = |&(enter, leave): &(usize, usize)| reached[enter] && !reached[leave];
    let mut cut: Facts = facts.iter().filter(|(_, nodes)| is_cut(nodes)).map(|(&fact, _)| fact).collect();
    cut.sort_unstable();
    Some(cut)
}
