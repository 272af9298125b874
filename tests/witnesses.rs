//! Every witness evaluated again, by the oracle's means: its distribution is one that the part speaks of, its policy
//! does what the part says, its numbers are right and its path is possible.

mod oracle;

use lavaproof::decomposition::{Answer, Half, Path, Reading, RewardName, Status, Step, Verdict, Witness};
use lavaproof::mdp::{Distribution, Policy, RandomizedPolicy, Rational, Value};
use lavaproof::problem::Problem;

use oracle::exact::ratio;
use oracle::generate::{random_problem, seeds};
use oracle::replay::{Replay, Wrong};
use oracle::{examples, subject};

/// How many problems, where the environment does not say.
const USUAL: u64 = 300;

#[test]
fn witnesses_show_what_they_should() {
    let (seeds, many) = seeds(USUAL);
    let mut replayed = 0;
    for seed in seeds {
        let examined = subject::examine(&random_problem(seed));
        let replay = Replay::new(&examined.problem);
        for answer in &examined.answers {
            let key = (&answer.decomposition, answer.half, answer.reading);
            let needed = answer.status() == Status::Fails && answer.reading != Reading::Exists;
            assert!(!subject::WITNESSED || !needed || answer.witness.is_some(), "seed {seed}: {key:?} shows nothing");
            if answer.witness.is_some() {
                replay.check(answer).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong:?} in {answer:#?}"));
                replayed += 1;
            }
        }
    }
    println!("{replayed} witnesses replayed");
    assert!(!subject::WITNESSED || !many || replayed > 0, "no witness");
}

/// In the lava quibble: trained on `g`, the policy takes the lava in `l`.
///
/// The proof is of that very answer; what the witness shows is written down here.
fn into_the_lava(problem: &Problem) -> Answer {
    let (decomposition, half, reading) = ("shah-catastrophe", Half::Inner, Reading::Forall);
    let proved = subject::examine(problem)
        .answers
        .into_iter()
        .find(|answer| (answer.decomposition.as_str(), answer.half, answer.reading) == (decomposition, half, reading));
    let verdict = proved.expect("a part of the built-in definitions").verdict;
    assert!(matches!(verdict, Verdict::Fails(_)), "{verdict:?}");
    let choice = |state, action| problem.mdp.choice_named(state, action).expect("an action of the example");
    let (go, lava) = (choice(0, "go"), choice(1, "lava"));
    Answer {
        decomposition: decomposition.to_owned(),
        half,
        reading,
        verdict,
        witness: Some(Witness {
            reward: RewardName::Intended,
            distribution: Some(examples::split(ratio(1, 2))),
            policy: Some(RandomizedPolicy::from(&Policy::new(vec![Some(go), Some(lava), None, None]))),
            value: Some(Value::Finite((-45).into())),
            value_bounds: None,
            best: Some(Value::Finite(10.into())),
            best_bounds: None,
            reach: Some(ratio(1, 2)),
            reach_bounds: None,
            path: Some(Path {
                steps: vec![Step { state: 1, choice: lava }],
                end: 3,
                probability: Rational::ONE,
                catastrophic: true,
            }),
        }),
    }
}

/// The answer with something in its witness changed.
fn corrupted(mut answer: Answer, corrupt: impl FnOnce(&mut Witness)) -> Answer {
    corrupt(answer.witness.as_mut().expect("a witness"));
    answer
}

type Corruption<'a> = &'a dyn Fn(&mut Witness);

#[test]
fn a_right_witness_is_accepted_and_each_corruption_of_it_is_not() {
    let problem = examples::lava();
    let replay = Replay::new(&problem);
    let right = into_the_lava(&problem);
    assert_eq!(replay.check(&right), Ok(()));
    let unsuspected = Answer { half: Half::Outer, ..right.clone() };
    assert_eq!(replay.check(&unsuspected), Err(Wrong::Distribution), "the outer half is about training");
    let around = problem.mdp.choice_named(1, "around").expect("an action of the example");
    let path = |witness: &mut Witness, change: &dyn Fn(&mut Path)| {
        change(witness.path.as_mut().expect("a path"));
    };
    let corruptions: [(Wrong, Corruption<'_>); 10] = [
        (Wrong::Distribution, &|witness| witness.distribution = Some(Distribution::point(1))),
        (Wrong::Policy, &|witness| {
            let go = problem.mdp.choices_of(0).start;
            witness.policy = Some(RandomizedPolicy::from(&Policy::new(vec![Some(go), Some(around), None, None])));
        }),
        (Wrong::Policy, &|witness| {
            let policy = witness.policy.as_ref().expect("a policy");
            let half = vec![(around, ratio(1, 2))];
            witness.policy = Some(RandomizedPolicy::new(vec![policy.row(0).to_vec(), half, Vec::new(), Vec::new()]));
        }),
        (Wrong::Value, &|witness| witness.value = Some(Value::ZERO)),
        (Wrong::Best, &|witness| witness.best = Some(Value::ZERO)),
        (Wrong::Reach, &|witness| witness.reach = Some(Rational::ONE)),
        (Wrong::Path, &|witness| path(witness, &|path| path.steps[0].choice = around)),
        (Wrong::Path, &|witness| path(witness, &|path| path.end = 2)),
        (Wrong::Path, &|witness| path(witness, &|path| path.probability = ratio(1, 2))),
        (Wrong::Path, &|witness| path(witness, &|path| path.catastrophic = false)),
    ];
    for (wrong, corrupt) in corruptions {
        assert_eq!(replay.check(&corrupted(right.clone(), corrupt)), Err(wrong));
    }
}
