//! Gridworlds in which optimal ways tie, and situations that training does not meet.

use lavaproof::mdp::{Distribution, Rational, StateId};
use lavaproof::problem::{Criterion, DeploymentSet, Problem};

use crate::oracle::exact::ratio;
use crate::oracle::generate::Random;
use crate::oracle::sketch::{Sketch, catastrophe, distribution, problem};

/// Where an episode may start and what burns, on a square level.
struct Level {
    hot: Vec<bool>,
    starts: Vec<usize>,
}

impl Level {
    fn random(random: &mut Random, side: usize, starts: usize) -> Self {
        let cells = side * side;
        let mut hot: Vec<bool> = (0..cells).map(|cell| cell != 0 && random.once_in(12)).collect();
        hot[cells - 1] = false;
        let free = (1..cells - 1).filter(|&cell| !hot[cell]).collect();
        let mut starts_here = random.shuffled(free);
        starts_here.truncate(starts);
        Self { hot, starts: starts_here }
    }
}

/// Levels on which training starts in one corner, with many shortest ways to the goal in the other. What it visits, it has to
/// do right; everything else is free. Every step costs 1, the goal is worth 100, lava costs 100.
fn grid(levels: &[Level], side: usize, situations: &[usize], train: Distribution, deploy: DeploymentSet) -> Problem {
    let cells = side * side;
    let names: Vec<String> = (0..levels.len() * cells).map(|index| format!("s{index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut sketch = Sketch::new(&names, &["goal", "lava"]);
    let (goal, lava) = (levels.len() * cells, levels.len() * cells + 1);
    for (index, level) in levels.iter().enumerate() {
        let place = |cell: usize| match cell {
            cell if cell == cells - 1 => goal,
            cell if level.hot[cell] => lava,
            cell => index * cells + cell,
        };
        for cell in 0..cells {
            let (row, column) = (cell / side, cell % side);
            let moves = [
                ("up", row.saturating_sub(1) * side + column),
                ("down", (row + 1).min(side - 1) * side + column),
                ("left", row * side + column.saturating_sub(1)),
                ("right", row * side + (column + 1).min(side - 1)),
            ];
            for (action, target) in moves.map(|(action, target)| (action, place(target))) {
                let gain = match target {
                    target if target == goal => 100,
                    target if target == lava => -100,
                    _ => -1,
                };
                let gain = Rational::from(gain);
                sketch.choice(index * cells + cell, action, vec![(target, Rational::ONE)], gain.clone(), gain);
            }
        }
    }
    let discounted = Criterion::Discounted(ratio(9, 10));
    let mut parts = sketch.parts(discounted, situations.to_vec(), train, deploy);
    parts.catastrophe = Some(catastrophe(&[lava], Rational::ZERO));
    problem(parts)
}

fn even(states: &[StateId]) -> Distribution {
    let share = ratio(1, i64::try_from(states.len()).expect("few"));
    distribution(&states.iter().map(|&state| (state, share.clone())).collect::<Vec<_>>())
}

/// Three levels, each with a training start in its corner and six deployment starts; the catastrophe is lava from every one of
/// these. A policy that training may return does it if it leaves each of them a way that training does not take.
pub fn ties(side: usize, seed: u64) -> Problem {
    let mut random = Random::new(seed);
    let cells = side * side;
    let levels: Vec<Level> = (0..3).map(|_| Level::random(&mut random, side, 6)).collect();
    let corners: Vec<StateId> = (0..levels.len()).map(|index| index * cells).collect();
    let starts =
        levels.iter().enumerate().flat_map(|(index, level)| level.starts.iter().map(move |cell| index * cells + cell));
    let starts: Vec<StateId> = starts.collect();
    let situations: Vec<StateId> = corners.iter().chain(&starts).copied().collect();
    let found = grid(&levels, side, &situations, even(&corners), DeploymentSet::Point(even(&starts)));
    let mut parts = found.into_parts();
    let all = i64::try_from(starts.len()).expect("few");
    parts.catastrophe.as_mut().expect("declared").tolerance = ratio(all - 1, all);
    problem(parts)
}

/// One level with a training start in its corner and so many other situations, each of which deployment may start in.
pub fn uncovered(side: usize, starts: usize, seed: u64) -> Problem {
    let mut random = Random::new(seed);
    let level = Level::random(&mut random, side, starts);
    let situations: Vec<StateId> = std::iter::once(0).chain(level.starts.iter().copied()).collect();
    let deploy = DeploymentSet::Over(situations.clone());
    grid(&[level], side, &situations, Distribution::point(0), deploy)
}
