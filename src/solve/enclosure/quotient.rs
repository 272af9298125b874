//! A stopping problem in integer rows, over the states whose value graph analysis does not tell.
//!
//! For a largest reach probability, the states of an end component have the same value, and going round in it gains
//! nothing: each end component is one unknown here, and the choices that stay in it are no rows. What is left has
//! no end components, so that every policy of it stops.

use dashu_int::ops::Gcd;
use dashu_int::{IBig, UBig};

use crate::mdp::{ChoiceId, Mask, Policy, Rational, StateId, StateSet, Value};
use crate::solve::graph::{Predecessors, attractor, components, end_components};
use crate::solve::stopping::Stopping;
use crate::solve::{Objective, Sense};

/// One choice: `denominator · (r + γ Σ P v) = constant + Σ weight · v(unknown)`.
pub(super) struct Row {
    pub(super) choice: ChoiceId,
    pub(super) denominator: IBig,
    /// The reward and what successors of known value contribute.
    pub(super) constant: IBig,
    /// Unknowns with their positive weights.
    pub(super) weights: Vec<(u32, IBig)>,
}

/// The unknowns with their rows.
pub(super) struct Quotient<'a> {
    pub(super) problem: &'a Stopping<'a>,
    /// The unknown that each open state belongs to.
    pub(super) unknown_of: Vec<Option<u32>>,
    /// The states of each unknown; more than one for an end component.
    pub(super) members: Vec<Vec<StateId>>,
    /// Rows of unknown `u` are `rows[first_row[u]..first_row[u + 1]]`.
    pub(super) first_row: Vec<usize>,
    pub(super) rows: Vec<Row>,
    /// Ranges of unknowns that are strongly connected, successors first.
    pub(super) blocks: Vec<std::ops::Range<usize>>,
    /// The choices that stay within an end component of several states.
    staying: Mask,
}

impl<'a> Quotient<'a> {
    pub(super) fn new(problem: &'a Stopping<'a>) -> Self {
        let mdp = problem.mdp;
        let mut staying = Mask::all(mdp);
        for choice in 0..mdp.choices() {
            staying.forbid(choice);
        }
        let mut classes: Vec<Vec<StateId>> = Vec::new();
        let mut class_of: Vec<Option<usize>> = vec![None; mdp.states()];
        if let (Objective::Reach { .. }, Sense::Max) = (problem.objective, problem.sense) {
            for component in end_components(mdp, &within_open(problem)) {
                for &state in &component.states {
                    class_of[state] = Some(classes.len());
                }
                for &choice in &component.choices {
                    staying.allow(choice);
                }
                classes.push(component.states);
            }
        }
        for state in problem.open() {
            if class_of[state].is_none() {
                class_of[state] = Some(classes.len());
                classes.push(vec![state]);
            }
        }
        let leaving = |class: &[StateId]| {
            let choices: Vec<ChoiceId> =
                class.iter().flat_map(|&state| problem.choices_of(state)).filter(|&c| !staying.allows(c)).collect();
            choices
        };
        let order = components(classes.len(), |class| {
            let targets = leaving(&classes[class]).into_iter().flat_map(|choice| mdp.successors(choice));
            targets.filter_map(|target| class_of[target]).collect()
        });
        let mut unknown_of_class = vec![0u32; classes.len()];
        let mut blocks = Vec::with_capacity(order.len());
        let mut members = Vec::with_capacity(classes.len());
        for block in order {
            let start = members.len();
            for class in block {
                unknown_of_class[class] = index(members.len());
                members.push(std::mem::take(&mut classes[class]));
            }
            blocks.push(start..members.len());
        }
        let unknown_of: Vec<Option<u32>> =
            class_of.iter().map(|class| class.map(|class| unknown_of_class[class])).collect();
        let weights = Weights::new(problem);
        let mut first_row = vec![0];
        let mut rows = Vec::new();
        for class in &members {
            rows.extend(leaving(class).into_iter().map(|choice| weights.row(choice, &unknown_of)));
            first_row.push(rows.len());
        }
        Self { problem, unknown_of, members, first_row, rows, blocks, staying }
    }

