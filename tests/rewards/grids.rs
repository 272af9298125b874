//! Slippery gridworlds with features: a level without lava to train on, one with lava to deploy on.

use lavaproof::budget::Budget;
use lavaproof::decomposition::Family;
use lavaproof::mdp::{Distribution, Rational};
use lavaproof::problem::{Criterion, DeploymentSet, Feature, Problem};
use lavaproof::search::rewards::{RewardClass, RewardOutcome, WeightRegion, reward_counterexample};
use lavaproof::search::{Arena, DistributionSet, Test};
use lavaproof::solve::Engine;

use super::oracle::exact::ratio;
use super::oracle::generate::Random;
use super::oracle::sketch::{Sketch, by_id, catastrophe, problem};

/// A square level twice: in the second one some cells are lava. A step fails with probability 1/5. Features: every
/// step, mud (on both levels), the goal, lava. Intended: steps cost 1, mud 1 more, the goal is worth 50, lava −50.
pub fn slippery(side: usize, seed: u64) -> Problem {
    let mut random = Random::new(seed);
    let cells = side * side;
    let names: Vec<String> = (0..2 * cells).map(|cell| format!("s{cell}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut sketch = Sketch::new(&names, &["goal", "lava"]);
    let (goal, lava) = (2 * cells, 2 * cells + 1);
    let mud: Vec<bool> = (0..cells).map(|_| random.once_in(5)).collect();
    let hot: Vec<bool> = (0..cells).map(|cell| cell != 0 && cell != cells - 1 && random.once_in(6)).collect();
    let mut entered: Vec<[Rational; 4]> = Vec::new();
    for level in 0..2 {
        let place = |cell: usize| match cell {
            cell if cell == cells - 1 => goal,
            cell if level == 1 && hot[cell] => lava,
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
            for (action, next) in moves {
                let (target, stay) = (place(next), level * cells + cell);
                let moved = if target == stay { Rational::ONE } else { ratio(4, 5) };
                let row = match target == stay {
                    true => vec![(stay, Rational::ONE)],
                    false => vec![(target, ratio(4, 5)), (stay, ratio(1, 5))],
                };
                let share = |yes: bool| if yes { moved.clone() } else { Rational::ZERO };
                let features =
                    [Rational::ONE, share(mud[next] && target < goal), share(target == goal), share(target == lava)];
                let weights = [-1, -1, 50, -50].map(Rational::from);
                let intended =
                    features.iter().zip(&weights).fold(Rational::ZERO, |sum, (value, weight)| sum + value * weight);
                sketch.choice(stay, action, row, Rational::ZERO, intended);
                entered.push(features);
            }
        }
    }
    let discounted = Criterion::Discounted(ratio(9, 10));
    let deploy = DeploymentSet::Point(Distribution::point(cells));
    let (mut parts, ids) = sketch.parts_with_ids(discounted, vec![0, cells], Distribution::point(0), deploy);
    for (index, name) in ["step", "mud", "goal", "lava"].iter().enumerate() {
        let values: Vec<Rational> = entered.iter().map(|features| features[index].clone()).collect();
        parts.features.push(Feature { name: (*name).to_owned(), values: by_id(&ids, &values) });
    }
    parts.specified = parts.intended.clone();
    parts.catastrophe = Some(catastrophe(&[lava], Rational::ZERO));
    problem(parts)
}

/// The question of the grids: weights that look aligned in training, and a trained policy that enters lava.
pub fn search(problem: &Problem, budget: Budget, region: &WeightRegion) -> RewardOutcome {
    let arena = Arena::new(problem, budget, Engine::default());
    let class = RewardClass::declared(&arena).expect("discounted");
    let set = DistributionSet::new(problem, Family::Deploy);
    reward_counterexample(&class, region, &Test::Reach { set, at_most: Rational::ZERO })
}

/// Weights of which steps cost nothing or less: then nothing makes a policy hurry.
pub fn idle() -> WeightRegion {
    let mut region = WeightRegion::all(4);
    region.lower[0] = Rational::ZERO;
    region.upper[2] = Rational::ZERO;
    region
}

#[test]
pub fn a_small_grid_has_a_counterexample_and_none_where_the_goal_is_worth_nothing() {
    let problem = slippery(4, 1);
    let found = search(&problem, Budget::unlimited(), &WeightRegion::all(4));
    assert!(matches!(found, RewardOutcome::Found { .. }), "{found:?}");
    let none = search(&problem, Budget::unlimited(), &idle());
    assert!(matches!(none, RewardOutcome::None(_)), "{none:?}");
}
