//! When undiscounted total reward is well defined.

use crate::mdp::{Mask, Mdp, Rational};
use crate::problem::{Criterion, Part, Problem, ProblemDefect};
use crate::solve::graph::{EndComponent, almost_surely_absorbed, end_components};

/// States of an end component that an error names before it says how many more there are.
const NAMED: usize = 6;

/// What keeps a checked problem from having well-defined values.
///
/// A `total` criterion is refused when an end component has a cycle of reward ≥ 0 (a closed walk of
/// choices inside the component, whatever the probabilities) under either reward: a policy that never
/// stops would then not be worth −∞. It is refused too when from some situation no policy surely stops.
#[must_use]
pub fn admissibility_defects(problem: &Problem) -> Vec<ProblemDefect> {
    if problem.criterion != Criterion::Total {
        return Vec::new();
    }
    let mdp = &problem.mdp;
    let mask = Mask::all(mdp);
    let mut defects = Vec::new();
    for component in end_components(mdp, &mask) {
        for (name, reward) in [("specified", &problem.specified), ("intended", &problem.intended)] {
            if has_nonnegative_cycle(mdp, &component, reward) {
                let states = name_states(problem, &component);
                defects.push(ProblemDefect {
                    part: Part::Criterion,
                    message: format!(
                        "total reward is not well defined: the end component {states} has a cycle of {name} reward 0 or more"
                    ),
                    hint: "give every step a cost, list states that only loop as absorbing, or use a discount or a horizon".into(),
                });
            }
        }
    }
    let stopping = almost_surely_absorbed(mdp, &mask);
    for &situation in problem.situations.iter().filter(|&&situation| !stopping.contains(situation)) {
        defects.push(ProblemDefect {
            part: Part::Criterion,
            message: format!(
                "total reward is not well defined: from situation `{}` no policy surely reaches an absorbing state",
                mdp.state_name(situation)
            ),
            hint: "every policy has value minus infinity there; add a way out, or use a discount or a horizon".into(),
        });
    }
    defects
}

fn name_states(problem: &Problem, component: &EndComponent) -> String {
    let mut states = component.states.clone();
    states.sort_unstable();
    let named: Vec<_> =
        states.iter().take(NAMED).map(|&state| format!("`{}`", problem.mdp.state_name(state))).collect();
    let rest = states.len().saturating_sub(NAMED);
    if rest == 0 { format!("{{{}}}", named.join(", ")) } else { format!("{{{}, and {rest} more}}", named.join(", ")) }
}

/// Whether some closed walk of choices inside the component gains 0 or more.
///
/// Longest walks by Bellman and Ford on pairs (reward, steps) in lexicographic order: a cycle of reward
/// ≥ 0 is exactly one whose pair is positive, so that walks grow without end.
fn has_nonnegative_cycle(mdp: &Mdp, component: &EndComponent, reward: &[Rational]) -> bool {
    if component.choices.iter().all(|&choice| reward[choice] < Rational::ZERO) {
        return false;
    }
    let mut best: std::collections::HashMap<usize, (Rational, usize)> =
        component.states.iter().map(|&state| (state, (Rational::ZERO, 0))).collect();
    for _ in 0..=component.states.len() {
        let mut changed = false;
        for &choice in &component.choices {
            let (gain, steps) = &best[&mdp.state_of(choice)];
            let walk = (gain + &reward[choice], steps + 1);
            for successor in mdp.successors(choice) {
                let incumbent = best.entry(successor).or_insert((Rational::ZERO, 0));
                if walk > *incumbent {
                    *incumbent = walk.clone();
                    changed = true;
                }
            }
        }
        if !changed {
            return false;
        }
    }
    true
}
