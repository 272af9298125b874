//! What policies do: every deterministic policy of the class, and the exact evaluation of any policy.
//!
//! The values of one policy solve a linear system over the states that it reaches. Undiscounted, a policy that with
//! positive probability never stops has value −∞. The probability of reaching the catastrophe is the least solution:
//! states from which it cannot be reached get 0 before the system is solved.

use std::collections::BTreeSet;

use lavaproof::mdp::{ChoiceId, Policy, RandomizedPolicy, Rational, StateId, Value};
use lavaproof::problem::{Criterion, Problem, reachable_from};

use super::exact::solve;

/// What a policy achieves from each source, in the order of the sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    /// Values for the specified reward.
    pub specified: Vec<Value>,
    /// Values for the intended reward.
    pub intended: Vec<Value>,
    /// Probabilities of ever reaching the catastrophe; 0 where none is declared.
    pub reach: Vec<Rational>,
}

/// `Σ μ(x) V(x)`; what has no mass does not count, even where the value is −∞.
pub fn mean(values: &[Value], masses: &[Rational]) -> Value {
    let mut sum = Rational::ZERO;
    for (value, mass) in values.iter().zip(masses).filter(|(_, mass)| !mass.is_zero()) {
        let Some(value) = value.finite() else { return Value::MinusInfinity };
        sum += value * mass;
    }
    Value::Finite(sum)
}

/// The observations that matter: those of states with choices that can be reached from a situation, with the choices
/// of one such state. Policies that differ elsewhere do the same.
fn decisions(problem: &Problem) -> Vec<(Vec<StateId>, Vec<ChoiceId>)> {
    let reached = reachable_from(&problem.mdp, &problem.situations);
    let states: Vec<StateId> = reached.ones().filter(|&state| !problem.mdp.is_absorbing(state)).collect();
    let mut decisions: Vec<(Vec<StateId>, Vec<ChoiceId>)> = Vec::new();
    for state in states {
        let alike = decisions.iter_mut().find(|(members, _)| {
            problem.observations.as_ref().is_some_and(|seen| seen.of(members[0]) == seen.of(state))
        });
        match alike {
            Some((members, _)) => members.push(state),
            None => decisions.push((vec![state], problem.mdp.choices_of(state).collect())),
        }
    }
    decisions
}

/// How many deterministic policies differ on the states that can be reached.
pub fn count_policies(problem: &Problem) -> usize {
    decisions(problem).iter().map(|(_, choices)| choices.len()).product()
}

/// Every deterministic policy of what is observed, up to what it does in states that cannot be reached.
pub fn policies(problem: &Problem) -> Vec<Policy> {
    let mdp = &problem.mdp;
    let mut found = vec![Policy::first(mdp)];
    for (members, choices) in decisions(problem) {
        let mut extended = Vec::new();
        for policy in &found {
            for &choice in &choices {
                let mut policy = policy.clone();
                for &state in &members {
                    policy.set(state, mdp.same_action_at(state, choice).expect("states that look alike act alike"));
                }
                extended.push(policy);
            }
        }
        found = extended;
    }
    found
}

/// The distinct outcomes of the deterministic policies, from the situations.
pub fn outcomes(problem: &Problem) -> Vec<Outcome> {
    let evaluated = |policy: &Policy| outcome(problem, &RandomizedPolicy::from(policy), &problem.situations);
    policies(problem).iter().map(evaluated).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The exact evaluation of a policy from the sources. Rows of states that it does not reach from them may be empty.
pub fn outcome(problem: &Problem, policy: &RandomizedPolicy, sources: &[StateId]) -> Outcome {
    let chain = Chain::new(problem, policy, sources);
    let (discount, finite) = match &problem.criterion {
        Criterion::Discounted(discount) => (discount.clone(), vec![true; chain.states.len()]),
        Criterion::Total => (Rational::ONE, chain.stops()),
        Criterion::Horizon(_) => panic!("a finite horizon is unrolled before policies are evaluated"),
    };
    let value = |rewards: &[Rational]| {
        let values = chain.fixpoint(&discount, &finite, rewards);
        let at = |source: &StateId| {
            let index = chain.index(*source);
            if finite[index] { Value::Finite(values[index].clone()) } else { Value::MinusInfinity }
        };
        sources.iter().map(at).collect::<Vec<Value>>()
    };
    let reach = chain.reach();
    Outcome {
        specified: value(&chain.expected(&problem.specified)),
        intended: value(&chain.expected(&problem.intended)),
        reach: sources.iter().map(|&source| reach[chain.index(source)].clone()).collect(),
    }
}

/// The Markov chain of a policy on the states that it reaches from the sources.
struct Chain<'a> {
    problem: &'a Problem,
    policy: &'a RandomizedPolicy,
    states: Vec<StateId>,
    /// `moves[i][j]` is the probability of going from the `i`-th to the `j`-th state; rows of absorbing states are 0.
    moves: Vec<Vec<Rational>>,
}

