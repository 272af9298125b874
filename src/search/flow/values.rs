//! Values of the policy, bounded from the side that a demand on every distribution needs.

use std::collections::BTreeMap;

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Rational, StateId};
use crate::search::flow::Encoder;
use crate::search::flow::region::between;
use crate::smt::{Formula, LinExpr, Literal};
use crate::solve::reachable_under;

/// A linear expression a state, a constant where there is none.
pub(super) struct Values {
    known: BTreeMap<StateId, LinExpr>,
}

impl Values {
    pub(super) fn of(&self, state: StateId) -> LinExpr {
        self.known.get(&state).cloned().unwrap_or_default()
    }
}

impl Encoder<'_> {
    /// `v ≤ r + γPv` under the policy: `v` is at most its value, and may be equal.
    ///
    /// An undiscounted value is −∞ where the policy may go on forever. There the inequality has no finite
    /// solution (cycles of an admissible model cost something), so it is demanded only of visited states:
    /// with a bound on the value from the sources, the policy stops on these.
    pub(super) fn lower_values(&mut self, reward: RewardName, sources: &[StateId]) -> Result<Values, Exhausted> {
        let mdp = self.mdp();
        let discount = self.arena.discount().clone();
        let best = self.arena.best(reward)?;
        let visits = (discount == Rational::ONE).then(|| self.visits(sources, None, None));
        let region = reachable_under(mdp, &self.policy.mask, sources.iter().copied());
        let mut values = Values { known: BTreeMap::new() };
        for state in region.ones().filter(|&state| !mdp.is_absorbing(state)) {
            let variable = LinExpr::from(self.solver.real_var());
            if let Some(most) = best.values[state].finite() {
                // Implied, and known to the solver from the start this way.
                self.solver.assert(variable.clone().le(most).into());
            }
            values.known.insert(state, variable);
        }
        for state in region.ones() {
            let visited = visits.as_ref().and_then(|visits| visits.of(state)).map(|visited| !visited);
            for (choice, taken) in self.policy.choices_of(mdp, state) {
                let next: LinExpr =
                    mdp.row(choice).map(|(target, probability)| values.of(target) * &(probability * &discount)).sum();
                let bound = values.of(state).le(next + &self.arena.reward(reward)[choice]);
                let unless: Vec<Literal> = visited.into_iter().chain(taken.unless()).collect();
                self.solver.assert(any(unless, bound.into()));
            }
        }
        Ok(values)
    }

    /// `p ≥ Pp` under the policy, 1 on the catastrophe: `p` is at least the chance of it, and may be equal.
    pub(super) fn upper_chances(&mut self, sources: &[StateId]) -> Values {
        let mdp = self.mdp();
        let catastrophe = self.catastrophe();
        let region = between(mdp, &self.policy.mask, sources, &catastrophe);
        let mut chances = Values { known: catastrophe.ones().map(|state| (state, LinExpr::from(1))).collect() };
        for state in region.ones() {
            let variable = self.nonnegative();
            chances.known.insert(state, variable);
        }
        for state in region.ones() {
            for (choice, taken) in self.policy.choices_of(mdp, state) {
                let next: LinExpr = mdp.row(choice).map(|(target, probability)| chances.of(target) * probability).sum();
                let bound = chances.of(state).ge(next);
                self.solver.assert(any(taken.unless(), bound.into()));
            }
        }
        chances
    }
}

/// A formula that holds unless all of the literals are false.
pub(super) fn any(unless: impl IntoIterator<Item = Literal>, formula: Formula) -> Formula {
    let mut parts: Vec<Formula> = unless.into_iter().map(Formula::from).collect();
    if parts.is_empty() {
        return formula;
    }
    parts.push(formula);
    Formula::Any(parts)
}
