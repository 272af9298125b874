//! Cycles beside the catastrophe, and cycles that pay or cost: what a fixpoint without a guard gets wrong.

use lavaproof::decomposition::{Family, RewardName};
use lavaproof::mdp::{Observation, Rational};
use lavaproof::problem::{Criterion, DeploymentSet, Problem};
use lavaproof::search::{DistributionSet, Requirement, Test};

use super::oracle::exact::ratio;
use super::oracle::sketch::{Sketch, catastrophe, distribution, problem};
use super::{arena, by_both, by_cases, by_flow};

fn agree(problem: &Problem, requirements: &[Requirement<'_>], expected: bool) {
    let arena = arena(problem);
    assert_eq!(by_flow(&arena, requirements), expected, "flow");
    assert_eq!(by_cases(&arena, requirements), expected, "cases");
    assert_eq!(by_both(&arena, requirements), expected, "both");
}

/// `start` and `back` look alike: who goes on in one goes on in the other, and never gets to `bad`.
fn cycle_beside_catastrophe() -> Problem {
    let mut sketch = Sketch::new(&["start", "back", "door"], &["bad", "end"]);
    sketch.step(0, "go", 1, 0, 0);
    sketch.step(0, "stop", 4, 0, 0);
    sketch.step(1, "go", 0, 0, 0);
    sketch.step(1, "stop", 2, 0, 0);
    sketch.step(2, "open", 3, 0, 0);
    let start = distribution(&[(0, Rational::ONE)]);
    let discounted = Criterion::Discounted(ratio(1, 2));
    let mut parts = sketch.parts(discounted, vec![0, 1], start.clone(), DeploymentSet::Point(start));
    parts.catastrophe = Some(catastrophe(&[3], Rational::ZERO));
    let seen = [Some("here"), Some("here"), None, None, None].map(|name| name.map(str::to_owned));
    parts.observations = Some(Observation::new(&parts.mdp, &seen).expect("the same actions"));
    problem(parts)
}

#[test]
fn a_cycle_beside_the_catastrophe_does_not_reach_it() {
    let problem = cycle_beside_catastrophe();
    let set = DistributionSet::new(&problem, Family::Deploy);
    for at_most in [Rational::ZERO, ratio(1, 2)] {
        let test = Test::Reach { set: set.clone(), at_most };
        agree(&problem, &[Requirement::Breaks(test.clone())], false);
        agree(&problem, &[Requirement::Meets(test)], true);
    }
    // From `back` it is reached by stopping.
    let set = DistributionSet::new(&problem, Family::All);
    let test = Test::Reach { set, at_most: Rational::ZERO };
    agree(&problem, &[Requirement::Breaks(test.clone())], true);
    agree(&problem, &[Requirement::Breaks(test.clone()), Requirement::Meets(test)], false);
}

/// Two costly cycles that the start cannot get to, beside a way to the end: they cost nothing from there.
fn costly_cycles(reachable: bool) -> Problem {
    let mut sketch = Sketch::new(&["start", "round", "about"], &["end"]);
    sketch.step(0, "go", 3, 1, 1);
    if reachable {
        sketch.step(0, "stray", 1, 0, 0);
    }
    sketch.step(1, "on", 2, -1, -1);
    sketch.step(1, "leave", 3, 0, 0);
    sketch.step(2, "on", 1, -1, -1);
    sketch.step(2, "leave", 3, 0, 0);
    let start = distribution(&[(0, Rational::ONE)]);
    let over = DeploymentSet::Polytope { over: vec![0, 1], constraints: Vec::new() };
    problem(sketch.parts(Criterion::Total, vec![0, 1], start, over))
}

#[test]
fn costs_of_cycles_count_only_where_they_are_paid() {
    for reachable in [false, true] {
        let problem = costly_cycles(reachable);
        let low = |family| {
            Requirement::Breaks(Test::Linear {
                reward: RewardName::Intended,
                set: DistributionSet::new(&problem, family),
                relative: false,
                at_least: ratio(-100, 1),
            })
        };
        agree(&problem, &[low(Family::Train)], reachable);
        agree(&problem, &[low(Family::Deploy)], true);
        let high = Requirement::Meets(Test::Linear {
            reward: RewardName::Intended,
            set: DistributionSet::new(&problem, Family::Deploy),
            relative: false,
            at_least: ratio(-1, 1),
        });
        agree(&problem, std::slice::from_ref(&high), true);
        agree(&problem, &[high, low(Family::Deploy)], false);
    }
}
