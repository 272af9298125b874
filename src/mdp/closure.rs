//! Reachability, the one loop behind every question of the form "what can be got to from here".

use crate::mdp::{StateId, StateSet};

/// The least set of states that holds `sources` and, with each state, the `next` ones. `count` is the number
/// of states.
#[must_use]
pub fn closure<I: IntoIterator<Item = StateId>>(
    count: usize,
    sources: impl IntoIterator<Item = StateId>,
    next: impl Fn(StateId) -> I,
) -> StateSet {
    let mut reached = StateSet::with_capacity(count);
    let mut open: Vec<StateId> = sources.into_iter().filter(|&source| !reached.put(source)).collect();
    while let Some(state) = open.pop() {
        open.extend(next(state).into_iter().filter(|&successor| !reached.put(successor)));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_got_to_and_nothing_else() {
        let next = |state: StateId| match state {
            0 => vec![1, 2],
            2 => vec![0, 2],
            _ => Vec::new(),
        };
        assert_eq!(closure(5, [0, 0], next).ones().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(closure(5, [3], next).ones().collect::<Vec<_>>(), [3]);
        assert!(closure(5, [], next).is_clear());
    }
}
