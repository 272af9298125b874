//! Each requirement in the form that suits its quantifier.

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Rational, StateId, StateSet, Value};
use crate::search::flow::Encoder;
use crate::search::flow::mass::RewardFlow;
use crate::search::requirement::Requirement;
use crate::search::test::Test;
use crate::smt::LinExpr;

impl<'e> Encoder<'e> {
    /// Demands a requirement. A flow is handed back where its models may have mass that came from nowhere.
    pub(super) fn demand(&mut self, requirement: &Requirement<'_>) -> Result<Option<RewardFlow>, Exhausted> {
        match requirement {
            Requirement::Pinned { support, choices } => {
                self.visits(support, Some(choices), None);
                Ok(None)
            }
            Requirement::Meets(test) => self.meets(test).map(|()| None),
            Requirement::Breaks(test) => self.breaks(test),
        }
    }

    fn meets(&mut self, test: &Test) -> Result<(), Exhausted> {
        match test {
            Test::Points { reward, points } => {
                let sources: Vec<StateId> = points.iter().flat_map(|(point, _)| point.support()).collect();
                let values = self.lower_values(*reward, &sources)?;
                for (point, bound) in points {
                    let sum: LinExpr = point.iter().map(|(state, mass)| values.of(state) * mass).sum();
                    self.solver.assert(sum.ge(bound).into());
                }
            }
            Test::Linear { reward, set, relative, at_least } => {
                let values = self.lower_values(*reward, &set.support())?;
                let best = self.best_if(*relative, *reward)?;
                self.every_of(set, at_least, |state| values.of(state) - based(best, state));
            }
            Test::Reach { set, at_most } if at_most.is_zero() => {
                let catastrophe = self.catastrophe();
                self.visits(&set.support(), None, Some(&catastrophe));
            }
            Test::Reach { set, at_most } => {
                let chances = self.upper_chances(&set.support());
                self.every_of(set, &-at_most, |state| -chances.of(state));
            }
        }
        Ok(())
    }

    fn breaks(&mut self, test: &Test) -> Result<Option<RewardFlow>, Exhausted> {
        Ok(match test {
            Test::Points { reward, points } => {
                let start = self.some_mixture(points);
                self.low_reward(*reward, start)
            }
            Test::Linear { reward, set, relative, at_least } => {
                let best = self.best_if(*relative, *reward)?;
                let start = self.some_of(set, at_least, |state| based(best, state));
                self.low_reward(*reward, start)
            }
            Test::Reach { set, at_most } => {
                let start = self.some_of(set, at_most, |_| Rational::ZERO);
                self.likely_catastrophe(start);
                None
            }
        })
    }

    /// The best values, for tests that compare with them.
    fn best_if(&self, relative: bool, reward: RewardName) -> Result<Option<&'e [Value]>, Exhausted> {
        Ok(if relative { Some(&self.arena.best(reward)?.values) } else { None })
    }

    /// The states of the catastrophe; none if none is declared.
    pub(super) fn catastrophe(&self) -> StateSet {
        let mut states = StateSet::with_capacity(self.mdp().states());
        if let Some(catastrophe) = &self.arena.problem.catastrophe {
            states.union_with(&catastrophe.states);
        }
        states
    }
}

fn based(base: Option<&[Value]>, state: StateId) -> Rational {
    base.and_then(|base| base[state].finite()).cloned().unwrap_or(Rational::ZERO)
}
