//! The explicit model: what the checker reads (`proofs/FORMAT.md`, section 2.1).

use std::fmt::Write as _;

use crate::mdp::{Distribution, Observation, RandomizedPolicy, StateId, token};
use crate::problem::{Criterion, DeploymentSet, Good, PolicyClass, Problem, Relation};

/// The explicit model of a problem without a horizon, to the byte.
#[must_use]
pub fn explicit_model(problem: &Problem) -> String {
    let mdp = &problem.mdp;
    let mut text = String::from("lavaproof-model 1\n");
    // Writing to a string cannot fail.
    let _ = match &problem.criterion {
        Criterion::Discounted(discount) => writeln!(text, "criterion discounted {discount}"),
        Criterion::Total | Criterion::Horizon(_) => writeln!(text, "criterion total"),
    };
    let _ = writeln!(text, "states {}", mdp.states());
    for state in 0..mdp.states() {
        let _ = writeln!(text, "state {} {}", token(mdp.state_name(state)), mdp.choices_of(state).len());
        for choice in mdp.choices_of(state) {
            let (specified, intended) = (&problem.specified[choice], &problem.intended[choice]);
            let row = mdp.row(choice);
            let _ = write!(text, "choice {} {specified} {intended} {}", mdp.action_id(choice), row.len());
            for (target, probability) in row {
                let _ = write!(text, " {target} {probability}");
            }
            text.push('\n');
        }
    }
    match &problem.observations {
        None => text.push_str("observations full\n"),
        Some(observations) => write_observations(&mut text, observations, mdp.states()),
    }
    text.push_str(match problem.policy_class() {
        PolicyClass::Deterministic => "class deterministic\n",
        PolicyClass::Stationary => "class stationary\n",
    });
    let _ = writeln!(text, "situations {}", listed(&problem.situations));
    let _ = writeln!(text, "train {}", masses(&problem.train));
    let _ = writeln!(text, "deploy {}", deployment(&problem.deploy));
    let _ = match &problem.catastrophe {
        None => writeln!(text, "catastrophe none"),
        Some(catastrophe) => {
            let states: Vec<StateId> = catastrophe.states.ones().collect();
            writeln!(text, "catastrophe {} {}", catastrophe.tolerance, listed(&states))
        }
    };
    let _ = match &problem.good {
        Good::Regret(regret) => writeln!(text, "good regret {regret}"),
        Good::Value(value) => writeln!(text, "good value {value}"),
    };
    let _ = writeln!(text, "epsilon {}", problem.learner.epsilon);
    let _ = match &problem.learner.given {
        None => writeln!(text, "given none"),
        Some(given) => writeln!(text, "given{}", rows(problem, given, |_| true)),
    };
    text.push_str("end\n");
    text
}

fn write_observations(text: &mut String, observations: &Observation, states: usize) {
    text.push_str("observations partial");
    for state in 0..states {
        let _ = write!(text, " {}", observations.of(state));
    }
    text.push('\n');
}

fn listed(states: &[StateId]) -> String {
    let mut text = states.len().to_string();
    for state in states {
        let _ = write!(text, " {state}");
    }
    text
}

/// A distribution: how many states, then each with its mass.
pub(super) fn masses(distribution: &Distribution) -> String {
    let mut text = distribution.iter().len().to_string();
    for (state, mass) in distribution.iter() {
        let _ = write!(text, " {state} {mass}");
    }
    text
}

/// What a policy does, for each state that is not absorbing; `-` where it is left out.
pub(super) fn rows(problem: &Problem, policy: &RandomizedPolicy, spoken_of: impl Fn(StateId) -> bool) -> String {
    let mdp = &problem.mdp;
    let mut text = String::new();
    for state in (0..mdp.states()).filter(|&state| !mdp.is_absorbing(state)) {
        let mut row: Vec<_> = policy.row(state).iter().collect();
        row.sort_by_key(|(choice, _)| *choice);
        if row.is_empty() || !spoken_of(state) {
            text.push_str(" -");
            continue;
        }
        let _ = write!(text, " {}", row.len());
        for (choice, probability) in row {
            let _ = write!(text, " {choice} {probability}");
        }
    }
    text
}

fn deployment(set: &DeploymentSet) -> String {
    match set {
        DeploymentSet::Point(point) => format!("point {}", masses(point)),
        DeploymentSet::Over(over) => format!("over {}", listed(over)),
        DeploymentSet::TotalVariation { center, radius, over } => {
            format!("tv {radius} {} {}", masses(center), listed(over))
        }
        DeploymentSet::LikelihoodRatio { center, bound, over } => {
            format!("ratio {bound} {} {}", masses(center), listed(over))
        }
        DeploymentSet::Polytope { over, constraints } => {
            let mut text = format!("polytope {} {}", listed(over), constraints.len());
            for constraint in constraints {
                let relation = match constraint.relation {
                    Relation::AtMost => "<=",
                    Relation::AtLeast => ">=",
                    Relation::Equal => "=",
                };
                // States outside `over` have no mass.
                let mut terms: Vec<_> = constraint
                    .coefficients
                    .iter()
                    .filter_map(|(state, weight)| Some((over.iter().position(|other| other == state)?, weight)))
                    .collect();
                terms.sort_by_key(|&(index, _)| index);
                let _ = write!(text, " {relation} {} {}", constraint.bound, terms.len());
                for (index, weight) in terms {
                    let _ = write!(text, " {index} {weight}");
                }
            }
            text
        }
    }
}