impl<'a> Chain<'a> {
    fn new(problem: &'a Problem, policy: &'a RandomizedPolicy, sources: &[StateId]) -> Self {
        let mdp = &problem.mdp;
        let mut states: Vec<StateId> = Vec::new();
        let mut open: Vec<StateId> = sources.to_vec();
        while let Some(state) = open.pop() {
            if !states.contains(&state) {
                assert!(
                    mdp.is_absorbing(state) || !policy.row(state).is_empty(),
                    "the policy reaches `{}` and says nothing there",
                    mdp.state_name(state)
                );
                states.push(state);
                open.extend(policy.row(state).iter().flat_map(|&(choice, _)| mdp.successors(choice)));
            }
        }
        let mut moves = vec![vec![Rational::ZERO; states.len()]; states.len()];
        for (from, &state) in states.iter().enumerate() {
            for (choice, weight) in policy.row(state) {
                for (target, probability) in mdp.row(*choice) {
                    let to = states.iter().position(|&known| known == target).expect("successors are reached");
                    moves[from][to] += weight * probability;
                }
            }
        }
        Self { problem, policy, states, moves }
    }

    fn index(&self, state: StateId) -> usize {
        self.states.iter().position(|&known| known == state).expect("a source is reached")
    }

    fn expected(&self, reward: &[Rational]) -> Vec<Rational> {
        let at = |state: &StateId| {
            self.policy.row(*state).iter().fold(Rational::ZERO, |sum, (choice, weight)| sum + weight * &reward[*choice])
        };
        self.states.iter().map(at).collect()
    }

    /// The states from which some state of `goal` can be reached, these included.
    fn leads_to(&self, goal: &[bool]) -> Vec<bool> {
        let mut leads = goal.to_vec();
        for _ in &self.states {
            for from in 0..leads.len() {
                leads[from] |= (0..leads.len()).any(|to| leads[to] && !self.moves[from][to].is_zero());
            }
        }
        leads
    }

    /// The states from which the chain is absorbed almost surely.
    fn stops(&self) -> Vec<bool> {
        let absorbing: Vec<bool> = self.states.iter().map(|&state| self.problem.mdp.is_absorbing(state)).collect();
        let stuck: Vec<bool> = self.leads_to(&absorbing).iter().map(|may_stop| !may_stop).collect();
        self.leads_to(&stuck).iter().map(|may_get_stuck| !may_get_stuck).collect()
    }

    /// Solves `v = rewards + discount · P v` on the states of `domain`, with 0 elsewhere.
    fn fixpoint(&self, discount: &Rational, domain: &[bool], rewards: &[Rational]) -> Vec<Rational> {
        let inside: Vec<usize> = (0..domain.len()).filter(|&index| domain[index]).collect();
        let entry = |from: usize, to: usize| {
            let identity = if from == to { Rational::ONE } else { Rational::ZERO };
            identity - discount * &self.moves[from][to]
        };
        let matrix = inside.iter().map(|&from| inside.iter().map(|&to| entry(from, to)).collect()).collect();
        let right = inside.iter().map(|&from| vec![rewards[from].clone()]).collect();
        let mut values = vec![Rational::ZERO; domain.len()];
        for (&index, mut solution) in inside.iter().zip(solve(matrix, right)) {
            values[index] = solution.swap_remove(0);
        }
        values
    }

    fn reach(&self) -> Vec<Rational> {
        let Some(catastrophe) = &self.problem.catastrophe else { return vec![Rational::ZERO; self.states.len()] };
        let inside: Vec<bool> = self.states.iter().map(|&state| catastrophe.states.contains(state)).collect();
        let open: Vec<bool> =
            self.leads_to(&inside).iter().zip(&inside).map(|(leads, inside)| *leads && !inside).collect();
        let into = |row: &Vec<Rational>| {
            row.iter().zip(&inside).filter(|(_, inside)| **inside).fold(Rational::ZERO, |sum, (mass, _)| sum + mass)
        };
        let one_step: Vec<Rational> = self.moves.iter().map(into).collect();
        let mut reach = self.fixpoint(&Rational::ONE, &open, &one_step);
        for (value, inside) in reach.iter_mut().zip(&inside) {
            if *inside {
                *value = Rational::ONE;
            }
        }
        reach
    }
}
