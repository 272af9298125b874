//! The census: all pairs of 0–1 rewards on two situations with two actions, one step, trained on one situation and
//! deployed evenly on both. Each number counts the pairs with a property, by the program and by the oracle.

mod oracle;

use std::collections::BTreeMap;

use lavaproof::decomposition::Half::{self, Inner, Outer};
use lavaproof::decomposition::{Reading, Status};
use lavaproof::mdp::{Distribution, Observation};
use lavaproof::problem::{Criterion, DeploymentSet, Problem};

use oracle::exact::ratio;
use oracle::examples::split;
use oracle::sketch::{Sketch, problem};
use oracle::{Key, subject};

/// Of 256 pairs: `shah-behavioural` outer; `wentworth` outer; `wentworth` inner; `hubinger-all` outer; the goal; both
/// halves of `wentworth`; `shah-behavioural` outer and `wentworth` inner without the goal; `hubinger-all` outer
/// without the goal.
const FULL_OBSERVATION: [usize; 8] = [160, 100, 128, 100, 80, 40, 40, 20];
/// The same when the two situations look alike.
const ALIASED: [usize; 8] = [160, 146, 192, 92, 136, 102, 32, 8];

fn pair(specified: usize, intended: usize, aliased: bool) -> Problem {
    let mut sketch = Sketch::new(&["x", "y"], &["end"]);
    for (bit, (state, action)) in [(0, "a"), (0, "b"), (1, "a"), (1, "b")].into_iter().enumerate() {
        let reward = |bits: usize| if bits >> bit & 1 == 1 { 1 } else { 0 };
        sketch.step(state, action, 2, reward(specified), reward(intended));
    }
    let deploy = DeploymentSet::Point(split(ratio(1, 2)));
    let mut parts = sketch.parts(Criterion::Total, vec![0, 1], Distribution::point(0), deploy);
    if aliased {
        let seen = Some("same".to_owned());
        parts.observations = Some(Observation::new(&parts.mdp, &[seen.clone(), seen, None]).expect("the same actions"));
    }
    problem(parts)
}

fn counts(aliased: bool, statuses: impl Fn(&Problem) -> BTreeMap<Key, Status>) -> [usize; 8] {
    let mut counts = [0; 8];
    for specified in 0..16 {
        for intended in 0..16 {
            let statuses = statuses(&pair(specified, intended, aliased));
            let holds = |id: &str, half: Half| match statuses[&(id.to_owned(), half, Reading::Forall)] {
                Status::Holds => true,
                Status::Fails => false,
                other => panic!("{id} {half} is {other}"),
            };
            let shah = holds("shah-behavioural", Outer);
            let wentworth = holds("wentworth", Outer);
            let robust = holds("wentworth", Inner);
            let all = holds("hubinger-all", Outer);
            let goal = holds("shah-behavioural", Inner);
            let columns =
                [shah, wentworth, robust, all, goal, wentworth && robust, shah && robust && !goal, all && !goal];
            for (count, column) in counts.iter_mut().zip(columns) {
                *count += usize::from(column);
            }
        }
    }
    counts
}

#[test]
fn full_observation() {
    assert_eq!(counts(false, oracle::statuses), FULL_OBSERVATION);
    assert_eq!(counts(false, subject::statuses), FULL_OBSERVATION);
}

#[test]
fn aliased() {
    assert_eq!(counts(true, oracle::statuses), ALIASED);
    assert_eq!(counts(true, subject::statuses), ALIASED);
}
