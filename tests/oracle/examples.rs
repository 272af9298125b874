//! The worked examples: one or two situations each, with verdicts that are derived by hand.

use lavaproof::mdp::{Distribution, Observation, Policy, RandomizedPolicy, Rational};
use lavaproof::problem::{Criterion, DeploymentSet, Good, Learner, Problem};

use super::exact::ratio;
use super::sketch::{Sketch, catastrophe, distribution, problem};

fn one_step() -> Criterion {
    Criterion::Discounted(ratio(9, 10))
}

/// Two situations with these masses.
pub fn split(first: Rational) -> Distribution {
    let second = Rational::ONE - &first;
    distribution(&[(0, first), (1, second)])
}

/// `g` can only go; `l` can go around the lava or through it.
fn lava_with(around: [i64; 2], through: [i64; 2]) -> Problem {
    let mut sketch = Sketch::new(&["g", "l"], &["end", "burnt"]);
    sketch.step(0, "go", 2, 10, 10);
    sketch.step(1, "around", 2, around[0], around[1]);
    sketch.step(1, "lava", 3, through[0], through[1]);
    let deploy = DeploymentSet::Point(split(ratio(1, 2)));
    let mut parts = sketch.parts(one_step(), vec![0, 1], Distribution::point(0), deploy);
    parts.catastrophe = Some(catastrophe(&[3], Rational::ZERO));
    problem(parts)
}

/// The lava quibble.
pub fn lava() -> Problem {
    lava_with([10, 10], [100, -100])
}

/// The lava quibble with a specified reward that is the intended one.
pub fn lava_well_specified() -> Problem {
    lava_with([10, 10], [-100, -100])
}

/// The lava quibble with a specified reward of 10 everywhere.
pub fn lava_indifferent() -> Problem {
    lava_with([10, 10], [10, -100])
}

/// One state, two actions that the specified reward does not tell apart.
pub fn tie() -> Problem {
    let mut sketch = Sketch::new(&["s"], &["end"]);
    sketch.step(0, "a", 1, 0, 1);
    sketch.step(0, "b", 1, 0, 0);
    let point = Distribution::point(0);
    problem(sketch.parts(one_step(), vec![0], point.clone(), DeploymentSet::Point(point)))
}

/// Two situations that look alike, deployed with `μ(x) = share`.
pub fn aliasing(share: Rational, aliased: bool) -> Problem {
    let mut sketch = Sketch::new(&["x", "y"], &["end"]);
    sketch.step(0, "a", 2, 1, 1);
    sketch.step(0, "b", 2, 0, 0);
    sketch.step(1, "a", 2, 0, 0);
    sketch.step(1, "b", 2, 1, 3);
    let deploy = DeploymentSet::Point(split(share));
    let mut parts = sketch.parts(one_step(), vec![0, 1], Distribution::point(0), deploy);
    if aliased {
        let seen = Some("same".to_owned());
        parts.observations = Some(Observation::new(&parts.mdp, &[seen.clone(), seen, None]).expect("the same actions"));
    }
    problem(parts)
}

/// A rare situation in which the specified reward errs: slack in *good* averages it away in training.
pub fn averaging() -> Problem {
    let mut sketch = Sketch::new(&["c", "r"], &["end"]);
    sketch.step(0, "a", 2, 0, 0);
    sketch.step(1, "a", 2, 0, 10);
    sketch.step(1, "b", 2, 1, 0);
    let deploy = DeploymentSet::Point(split(ratio(1, 2)));
    let mut parts = sketch.parts(one_step(), vec![0, 1], split(ratio(99, 100)), deploy);
    parts.good = Good::Regret(ratio(1, 10));
    problem(parts)
}

/// The coin lies to the right in training and to the left in the other situation; the given policy goes right.
pub fn pseudo_aligned() -> Problem {
    let mut sketch = Sketch::new(&["right", "coin"], &["end"]);
    sketch.step(0, "go right", 2, 1, 1);
    sketch.step(0, "go left", 2, 0, 0);
    sketch.step(1, "go right", 2, 0, 0);
    sketch.step(1, "go left", 2, 1, 1);
    let deploy = DeploymentSet::Over(vec![0, 1]);
    let mut parts = sketch.parts(one_step(), vec![0, 1], Distribution::point(0), deploy);
    let right = |state| parts.mdp.choice_named(state, "go right");
    let given = RandomizedPolicy::from(&Policy::new(vec![right(0), right(1), None]));
    parts.learner = Learner { epsilon: Rational::ZERO, given: Some(given) };
    problem(parts)
}

/// `a` pays 1 at once, `b` pays ¼ from the next step on: the specified reward prefers `b` for `γ > 4/5`, the intended
/// one never does.
pub fn patience(discount: Rational) -> Problem {
    let mut sketch = Sketch::new(&["s", "loop"], &["end"]);
    sketch.step(0, "a", 2, 1, 1);
    sketch.step(0, "b", 1, 0, 0);
    sketch.choice(1, "stay", vec![(1, Rational::ONE)], ratio(1, 4), Rational::ZERO);
    let point = Distribution::point(0);
    problem(sketch.parts(Criterion::Discounted(discount), vec![0], point.clone(), DeploymentSet::Point(point)))
}
