//! The worked examples, whose verdicts are derived by hand: first by the oracle, then by the program.

mod oracle;

use lavaproof::decomposition::Half::{self, Goal, Inner, Outer};
use lavaproof::decomposition::Reading::{self, Exists, Forall, Given};
use lavaproof::decomposition::Status::{self, Fails, Holds};
use lavaproof::mdp::{Rational, Value};
use lavaproof::problem::Problem;

use oracle::exact::ratio;
use oracle::outcome::outcomes;
use oracle::{Expected, examples, expected, subject};

type Verdict = (&'static str, Half, Reading, Status);

fn assert_verdicts(problem: &Problem, verdicts: &[Verdict]) {
    let expected = expected(problem);
    let answered = subject::statuses(problem);
    for (id, half, reading, status) in verdicts {
        let key = ((*id).to_owned(), *half, *reading);
        assert_eq!(expected.get(&key), Some(&Expected::Exactly(*status)), "the oracle on {key:?}");
        assert_eq!(answered.get(&key), Some(status), "the program on {key:?}");
    }
}

#[test]
fn lava_quibble() {
    let lava = examples::lava();
    assert_verdicts(
        &lava,
        &[
            ("shah-behavioural", Outer, Forall, Holds),
            ("hubinger-train", Outer, Forall, Holds),
            ("hubinger-train", Inner, Forall, Holds),
            ("hubinger-train", Goal, Forall, Fails),
            ("wentworth", Outer, Forall, Fails),
            ("wentworth", Outer, Exists, Fails),
            ("hubinger-encountered", Outer, Forall, Fails),
            ("hubinger-all", Outer, Forall, Fails),
            ("shah-catastrophe", Outer, Forall, Holds),
            ("shah-catastrophe", Inner, Forall, Fails),
            ("shah-catastrophe", Inner, Exists, Holds),
            ("quibble-safe", Inner, Forall, Fails),
        ],
    );
    let at_the_lava: Vec<Value> = outcomes(&lava).into_iter().map(|mut policy| policy.intended.remove(1)).collect();
    assert_eq!(at_the_lava, [Value::Finite(10.into()), Value::Finite((-100).into())], "a regret of 110");
}

#[test]
fn a_right_reward_leaves_what_training_never_meets() {
    assert_verdicts(
        &examples::lava_well_specified(),
        &[
            ("wentworth", Outer, Forall, Holds),
            ("wentworth-literal", Outer, Forall, Holds),
            ("shah-behavioural", Outer, Forall, Holds),
            ("shah-catastrophe", Outer, Forall, Holds),
            ("hubinger-train", Outer, Forall, Holds),
            ("hubinger-encountered", Outer, Forall, Holds),
            ("hubinger-all", Outer, Forall, Holds),
            ("quibble", Outer, Forall, Holds),
            ("wentworth", Inner, Forall, Fails),
            ("shah-catastrophe", Inner, Forall, Fails),
            ("shah-catastrophe", Goal, Exists, Holds),
        ],
    );
}

#[test]
fn a_tie_separates_the_readings() {
    assert_verdicts(
        &examples::tie(),
        &[
            ("wentworth", Outer, Forall, Fails),
            ("wentworth", Outer, Exists, Holds),
            ("shah-behavioural", Outer, Forall, Fails),
            ("shah-behavioural", Outer, Exists, Holds),
            ("wentworth-literal", Outer, Forall, Holds),
        ],
    );
}

#[test]
fn halves_of_different_decompositions_do_not_mix() {
    assert_verdicts(
        &examples::lava_indifferent(),
        &[
            ("shah-behavioural", Outer, Forall, Holds),
            ("wentworth", Inner, Forall, Holds),
            ("wentworth", Outer, Forall, Fails),
            ("shah-catastrophe", Inner, Forall, Fails),
        ],
    );
}

#[test]
fn aliasing_makes_the_set_of_passing_distributions_disconnected() {
    let cases = [
        (ratio(0, 1), Holds),
        (ratio(1, 4), Holds),
        (ratio(499, 1000), Holds),
        (ratio(1, 2), Fails),
        (ratio(2, 3), Fails),
        (ratio(749, 1000), Fails),
        (ratio(3, 4), Holds),
        (Rational::ONE, Holds),
    ];
    for (share, status) in cases {
        assert_verdicts(
            &examples::aliasing(share.clone(), true),
            &[("wentworth", Outer, Forall, status), ("hubinger-all", Outer, Forall, Fails)],
        );
        assert_verdicts(
            &examples::aliasing(share, false),
            &[("wentworth", Outer, Forall, Holds), ("hubinger-all", Outer, Forall, Holds)],
        );
    }
}

#[test]
fn slack_in_good_averages_a_rare_error_away() {
    let averaging = examples::averaging();
    assert_verdicts(
        &averaging,
        &[
            ("shah-behavioural", Outer, Forall, Holds),
            ("wentworth", Outer, Forall, Fails),
            ("shah-behavioural", Goal, Forall, Fails),
        ],
    );
    let mut parts = averaging.into_parts();
    parts.good = lavaproof::problem::Good::Regret(ratio(99, 1000));
    let stricter = oracle::sketch::problem(parts);
    assert_verdicts(&stricter, &[("shah-behavioural", Outer, Forall, Fails)]);
}

#[test]
fn a_proxy_that_training_does_not_tell_apart() {
    assert_verdicts(
        &examples::pseudo_aligned(),
        &[
            ("hubinger-all", Outer, Forall, Holds),
            ("hubinger-train", Inner, Given, Holds),
            ("hubinger-encountered", Inner, Given, Fails),
            ("wentworth", Inner, Given, Fails),
            ("hubinger-all", Goal, Given, Fails),
        ],
    );
}

#[test]
fn verdicts_depend_on_the_discount() {
    for (discount, forall, exists) in
        [(ratio(79, 100), Holds, Holds), (ratio(4, 5), Fails, Holds), (ratio(81, 100), Fails, Fails)]
    {
        assert_verdicts(
            &examples::patience(discount),
            &[("wentworth", Outer, Forall, forall), ("wentworth", Outer, Exists, exists)],
        );
    }
}
