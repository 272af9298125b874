//! A picture of a small model that is no gridworld: its states, and what can be done in them.
//!
//! States stand in columns by how many steps they are from the situations, and between two columns stand the actions that lead from the one to the other.

mod draw;
mod layout;

use std::collections::VecDeque;

use crate::mdp::{ChoiceId, Mdp, Rational, StateId};
use crate::problem::{DeploymentSet, Problem};
use crate::report::style::shortened;
use crate::report::svg::graph::draw::{Arrow, Diagram, Drawn, Look, drawn};
use crate::report::xml::Element;

/// States and actions of larger models are too many to be read.
const MOST_STATES: usize = 12;
const MOST_BOXES: usize = 40;
const MOST_ARROWS: usize = 64;
/// Characters of a name.
const LONGEST_NAME: usize = 28;
/// Characters of a number.
const LONGEST_NUMBER: usize = 12;

/// The states and actions of a problem, with width and height; `None` if they are too many for a picture.
pub(super) fn state_graph(problem: &Problem) -> Option<(Element, i64, i64)> {
    let diagram = diagram(problem)?;
    Some(drawn(&diagram))
}

/// Whether the given policy takes choices of this problem.
pub(super) fn shows_given(problem: &Problem) -> bool {
    problem.learner.given.is_some()
}

fn diagram(problem: &Problem) -> Option<Diagram> {
    let mdp = &problem.mdp;
    if mdp.states() > MOST_STATES {
        return None;
    }
    let steps = steps_from_situations(problem);
    let mut diagram = Diagram::default();
    // In the order of their discovery, which is close to that of a good picture.
    let mut order: Vec<StateId> = (0..mdp.states()).collect();
    order.sort_by_key(|&state| steps[state]);
    let mut place = vec![0; mdp.states()];
    for &state in &order {
        place[state] = diagram.boxes.len();
        diagram.boxes.push(Drawn {
            column: 2 * steps[state].0,
            look: look(problem, state),
            lines: state_lines(problem, state),
        });
    }
    for &state in &order {
        for alike in alike_choices(mdp, state) {
            let own = diagram.boxes.len();
            diagram.boxes.push(Drawn {
                column: 2 * steps[state].0 + 1,
                look: Look::Actions { given: alike.iter().any(|&choice| given_mass(problem, choice).is_some()) },
                lines: alike.iter().map(|&choice| action_line(problem, choice)).collect(),
            });
            diagram.arrows.push(Arrow { from: place[state], to: own, label: None });
            let row = mdp.row(alike[0]);
            let certain = row.len() == 1;
            for (target, probability) in row {
                let label = (!certain).then(|| short(probability));
                diagram.arrows.push(Arrow { from: own, to: place[target], label });
            }
        }
    }
    (diagram.boxes.len() <= MOST_BOXES && diagram.arrows.len() <= MOST_ARROWS).then_some(diagram)
}

/// For each state how many steps it is from the situations, and when it was found. What no situation leads to starts anew.
fn steps_from_situations(problem: &Problem) -> Vec<(usize, usize)> {
    let mdp = &problem.mdp;
    let mut steps: Vec<Option<(usize, usize)>> = vec![None; mdp.states()];
    let mut found = 0;
    let mut open = VecDeque::new();
    for start in problem.situations.iter().copied().chain(0..mdp.states()) {
        if steps[start].is_some() {
            continue;
        }
        steps[start] = Some((0, found));
        found += 1;
        open.push_back((start, 0));
        // Situations are found together, before anything that comes after them.
        if problem.situations.iter().any(|&situation| steps[situation].is_none()) {
            continue;
        }
        while let Some((state, step)) = open.pop_front() {
            for target in mdp.choices_of(state).flat_map(|choice| mdp.successors(choice)) {
                if steps[target].is_none() {
                    steps[target] = Some((step + 1, found));
                    found += 1;
                    open.push_back((target, step + 1));
                }
            }
        }
    }
    steps.into_iter().flatten().collect()
}

fn look(problem: &Problem, state: StateId) -> Look {
    Look::State {
        situation: problem.situations.contains(&state),
        trained: !problem.train.mass(state).is_zero(),
        catastrophe: problem.catastrophe.as_ref().is_some_and(|catastrophe| catastrophe.states.contains(state)),
        absorbing: problem.mdp.is_absorbing(state),
    }
}

fn state_lines(problem: &Problem, state: StateId) -> Vec<String> {
    let mut lines = vec![shortened(problem.mdp.state_name(state), LONGEST_NAME)];
    let mass = problem.train.mass(state);
    if !mass.is_zero() {
        lines.push(format!("training {}", short(&mass)));
    }
    match &problem.deploy {
        DeploymentSet::Point(point) if !point.mass(state).is_zero() => {
            lines.push(format!("deployment {}", short(&point.mass(state))));
        }
        DeploymentSet::Point(_) => {}
        set if set.over().contains(&state) => lines.push("deployment".to_owned()),
        _ => {}
    }
    if let Some(look) = &problem.observations
        && let Some(seen) = look.name(look.of(state))
        && look.members(look.of(state)).len() > 1
    {
        lines.push(format!("seen as {}", shortened(seen, LONGEST_NAME)));
    }
    lines
}

/// The choices of a state in groups that lead to the same states with the same probabilities.
fn alike_choices(mdp: &Mdp, state: StateId) -> Vec<Vec<ChoiceId>> {
    let mut groups: Vec<Vec<ChoiceId>> = Vec::new();
    if mdp.is_absorbing(state) {
        return groups;
    }
    for choice in mdp.choices_of(state) {
        match groups.iter_mut().find(|group| mdp.row(group[0]).eq(mdp.row(choice))) {
            Some(group) => group.push(choice),
            None => groups.push(vec![choice]),
        }
    }
    groups
}

/// `lava: 100, meant -100`.
fn action_line(problem: &Problem, choice: ChoiceId) -> String {
    let mut line = shortened(problem.mdp.action_name(choice), LONGEST_NAME);
    let (specified, intended) = (&problem.specified[choice], &problem.intended[choice]);
    line.push_str(&format!(": {}", short(specified)));
    if specified != intended {
        line.push_str(&format!(", meant {}", short(intended)));
    }
    match given_mass(problem, choice) {
        Some(mass) if mass == Rational::ONE => line.push_str(" ←"),
        Some(mass) => line.push_str(&format!(" ← {}", short(&mass))),
        None => {}
    }
    line
}

/// With which probability the given policy takes a choice, if it does.
fn given_mass(problem: &Problem, choice: ChoiceId) -> Option<Rational> {
    let given = problem.learner.given.as_ref()?;
    let row = given.row(problem.mdp.state_of(choice)).iter();
    row.filter(|(own, mass)| *own == choice && !mass.is_zero()).map(|(_, mass)| mass.clone()).next()
}

fn short(number: &Rational) -> String {
    shortened(&number.to_string(), LONGEST_NUMBER)
}
