//! The states that a policy visits, as Booleans: closed under what it does.

use std::collections::BTreeMap;

use crate::mdp::{Mask, StateId, StateSet};
use crate::search::flow::Encoder;
use crate::smt::{BoolVar, Formula, Literal};
use crate::solve::reachable_under;

/// A variable a state, true wherever the policy gets from the sources (and perhaps elsewhere: every
/// constraint on visited states is only harder to satisfy then).
pub(super) struct Visits {
    variables: BTreeMap<StateId, BoolVar>,
}

impl Visits {
    /// The literal that takes a clause away where the state is not visited; `None` if it cannot be.
    pub(super) fn of(&self, state: StateId) -> Option<BoolVar> {
        self.variables.get(&state).copied()
    }
}

impl Encoder<'_> {
    /// Visited states take choices of `allowed` only, and none of them is in `forbidden`.
    pub(super) fn visits(
        &mut self,
        sources: &[StateId],
        allowed: Option<&Mask>,
        forbidden: Option<&StateSet>,
    ) -> Visits {
        let mdp = self.mdp();
        let mut mask = self.policy.mask.clone();
        if let Some(allowed) = allowed {
            for state in 0..mdp.states() {
                mask.restrict_at(mdp, state, allowed);
            }
        }
        let region = reachable_under(mdp, &mask, sources.iter().copied());
        let variables: BTreeMap<StateId, BoolVar> =
            region.ones().map(|state| (state, self.solver.bool_var())).collect();
        for source in sources {
            self.solver.assert(variables[source].into());
        }
        for (&state, &visited) in &variables {
            if forbidden.is_some_and(|forbidden| forbidden.contains(state)) {
                self.solver.assert((!visited).into());
                continue;
            }
            for (choice, taken) in self.policy.choices_of(mdp, state) {
                let unless: Vec<Literal> = std::iter::once(!visited).chain(taken.unless()).collect();
                if !mask.allows(choice) {
                    self.solver.assert(Formula::clause(unless));
                    continue;
                }
                for successor in mdp.successors(choice).filter(|&successor| successor != state) {
                    let clause = unless.iter().copied().chain([variables[&successor].into()]);
                    self.solver.assert(Formula::clause(clause));
                }
            }
        }
        Visits { variables }
    }
}