    /// Number of unknowns.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// The rows of an unknown, by position.
    pub(super) fn rows_of(&self, unknown: usize) -> std::ops::Range<usize> {
        self.first_row[unknown]..self.first_row[unknown + 1]
    }

    /// The policy that takes a row at each unknown; within an end component it goes to where the row's choice is.
    pub(super) fn policy(&self, taken: &[usize]) -> Policy {
        let mdp = self.problem.mdp;
        let mut policy = self.problem.start.clone();
        let mut exits = StateSet::with_capacity(mdp.states());
        for &row in taken {
            let choice = self.rows[row].choice;
            policy.set(mdp.state_of(choice), choice);
            exits.insert(mdp.state_of(choice));
        }
        if self.members.iter().any(|class| class.len() > 1) {
            let towards = attractor(mdp, &Predecessors::new(mdp, &self.staying), &exits, |_| true);
            for (state, choice) in towards.closer.iter().enumerate() {
                if let Some(choice) = choice {
                    policy.set(state, *choice);
                }
            }
        }
        policy
    }

    /// The row that takes the choice of a policy at an unknown, where it is one.
    pub(super) fn row_of_policy(&self, unknown: usize, policy: &Policy) -> Option<usize> {
        self.rows_of(unknown).find(|&row| {
            let choice = self.rows[row].choice;
            policy.choice(self.problem.mdp.state_of(choice)) == Some(choice)
        })
    }
}

/// The allowed choices of open states.
fn within_open(problem: &Stopping<'_>) -> Mask {
    let mut mask = problem.allowed.clone();
    for state in (0..problem.mdp.states()).filter(|&state| problem.fixed[state].is_some()) {
        for choice in problem.mdp.choices_of(state) {
            mask.forbid(choice);
        }
    }
    mask
}

/// Numbers of unknowns fit: states do.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Discounted probabilities, one for each distinct probability of the model.
struct Weights<'a> {
    problem: &'a Stopping<'a>,
    discounted: Vec<Rational>,
}

impl<'a> Weights<'a> {
    fn new(problem: &'a Stopping<'a>) -> Self {
        let probabilities = problem.mdp.distinct_probabilities().iter();
        Self { problem, discounted: probabilities.map(|probability| probability * problem.discount()).collect() }
    }

    fn row(&self, choice: ChoiceId, unknown_of: &[Option<u32>]) -> Row {
        let reward = self.problem.reward(choice);
        let entries = || self.problem.mdp.indexed_row(choice);
        let denominator = entries()
            .fold(reward.denominator().clone(), |sofar, (_, entry)| lcm(sofar, self.discounted[entry].denominator()));
        let scaled = |value: &Rational| value.numerator() * (&denominator / value.denominator());
        let mut constant = scaled(reward);
        let mut weights: Vec<(u32, IBig)> = Vec::with_capacity(entries().len());
        for (target, entry) in entries() {
            let weight = scaled(&self.discounted[entry]);
            match (unknown_of[target], &self.problem.fixed[target]) {
                (Some(unknown), _) => match weights.iter_mut().find(|(known, _)| *known == unknown) {
                    Some((_, sum)) => *sum += weight,
                    None => weights.push((unknown, weight)),
                },
                // Fixed values are 0 and 1; no allowed choice of an open state leads to −∞.
                (None, Some(Value::Finite(value))) if !value.is_zero() => constant += weight * value.numerator(),
                (None, _) => {}
            }
        }
        Row { choice, denominator: denominator.into(), constant, weights }
    }
}

fn lcm(left: UBig, right: &UBig) -> UBig {
    if right.is_one() || &left == right {
        return left;
    }
    let shared = (&left).gcd(right);
    left / shared * right
}
