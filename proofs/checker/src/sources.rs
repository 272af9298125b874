//! Which states lead to a state.

use crate::model::{Model, index};

/// For each state, the states with a choice that leads there, once for each such choice.
pub(crate) struct Sources {
    ends: Vec<usize>,
    states: Vec<u32>,
}

impl Sources {
    /// Those by the choices that are allowed.
    pub(crate) fn new(model: &Model, allowed: impl Fn(usize) -> bool) -> Self {
        let mut ends = vec![0_usize; model.states()];
        for choice in (0..model.choices()).filter(|choice| allowed(*choice)) {
            for successor in model.successors(choice) {
                if let Some(count) = ends.get_mut(successor) {
                    *count = count.saturating_add(1);
                }
            }
        }
        // Each state's place begins where those of the earlier ones end, and moves on as it is filled.
        let mut total = 0_usize;
        for end in &mut ends {
            let begin = total;
            total = total.saturating_add(*end);
            *end = begin;
        }
        let mut states = vec![0; total];
        for (state, stored) in (0..model.states()).zip(0_u32..) {
            for choice in model.choices_of(state).filter(|choice| allowed(*choice)) {
                for successor in model.successors(choice) {
                    if let Some(end) = ends.get_mut(successor) {
                        if let Some(slot) = states.get_mut(*end) {
                            *slot = stored;
                        }
                        *end = end.saturating_add(1);
                    }
                }
            }
        }
        Self { ends, states }
    }

    /// The states that lead to one.
    pub(crate) fn of(&self, state: usize) -> impl Iterator<Item = usize> {
        let begin = state.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = begin.unwrap_or(0)..self.ends.get(state).copied().unwrap_or(0);
        self.states.get(range).unwrap_or(&[]).iter().map(|source| index(*source))
    }
}
