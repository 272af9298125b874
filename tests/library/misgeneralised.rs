//! Goal misgeneralisation: what policies that are optimal in training are worth in deployment.

use lavaproof::mdp::{Mask, StateId, Value};
use lavaproof::problem::Problem;
use lavaproof::solve::{Sense, reachable_under};

use crate::Which::{Intended, Specified};
use crate::{best, extreme, model, number, optimal, state, value_of_given};

/// Where optimal policies come in training, the optimal choices; in what looks like such a state, the same ones; everything elsewhere. These are the
/// policies that training may return if it has one optimal behaviour, or if deployment meets nothing that training does.
fn trained(problem: &Problem, start: StateId) -> Mask {
    let (mdp, optimal) = (&problem.mdp, optimal(problem, Specified));
    let mut mask = Mask::all(mdp);
    let met = reachable_under(mdp, &mask, [start]);
    let seen = reachable_under(mdp, &optimal, problem.train.support());
    for seen in seen.ones().filter(|&state| !mdp.is_absorbing(state)) {
        let learned: Vec<_> = optimal.choices_of(mdp, seen).collect();
        let alike = problem.observations.as_ref().map_or(vec![seen], |look| look.members(look.of(seen)).to_vec());
        assert!(learned.len() == 1 || !alike.iter().any(|&state| met.contains(state)), "a tie that matters");
        for state in alike {
            let same: Vec<_> = learned.iter().map(|&choice| mdp.same_action_at(state, choice)).collect();
            mdp.choices_of(state)
                .filter(|choice| !same.contains(&Some(*choice)))
                .for_each(|choice| mask.forbid(choice));
        }
    }
    mask
}

/// From a situation of deployment: the least and the largest value of trained policies, and the best of all policies.
fn deployed(problem: &Problem, start: &str) -> [Value; 3] {
    let start = state(problem, start);
    let trained = trained(problem, start);
    let of = |sense, mask: &Mask| extreme(problem, Intended, sense, mask).values[start].clone();
    [of(Sense::Min, &trained), of(Sense::Max, &trained), of(Sense::Max, &Mask::all(&problem.mdp))]
}

fn trained_optimum(problem: &Problem, start: &str) -> Value {
    best(problem, Specified).values[state(problem, start)].clone()
}

/// Training decides "right" in three positions. A policy sees nothing else, and so it passes under the coin: whatever it would do in the upper row,
/// 0 of 10 * (9/10)^2.
#[test]
fn in_coinruns_corridor_every_trained_policy_misses_the_coin() {
    let problem = model("goal-misgeneralisation/coinrun-corridor.toml");
    assert_eq!(trained_optimum(&problem, "coin_at_end_r2c1"), number("81/10"));
    assert_eq!(deployed(&problem, "coin_elsewhere_r2c1"), ["0", "0", "81/10"].map(number));
}

/// Five steps in training, three in deployment: 10 * (9/10)^4 and 10 * (9/10)^2. The policy that was given goes to the corner.
#[test]
fn the_mouse_may_sit_in_an_empty_corner() {
    let problem = model("goal-misgeneralisation/cheese-in-the-corner.toml");
    let (before, after) = (state(&problem, "corner_r4c1"), state(&problem, "elsewhere_r4c1"));
    assert_eq!(trained_optimum(&problem, "corner_r4c1"), number("6561/1000"));
    assert_eq!(deployed(&problem, "elsewhere_r4c1"), ["0", "81/10", "81/10"].map(number));
    let given = value_of_given(&problem, Intended);
    assert_eq!([&given[before], &given[after]], [&number("6561/1000"), &number("0")]);
}

/// A chest one step later is worth 9/10 of it. The policy that was given is the worst that training can return.
#[test]
fn the_collector_of_keys_opens_the_chest_a_step_late() {
    let problem = model("goal-misgeneralisation/keys-and-chests.toml");
    let (scarce, plenty) = (state(&problem, "k1h0c2"), state(&problem, "k2h0c1"));
    assert_eq!(trained_optimum(&problem, "k1h0c2"), number("9/10"));
    assert_eq!(deployed(&problem, "k2h0c1"), ["81/100", "9/10", "9/10"].map(number));
    let given = value_of_given(&problem, Intended);
    assert_eq!([&given[scarce], &given[plenty]], [&number("9/10"), &number("81/100")]);
}

/// Two shields are worth 0, two attacks -2 - 2 * 9/10; without monsters two apples are worth 1 + 9/10, and a shield nothing.
#[test]
fn shields_are_taken_when_the_monsters_are_gone() {
    let problem = model("goal-misgeneralisation/monsters-and-shields.toml");
    let (during, after) = (state(&problem, "two-monsters"), state(&problem, "no-monsters"));
    assert_eq!(trained_optimum(&problem, "two-monsters"), number("0"));
    let worst = extreme(&problem, Specified, Sense::Min, &Mask::all(&problem.mdp));
    assert_eq!(worst.values[during], number("-19/5"));
    assert_eq!(deployed(&problem, "no-monsters"), ["0", "19/10", "19/10"].map(number));
    let given = value_of_given(&problem, Intended);
    assert_eq!([&given[during], &given[after]], [&number("0"), &number("0")]);
}
