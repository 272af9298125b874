//! Strongly connected components (Tarjan, *SIAM J. Comput.* 1, 1972), without recursion.

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

/// Components of the graph on `nodes`. `successor(node, k)` is the `k`-th successor, `None` after the last one;
/// `Some(None)` is an edge to be ignored.
pub(super) fn components(
    count: usize,
    nodes: impl Iterator<Item = u32>,
    successor: impl Fn(u32, usize) -> Option<Option<u32>>,
) -> Components {
    let mut search = Search { index: vec![0; count], low: vec![0; count], stack: Vec::new(), next: 1 };
    let mut result = Components::default();
    let mut frames: Vec<(u32, usize)> = Vec::new();
    for root in nodes {
        if search.index[root as usize] != 0 {
            continue;
        }
        search.enter(root);
        frames.push((root, 0));
        while let Some((node, edge)) = frames.last_mut() {
            let node = *node;
            match successor(node, *edge) {
                Some(None) => *edge += 1,
                Some(Some(next)) => {
                    *edge += 1;
                    let known = search.index[next as usize];
                    if known == 0 {
                        search.enter(next);
                        frames.push((next, 0));
                    } else if known != DONE {
                        let low = &mut search.low[node as usize];
                        *low = (*low).min(known);
                    }
                }
                None => {
                    frames.pop();
                    let low = search.low[node as usize];
                    if low == search.index[node as usize] {
                        search.leave(node, &mut result);
                    }
                    if let Some(&(parent, _)) = frames.last() {
                        let of_parent = &mut search.low[parent as usize];
                        *of_parent = (*of_parent).min(low);
                    }
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

    fn found(edges: &[&[u32]]) -> Vec<Vec<u32>> {
        let nodes = 0..u32::try_from(edges.len()).expect("a small graph");
        let list = components(edges.len(), nodes, |node, edge| {
            edges[node as usize].get(edge).map(|&next| (next != 9).then_some(next))
        });
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
        let list = components(count as usize, 0..count, |node, edge| {
            (edge == 0 && node + 1 < count).then_some(Some(node + 1))
        });
        assert_eq!(list.iter().count(), count as usize);
        assert_eq!(list.iter().next(), Some(&[count - 1][..]));
    }
}
