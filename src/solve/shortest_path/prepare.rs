//! Every measure as one problem: some states have a known value, and from the others an execution ends (or is
//! discounted) under the policy to start from and under each improvement of it. Graph analysis only, no arithmetic.

use std::cmp::Ordering;

use crate::mdp::{Mdp, StateSet};
use crate::solve::Sense;
use crate::solve::shortest_path::Measure;
use crate::solve::shortest_path::components::{Components, components};
use crate::solve::shortest_path::qualitative::{Approach, Graph, NONE};

/// What is known of a state before any arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The value is to be computed.
    Open,
    /// Below every number: a negative cycle can be repeated at will before the goal is reached.
    MinusInfinity,
    /// 0.
    Zero,
    /// 1.
    One,
    /// The goal is missed with positive probability.
    PlusInfinity,
}

/// A problem whose open states have values that are the unique solution of their equations.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) known: Vec<Known>,
    /// Choices of open states that may not be taken: they would miss the goal.
    pub(super) forbidden: Option<StateSet>,
    /// A policy that ends from every open state; at known states it attains what is known, if a policy matters.
    pub(super) policy: Vec<u32>,
}

impl Prepared {
    pub(super) fn is_open(&self, state: usize) -> bool {
        self.known[state] == Known::Open
    }

    pub(super) fn allows(&self, choice: usize) -> bool {
        self.forbidden.as_ref().is_none_or(|forbidden| !forbidden.contains(choice))
    }

    /// The strongly connected components of the open states, those first that others lead to.
    pub(super) fn blocks(&self, mdp: &Mdp) -> Components {
        let rows = mdp.compressed();
        let open = (0u32..).zip(&self.known).filter(|(_, known)| **known == Known::Open).map(|(state, _)| state);
        let ignored = self.forbidden.as_ref().map(|forbidden| {
            let mut edges = StateSet::with_capacity(rows.target.len());
            edges.extend(forbidden.ones().flat_map(|choice| rows.transitions(choice)));
            edges
        });
        let edges = |state: u32| {
            let choices = rows.choices(state as usize);
            rows.first_transition[choices.start]..rows.first_transition[choices.end]
        };
        components(mdp.states(), open, edges, |edge| {
            let target = rows.target[edge as usize];
            let usable = ignored.as_ref().is_none_or(|ignored| !ignored.contains(edge as usize));
            (self.is_open(target as usize) && usable).then_some(target)
        })
    }

    /// The first choice of every state, and every state open.
    fn blank(mdp: &Mdp) -> Self {
        let rows = mdp.compressed();
        let first = |state| if rows.choices(state).is_empty() { NONE } else { rows.first_choice[state] };
        Self { known: vec![Known::Open; mdp.states()], forbidden: None, policy: (0..mdp.states()).map(first).collect() }
    }

    fn follow(&mut self, approach: &Approach) {
        for (own, &closer) in self.policy.iter_mut().zip(&approach.closer) {
            if closer != NONE {
                *own = closer;
            }
        }
    }

    fn fix(&mut self, states: impl IntoIterator<Item = usize>, known: Known) {
        for state in states {
            self.known[state] = known;
        }
    }
}

/// What is allowed, and what is better.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) sense: Sense,
}

impl Judge<'_> {
    /// Whether what compares like this with another value is better.
    pub(super) fn prefers(&self, ordering: Ordering) -> bool {
        match self.sense {
            Sense::Max => ordering == Ordering::Greater,
            Sense::Min => ordering == Ordering::Less,
        }
    }
}

