//! When undiscounted rewards make sense: no end component has a cycle of reward 0 or more.
//!
//! By the letter: every set of states is tried, every simple cycle in it is walked. A closed walk is made of simple
//! cycles, so if these are all negative it is too.

use lavaproof::mdp::{ChoiceId, Mdp, Rational, StateId};
use lavaproof::problem::Problem;

/// Whether the `total` criterion is well defined for both rewards.
pub fn well_defined(problem: &Problem) -> bool {
    let mdp = &problem.mdp;
    (1_u32..1 << mdp.states()).all(|set| {
        let states: Vec<StateId> = (0..mdp.states()).filter(|state| set >> state & 1 == 1).collect();
        let Some(choices) = end_component(mdp, &states) else { return true };
        [&problem.specified, &problem.intended].into_iter().all(|reward| {
            states.iter().all(|&start| {
                let walk = Walk { mdp, choices: &choices, reward, start };
                walk.all_cycles_negative(&mut vec![start], &Rational::ZERO)
            })
        })
    })
}

/// The choices that stay inside, if with them the states are an end component.
fn end_component(mdp: &Mdp, states: &[StateId]) -> Option<Vec<ChoiceId>> {
    let inside = |choice: &ChoiceId| mdp.successors(*choice).all(|target| states.contains(&target));
    let choices: Vec<ChoiceId> = states.iter().flat_map(|&state| mdp.choices_of(state)).filter(inside).collect();
    let connected = states.iter().all(|&source| {
        let mut seen = vec![source];
        let mut next = 0;
        while next < seen.len() {
            let here = seen[next];
            for &choice in choices.iter().filter(|&&choice| mdp.state_of(choice) == here) {
                let fresh: Vec<StateId> = mdp.successors(choice).filter(|target| !seen.contains(target)).collect();
                seen.extend(fresh);
            }
            next += 1;
        }
        seen.len() == states.len() && choices.iter().any(|&choice| mdp.state_of(choice) == source)
    });
    connected.then_some(choices)
}

struct Walk<'a> {
    mdp: &'a Mdp,
    choices: &'a [ChoiceId],
    reward: &'a [Rational],
    start: StateId,
}

impl Walk<'_> {
    fn all_cycles_negative(&self, path: &mut Vec<StateId>, collected: &Rational) -> bool {
        let here = path[path.len() - 1];
        self.choices.iter().filter(|&&choice| self.mdp.state_of(choice) == here).all(|&choice| {
            let sum = collected + &self.reward[choice];
            self.mdp.successors(choice).all(|target| {
                if target == self.start {
                    return sum < Rational::ZERO;
                }
                if path.contains(&target) {
                    return true;
                }
                path.push(target);
                let negative = self.all_cycles_negative(path, &sum);
                path.pop();
                negative
            })
        })
    }
}
