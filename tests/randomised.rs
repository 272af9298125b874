//! Where deterministic policies settle a question about all stationary ones: mixtures of them, state by state, neither
//! refute what holds of every policy nor provide what holds of none. And the two questions that they do not settle.

mod oracle;

use lavaproof::decomposition::{Half, Reading, Status};
use lavaproof::mdp::{Distribution, Policy, RandomizedPolicy, Rational};
use lavaproof::problem::{Criterion, DeploymentSet, Good, PolicyClass, Problem};

use oracle::decide::Oracle;
use oracle::exact::ratio;
use oracle::generate::{Random, random_problem};
use oracle::outcome::{Outcome, outcome, policies};
use oracle::sketch::{Sketch, catastrophe, problem};
use oracle::transform::{changed, flat};
use oracle::{Expected, definitions, expected};

/// How many problems.
const PROBLEMS: u64 = 300;

/// In each state what one policy does or what the other does.
fn mixture(problem: &Problem, first: &Policy, second: &Policy, share: &Rational) -> RandomizedPolicy {
    let row = |state: usize| match (first.choice(state), second.choice(state)) {
        (Some(choice), Some(other)) if choice != other => {
            vec![(choice, share.clone()), (other, Rational::ONE - share)]
        }
        (choice, _) => choice.map(|choice| (choice, Rational::ONE)).into_iter().collect(),
    };
    RandomizedPolicy::new((0..problem.mdp.states()).map(row).collect())
}

#[test]
fn mixtures_change_no_answer() {
    let (mut kept, mut absent) = (0, 0);
    for seed in 1..=PROBLEMS {
        let problem = changed(&flat(&random_problem(seed)), |parts| {
            parts.observations = None;
            parts.learner.epsilon = Rational::ZERO;
            parts.learner.given = None;
            parts.policies = Some(PolicyClass::Stationary);
        });
        let oracle = Oracle::new(&problem);
        let mut random = Random::new(seed);
        let pure = policies(&problem);
        let mixtures: Vec<_> = (0..20)
            .map(|_| {
                let share = ratio(random.pick(&[1, 10, 19]), 20);
                let mixed = mixture(&problem, &random.pick(&pure), &random.pick(&pure), &share);
                outcome(&problem, &mixed, &problem.situations)
            })
            .collect();
        for (id, half, claim) in definitions::parts() {
            for (reading, answer) in oracle.answers(claim) {
                let question = || format!("seed {seed}: {id} {half} {reading}");
                match (reading, answer) {
                    (Reading::Forall, Expected::Exactly(Status::Holds)) => {
                        assert!(!mixtures.iter().any(|mixed| oracle.refutes(mixed, claim)), "{}", question());
                        kept += 1;
                    }
                    (Reading::Exists, Expected::Exactly(Status::Fails)) => {
                        assert!(!mixtures.iter().any(|mixed| oracle.provides(mixed, claim)), "{}", question());
                        absent += 1;
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(kept > 0 && absent > 0);
}

/// One state: `a` has the values `[specified, intended]` given and is a catastrophe, `b` has none of this.
fn bargain(a: [i64; 2], slack: Rational) -> Problem {
    let mut sketch = Sketch::new(&["s"], &["end", "burnt"]);
    sketch.step(0, "a", 2, a[0], a[1]);
    sketch.step(0, "b", 1, 0, 0);
    let point = Distribution::point(0);
    let mut parts = sketch.parts(Criterion::Total, vec![0], point.clone(), DeploymentSet::Point(point));
    parts.good = Good::Regret(slack);
    parts.catastrophe = Some(catastrophe(&[2], ratio(1, 2)));
    problem(parts)
}

/// What the oracle expects of a part, of all stationary and of deterministic policies alone.
fn both_classes(problem: &Problem, id: &str, half: Half, reading: Reading) -> [Expected; 2] {
    [PolicyClass::Stationary, PolicyClass::Deterministic].map(|class| {
        let problem = changed(problem, |parts| parts.policies = Some(class));
        expected(&problem)[&(id.to_owned(), half, reading)]
    })
}

/// Half `a`, half `b`.
fn half_of_each(problem: &Problem) -> Outcome {
    let row = problem.mdp.choices_of(0).map(|choice| (choice, ratio(1, 2))).collect();
    outcome(problem, &RandomizedPolicy::new(vec![row, Vec::new(), Vec::new()]), &[0])
}

#[test]
fn a_good_mixture_may_be_paid_less_where_every_good_policy_is_paid_most() {
    let problem = bargain([1, 1], ratio(1, 2));
    let answers = both_classes(&problem, "wentworth-literal", Half::Outer, Reading::Forall);
    assert_eq!(answers, [Expected::Exactly(Status::Fails), Expected::Exactly(Status::Holds)]);
    let claim = definitions::claim("wentworth-literal", Half::Outer);
    assert!(Oracle::new(&problem).refutes(&half_of_each(&problem), claim));
}

#[test]
fn a_mixture_may_be_good_and_safe_where_no_policy_is_both() {
    let problem = bargain([0, 1], ratio(1, 2));
    let answers = both_classes(&problem, "shah-catastrophe", Half::Goal, Reading::Exists);
    assert_eq!(answers, [Expected::Unsettled, Expected::Exactly(Status::Fails)]);
    let claim = definitions::claim("shah-catastrophe", Half::Goal);
    assert!(Oracle::new(&problem).provides(&half_of_each(&problem), claim));
}