/// The problem of a measure. `unbounded` are states whose value is known to be below every number.
pub(super) fn prepare(graph: Graph<'_>, measure: &Measure<'_>, sense: Sense, unbounded: &StateSet) -> Prepared {
    let mut prepared = match (measure, sense) {
        (Measure::Until { stay, goal }, Sense::Max) => largest_probability(graph, stay, goal),
        (Measure::Until { stay, goal }, Sense::Min) => smallest_probability(graph, stay, goal),
        (Measure::RewardTo { goal, .. }, Sense::Max) => largest_reward(graph, goal),
        (Measure::RewardTo { goal, .. }, Sense::Min) => smallest_reward(graph, goal),
        (Measure::Discounted { .. }, _) => discounted(graph.mdp),
    };
    prepared.fix(unbounded.ones(), Known::MinusInfinity);
    prepared
}

/// What is not in the set.
fn outside(set: &StateSet, count: usize) -> StateSet {
    let mut rest = set.clone();
    rest.grow(count);
    rest.toggle_range(..count);
    rest
}

fn all(count: usize) -> StateSet {
    outside(&StateSet::new(), count)
}

/// 1 where some policy surely succeeds, 0 where none may. The value is the least solution elsewhere.
fn largest_probability(graph: Graph<'_>, stay: &StateSet, goal: &StateSet) -> Prepared {
    let mut prepared = Prepared::blank(graph.mdp);
    let sure = graph.almost_surely(goal, stay);
    let possible = graph.possibly(&sure.states, stay, |_| true);
    prepared.follow(&possible);
    prepared.follow(&sure);
    prepared.fix(outside(&possible.states, graph.mdp.states()).ones(), Known::Zero);
    prepared.fix(sure.states.ones(), Known::One);
    prepared
}

/// 0 where some policy surely fails, 1 where none may fail. Every policy ends from the other states.
fn smallest_probability(graph: Graph<'_>, stay: &StateSet, goal: &StateSet) -> Prepared {
    let mut prepared = Prepared::blank(graph.mdp);
    let failing = graph.avoidable(goal, stay);
    let mut doubtful = stay.clone();
    doubtful.grow(graph.mdp.states());
    doubtful.difference_with(goal);
    let doubtful = graph.possibly(&failing.states, &doubtful, |_| true).states;
    prepared.follow(&failing);
    prepared.fix(outside(&doubtful, graph.mdp.states()).ones(), Known::One);
    prepared.fix(failing.states.ones(), Known::Zero);
    prepared
}

/// Infinite where some policy may miss the goal. Every policy ends from the other states.
fn largest_reward(graph: Graph<'_>, goal: &StateSet) -> Prepared {
    let count = graph.mdp.states();
    let mut prepared = Prepared::blank(graph.mdp);
    let missing = graph.avoidable(goal, &all(count));
    let possible = graph.possibly(&missing.states, &outside(goal, count), |_| true);
    prepared.follow(&possible);
    prepared.follow(&missing);
    prepared.fix(possible.states.ones(), Known::PlusInfinity);
    prepared.fix(goal.ones(), Known::Zero);
    prepared
}

/// Infinite where no policy surely reaches the goal; choices that lead there are not taken.
fn smallest_reward(graph: Graph<'_>, goal: &StateSet) -> Prepared {
    let count = graph.mdp.states();
    let mut prepared = Prepared::blank(graph.mdp);
    let sure = graph.almost_surely(goal, &all(count));
    prepared.follow(&sure);
    let infinite = outside(&sure.states, count);
    if !infinite.is_clear() {
        let mut forbidden = StateSet::with_capacity(graph.mdp.choices());
        for state in infinite.ones() {
            forbidden.extend(graph.incoming.of(state).iter().map(|&choice| choice as usize));
        }
        prepared.forbidden = Some(forbidden);
    }
    prepared.fix(infinite.ones(), Known::PlusInfinity);
    prepared.fix(goal.ones(), Known::Zero);
    prepared
}

/// States that loop for nothing have value 0.
fn discounted(mdp: &Mdp) -> Prepared {
    let mut prepared = Prepared::blank(mdp);
    prepared.fix((0..mdp.states()).filter(|&state| mdp.is_absorbing(state)), Known::Zero);
    prepared
}
