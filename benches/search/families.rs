//! Families of questions that grow.

use lavaproof::mdp::{Observation, Rational, StateId};
use lavaproof::problem::{Criterion, DeploymentSet, Problem, ProblemParts};

use crate::oracle::exact::ratio;
use crate::oracle::generate::Random;
use crate::oracle::sketch::{Sketch, catastrophe, distribution, problem};
use crate::satisfiability::Formula;

/// Every instance with its name.
#[allow(dead_code, reason = "each benchmark takes its own part of this file")]
pub fn all() -> impl Iterator<Item = (String, Problem)> {
    let formulas = [(10, 43), (20, 86), (40, 172), (80, 344)].into_iter().flat_map(|(variables, clauses)| {
        (0..2).map(move |seed| {
            let formula = Formula::random(seed, variables, clauses).planted(seed);
            (format!("3-sat sat v={variables} seed={seed}"), formula.problem())
        })
    });
    let refuted = [(10, 60), (15, 90), (20, 120), (30, 180)].into_iter().flat_map(|(variables, clauses)| {
        (0..2).map(move |seed| {
            (
                format!("3-sat random v={variables} m={clauses} seed={seed}"),
                Formula::random(seed, variables, clauses).problem(),
            )
        })
    });
    let maps = [(4, 2), (6, 4), (8, 4), (10, 8)].into_iter().flat_map(|(side, levels)| {
        [false, true].into_iter().map(move |slippery| {
            let kind = if slippery { "slippery" } else { "deterministic" };
            (format!("map {kind} side={side} levels={levels}"), map(side, levels, slippery, 1))
        })
    });
    let dense = [(12, 4), (20, 6), (40, 8)].into_iter().flat_map(|(states, seen)| {
        [(1, 4), (1, 2), (3, 4)].into_iter().map(move |(numerator, denominator)| {
            let name = format!("dense states={states} observations={seen} tolerance={numerator}/{denominator}");
            (name, dense(states, seen, ratio(numerator, denominator), 1))
        })
    });
    formulas.chain(refuted).chain(maps).chain(dense)
}

fn uniform(states: &[StateId]) -> lavaproof::mdp::Distribution {
    let share = ratio(1, i64::try_from(states.len()).expect("small"));
    distribution(&states.iter().map(|&state| (state, share.clone())).collect::<Vec<_>>())
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("s{index}")).collect()
}

/// Square maps that look alike cell by cell, with lava in different places. Training is the first level;
/// deployment is all others, and the catastrophe is lava in every one of them.
pub fn map(side: usize, levels: usize, slippery: bool, seed: u64) -> Problem {
    let mut random = Random::new(seed);
    let cells = side * side;
    let names = names(levels * cells);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut sketch = Sketch::new(&names, &["goal", "lava"]);
    let (goal, lava) = (levels * cells, levels * cells + 1);
    for level in 0..levels {
        let hot: Vec<bool> = (0..cells).map(|cell| cell != 0 && random.once_in(8) && level > 0).collect();
        let place = |cell: usize| match cell {
            cell if cell == cells - 1 => goal,
            cell if hot[cell] => lava,
            cell => level * cells + cell,
        };
        for cell in 0..cells {
            let (row, column) = (cell / side, cell % side);
            let moves = [
                ("up", row.saturating_sub(1) * side + column),
                ("down", (row + 1).min(side - 1) * side + column),
                ("left", row * side + column.saturating_sub(1)),
                ("right", row * side + (column + 1).min(side - 1)),
            ];
            for (action, target) in moves {
                let target = place(target);
                let stay = level * cells + cell;
                let gain = Rational::from(if target == goal { 100 } else { -1 });
                let row = match slippery && target != stay {
                    true => vec![(target, ratio(4, 5)), (stay, ratio(1, 5))],
                    false => vec![(target, Rational::ONE)],
                };
                sketch.choice(stay, action, row, gain.clone(), gain);
            }
        }
    }
    let starts: Vec<StateId> = (1..levels).map(|level| level * cells).collect();
    let discounted = Criterion::Discounted(ratio(9, 10));
    let mut parts = sketch.parts(
        discounted,
        (0..levels).map(|level| level * cells).collect(),
        uniform(&[0]),
        DeploymentSet::Point(uniform(&starts)),
    );
    let deployed = i64::try_from(starts.len()).expect("small");
    parts.catastrophe = Some(catastrophe(&[lava], ratio(deployed - 1, deployed)));
    alike(&mut parts, |state| (state < levels * cells).then(|| format!("cell {}", state % cells)));
    problem(parts)
}

/// Every state leads almost anywhere; few observations.
pub fn dense(states: usize, seen: usize, tolerance: Rational, seed: u64) -> Problem {
    let mut random = Random::new(seed);
    let names = names(states);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut sketch = Sketch::new(&names, &["end", "bad"]);
    for state in 0..states {
        for action in ["a", "b", "c"] {
            let weights: Vec<i64> = (0..states + 2).map(|_| random.pick(&[0, 1, 1, 2, 5])).collect();
            let sum: i64 = weights.iter().sum::<i64>().max(1);
            let row = weights.iter().enumerate().map(|(target, &weight)| (target, ratio(weight, sum))).collect();
            let gain = Rational::from(i64::try_from(random.below(2)).expect("small"));
            sketch.choice(state, action, row, gain.clone(), gain);
        }
    }
    let situations: Vec<StateId> = (0..states).collect();
    let discounted = Criterion::Discounted(ratio(9, 10));
    let deploy = DeploymentSet::Over(situations.clone());
    let mut parts = sketch.parts(discounted, situations, uniform(&[0]), deploy);
    parts.catastrophe = Some(catastrophe(&[states + 1], tolerance));
    // What training fixes would settle everything in a model where everything is visited: leave all of it free.
    parts.specified = vec![Rational::ZERO; parts.mdp.choices()];
    alike(&mut parts, |state| (state < states).then(|| format!("seen {}", state % seen)));
    problem(parts)
}

fn alike(parts: &mut ProblemParts, seen: impl Fn(StateId) -> Option<String>) {
    let seen: Vec<Option<String>> = (0..parts.mdp.states()).map(seen).collect();
    parts.observations = Some(Observation::new(&parts.mdp, &seen).expect("the same actions"));
}
