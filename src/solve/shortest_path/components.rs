//! Strongly connected components (Tarjan, *SIAM J. Comput.* 1, 1972), without recursion.

use std::ops::Range;

/// Components in one list, successors first.
#[derive(Debug, Default)]
pub(super) struct Components {
    members: Vec<u32>,
    ends: Vec<u32>,
}

impl Components {
    /// The components, each as its nodes, in an order in which what a component leads to comes before it.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.members[start as usize..end as usize])
    }
}

/// Components of the graph on `nodes`. The edges of a node are numbered `edges(node)`; `target(edge)` is where one leads,
/// `None` for an edge to be ignored.
pub(super) fn components(
    count: usize,
    nodes: impl Iterator<Item = u32>,
    edges: impl Fn(u32) -> Range<u32>,
    target: impl Fn(u32) -> Option<u32>,
) -> Components {
    let mut search = Search { index: vec![0; count], low: vec![0; count], stack: Vec::new(), next: 1 };
    let mut result = Components::default();
    let mut frames: Vec<(u32, Range<u32>)> = Vec::new();
    for root in nodes {
        if search.index[root as usize] != 0 {
            continue;
        }
        search.enter(root);
        frames.push((root, edges(root)));
        while let Some((node, rest)) = frames.last_mut() {
            let node = *node;
            let Some(edge) = rest.next() else {
                frames.pop();
                let low = search.low[node as usize];
                if low == search.index[node as usize] {
                    search.leave(node, &mut result);
                }
                if let Some(&(parent, _)) = frames.last() {
                    let of_parent = &mut search.low[parent as usize];
                    *of_parent = (*of_parent).min(low);
                }
                continue;
            };
            let Some(next) = target(edge) else { continue };
            match search.index[next as usize] {
                0 => {
                    search.enter(next);
                    frames.push((next, edges(next)));
                }
                DONE => {}
                known => {
                    let low = &mut search.low[node as usize];
                    *low = (*low).min(known);
                }
            }
        }
    }
    result
}

/// The index of nodes whose component is complete.
const DONE: u32 = u32::MAX;

struct Search {
    /// 0 for nodes that have not been met.
    index: Vec<u32>,
    low: Vec<u32>,
    stack: Vec<u32>,
    next: u32,
}

impl Search {
    fn enter(&mut self, node: u32) {
        self.index[node as usize] = self.next;
        self.low[node as usize] = self.next;
        self.next += 1;
        self.stack.push(node);
    }

    fn leave(&mut self, root: u32, result: &mut Components) {
        while let Some(node) = self.stack.pop() {
            self.index[node as usize] = DONE;
            result.members.push(node);
            if node == root {
                break;
            }
        }
        result.ends.push(u32::try_from(result.members.len()).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lists: &[&[u32]]) -> Vec<Vec<u32>> {
        let ends: Vec<u32> = lists
            .iter()
            .scan(0, |sum, list| {
                *sum += u32::try_from(list.len()).expect("a small graph");
                Some(*sum)
            })
            .collect();
        let flat = lists.concat();
        let nodes = 0..u32::try_from(lists.len()).expect("a small graph");
        let edges = |node: u32| if node == 0 { 0..ends[0] } else { ends[node as usize - 1]..ends[node as usize] };
        let list = components(lists.len(), nodes, edges, |edge| Some(flat[edge as usize]).filter(|&next| next != 9));
        let sorted = list.iter().map(|component| {
            let mut component = component.to_vec();
            component.sort_unstable();
            component
        });
        sorted.collect()
    }

    #[test]
    fn components_come_successors_first() {
        assert_eq!(found(&[&[1], &[2, 0], &[3], &[2, 9], &[0, 4]]), [vec![2, 3], vec![0, 1], vec![4]]);
        assert_eq!(found(&[&[], &[0], &[1, 0]]), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn a_long_path_does_not_exhaust_the_stack() {
        let count = 200_000u32;
        let edges = |node: u32| node..(node + 1).min(count - 1);
        let list = components(count as usize, 0..count, edges, |edge| Some(edge + 1));
        assert_eq!(list.iter().count(), count as usize);
        assert_eq!(list.iter().next(), Some(&[count - 1][..]));
    }
}
