//! The graph of a model turned around, in compressed rows.

use crate::mdp::Mdp;

/// For each state, the choices that lead into it.
#[derive(Debug)]
pub(super) struct Incoming {
    first: Vec<u32>,
    choice: Vec<u32>,
}

impl Incoming {
    pub(super) fn new(mdp: &Mdp) -> Self {
        let rows = mdp.compressed();
        let mut first = vec![0u32; mdp.states() + 2];
        for &target in rows.target {
            first[target as usize + 2] += 1;
        }
        for state in 2..first.len() {
            first[state] += first[state - 1];
        }
        let mut choices = vec![0u32; rows.target.len()];
        for (number, choice) in (0u32..).zip(0..mdp.choices()) {
            for &target in rows.targets(choice) {
                let slot = &mut first[target as usize + 1];
                choices[*slot as usize] = number;
                *slot += 1;
            }
        }
        first.pop();
        Self { first, choice: choices }
    }

    pub(super) fn of(&self, state: usize) -> &[u32] {
        &self.choice[self.first[state] as usize..self.first[state + 1] as usize]
    }
}
