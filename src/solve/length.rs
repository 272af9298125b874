//! How long the exact values of a policy are, estimated from its graph: whether it is worth while to write them out.

use dashu_base::BitTest;

use crate::mdp::{Mdp, Rational, StateId, closure};
use crate::solve::Behaviour;
use crate::solve::graph::components;

/// All exact values together may have so many bits to count as short.
const SHORT: usize = 1 << 22;

/// Whether the exact values of a policy, at all states that it visits from `sources`, are short enough to be computed without a thought.
///
/// A value is a fraction whose denominator divides the product of the denominators of all rows that it depends on in
/// its own strongly connected component, times those of components that follow. The estimate is the sum over states.
#[must_use]
pub fn values_are_short(mdp: &Mdp, behaviour: Behaviour<'_>, discount: &Rational, sources: &[StateId]) -> bool {
    let next = |state: StateId| -> Vec<StateId> {
        behaviour.taken(state).iter().flat_map(|(choice, _)| mdp.successors(*choice)).collect()
    };
    let visited: Vec<StateId> = closure(mdp.states(), sources.iter().copied(), next).ones().collect();
    let mut position = vec![usize::MAX; mdp.states()];
    for (index, &state) in visited.iter().enumerate() {
        position[state] = index;
    }
    let bits = |number: &Rational| number.denominator().bit_len();
    let row_bits = |state: StateId| -> usize {
        let taken = behaviour.taken(state);
        let longest = taken.iter().flat_map(|(choice, weight)| {
            mdp.row(*choice).map(move |(_, probability)| bits(probability) + bits(weight))
        });
        longest.max().unwrap_or(0) + bits(discount)
    };
    let mut length = vec![0usize; visited.len()];
    let mut total = 0usize;
    for component in
        components(visited.len(), |index| next(visited[index]).into_iter().map(|state| position[state]).collect())
    {
        let after = component.iter().flat_map(|&index| next(visited[index])).map(|state| length[position[state]]).max();
        let own: usize = component.iter().map(|&index| row_bits(visited[index])).sum();
        let longest = after.unwrap_or(0).saturating_add(own);
        for &index in &component {
            length[index] = longest;
        }
        total = total.saturating_add(longest.saturating_mul(component.len()));
        if total > SHORT {
            return false;
        }
    }
    true
}
