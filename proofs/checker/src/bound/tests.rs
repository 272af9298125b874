//! Bounds that are inductive, and bounds that are not.

use super::{Behaviour, Quantity, Side, inductive};
use crate::backup::Weights;
use crate::condition::Condition;
use crate::example::{LAVA, STEPS, bound, model, policy, vectors};
use crate::model::Model;
use crate::rational::Rational;

/// The condition that a bound breaks; `None` for a bound that holds.
fn broken(
    model: &Model,
    texts: &str,
    which: &str,
    behaviour: &Behaviour<'_>,
    weights: Option<&Weights>,
    side: Side,
    stops: bool,
) -> Option<Condition> {
    let vectors = vectors(model, texts);
    inductive(model, &vectors, &bound(&vectors, which), behaviour, weights, side, stops)
        .err()
        .map(|broken| broken.condition)
}

#[test]
fn upper_bounds_of_rewards() {
    let (lava, all) = (model(LAVA), Behaviour::Mask(&[true, true, true]));
    let weights = Quantity::Specified.weights(&Rational::one());
    let upper = |vector: &str, shift: &str, all: &Behaviour<'_>| {
        broken(&lava, vector, &format!("0 {shift} -"), all, weights.as_ref(), Side::Upper, false)
    };
    for (vector, shift) in [
        ("rational 4 10 100 0 0", "0"),
        ("dyadic 3 4 80 800 0 0", "0"),
        ("rational 4 10 - 0 -", "0"),
        ("rational 4 9 99 0 0", "1"),
        ("rational 4 - - 7 -", "0"),
        ("rational 4 59/6 599/6 0 0", "1/6"),
    ] {
        assert_eq!(upper(vector, shift, &all), None, "{vector} {shift}");
    }
    for (vector, shift, condition) in [
        ("rational 4 10 99 0 0", "0", Condition::NotUpper),
        ("rational 4 10 100 -1 0", "0", Condition::NotUpper),
        ("rational 4 10 100 0 0", "-1/1000000000000000000000", Condition::NotUpper),
        ("rational 4 10 100 - 0", "0", Condition::OutsideDomain),
        ("dyadic 4000 4 10 100 0 0", "0", Condition::NotUpper),
        // The shift does not count at absorbing states.
        ("rational 4 10 100 -1 0", "1", Condition::NotUpper),
    ] {
        assert_eq!(upper(vector, shift, &all), Some(condition), "{vector} {shift}");
    }
    // A mask without the lava; a mask without any choice says nothing.
    assert_eq!(upper("rational 4 10 10 0 0", "0", &Behaviour::Mask(&[true, true, false])), None);
    assert_eq!(upper("rational 4 0 0 0 0", "0", &Behaviour::Mask(&[false, false, false])), None);
}

#[test]
fn the_discount_counts_and_large_numbers_come_out_alike() {
    let chain = STEPS.replace("total", "discounted 1/2").replace("choice 2 -1 -2 1 0 1", "choice 2 1 0 1 0 1");
    let ones = format!("1{}", "0".repeat(30));
    for (chain, scale) in [
        (chain.clone(), "1"),
        (chain.replace(" -1 -2 2 0 1/2 1 1/2", &format!(" -1 -2 2 0 {ones}/2{} 1 1/2", &ones[1..])), "1"),
    ] {
        let chain = model(&chain);
        let weights = Quantity::Specified.weights(&Rational::one());
        let all = Behaviour::Mask(&[true, true, true]);
        let check =
            |text: &str| broken(&chain, text, &format!("0 0 - {scale}"), &all, weights.as_ref(), Side::Upper, false);
        assert_eq!(check("rational 2 2 0"), None);
        assert_eq!(check("rational 2 199/100 0"), Some(Condition::NotUpper));
        let large = format!("rational 2 2{}/{ones} 0", &ones[1..]);
        assert_eq!(check(&large), None);
        assert_eq!(check(&large.replace("rational 2 2", "rational 2 1")), Some(Condition::NotUpper));
    }
}

#[test]
fn combined_rewards() {
    let lava = model(LAVA);
    let weights = Weights { specified: Rational::from(2), intended: Rational::from(-1) };
    let all = Behaviour::Mask(&[true, true, true]);
    let check = |text: &str| broken(&lava, text, "0 0 -", &all, Some(&weights), Side::Upper, false);
    assert_eq!(check("rational 4 10 300 0 0"), None);
    assert_eq!(check("rational 4 10 299 0 0"), Some(Condition::NotUpper));
    assert_eq!(check("rational 4 9 300 0 0"), Some(Condition::NotUpper));
}

#[test]
fn total_rewards_and_ranks() {
    let steps = model(STEPS);
    let weights = Quantity::Specified.weights(&Rational::from(-1));
    let check = |mask: &[bool], text: &str, which: &str, stops| {
        broken(&steps, text, which, &Behaviour::Mask(mask), weights.as_ref(), Side::Upper, stops)
    };
    let (stopping, all) = ([true, true, false], [true, true, true]);
    assert_eq!(check(&stopping, "rational 2 3 0 rational 2 1 0", "0 0 1", true), None);
    assert_eq!(check(&stopping, "rational 2 3 0", "0 0 -", false), None);
    assert_eq!(check(&stopping, "rational 2 3 0", "0 0 -", true), Some(Condition::Rank));
    assert_eq!(check(&stopping, "rational 2 3 0 rational 2 1 1", "0 0 1", true), Some(Condition::Rank));
    assert_eq!(check(&stopping, "rational 2 3 0 rational 2 - 0", "0 0 1", true), Some(Condition::Rank));
    // Staying costs more than any number.
    assert_eq!(check(&all, "rational 2 1000 0", "0 0 -", false), Some(Condition::NotUpper));
}

#[test]
fn bounds_of_one_policy() {
    let steps = model(STEPS);
    let (slow, mixed) = (policy(&steps, "1 0 1"), policy(&steps, "2 0 1/2 1 1/2"));
    let weights = Quantity::Specified.weights(&Rational::one());
    let check = |policy, text: &str, which: &str, side, stops| {
        broken(&steps, text, which, &Behaviour::Policy(policy), weights.as_ref(), side, stops)
    };
    let rank = "rational 2 1 0";
    assert_eq!(check(&slow, &format!("rational 2 -2 0 {rank}"), "0 0 1", Side::Lower, true), None);
    assert_eq!(check(&slow, "rational 2 -2 0", "0 0 -", Side::Upper, false), None);
    assert_eq!(check(&slow, &format!("rational 2 -1 0 {rank}"), "0 0 1", Side::Lower, true), Some(Condition::NotLower));
    assert_eq!(check(&slow, "rational 2 -2 0", "0 0 -", Side::Lower, true), Some(Condition::Rank));
    assert_eq!(check(&slow, "rational 2 -3 0", "0 0 -", Side::Upper, false), Some(Condition::NotUpper));
    assert_eq!(check(&slow, &format!("rational 2 -2 1 {rank}"), "0 0 1", Side::Lower, true), Some(Condition::NotLower));
    // The mixture costs 2 a step and goes on with probability 1/4.
    assert_eq!(check(&mixed, &format!("rational 2 -8/3 0 {rank}"), "0 0 1", Side::Lower, true), None);
    assert_eq!(
        check(&mixed, &format!("rational 2 -5/2 0 {rank}"), "0 0 1", Side::Lower, true),
        Some(Condition::NotLower)
    );
    let lava = model(LAVA);
    let part = policy(&lava, "1 0 1 -");
    let missing =
        broken(&lava, "rational 4 10 0 0 0", "0 0 -", &Behaviour::Policy(&part), weights.as_ref(), Side::Upper, false);
    assert_eq!(missing, Some(Condition::RowMissing));
}

#[test]
fn bounds_of_reaching() {
    let lava = model(LAVA);
    let check = |mask: &[bool], text: &str, which: &str, side| {
        broken(&lava, text, which, &Behaviour::Mask(mask), None, side, false)
    };
    let (all, around, through) = ([true, true, true], [true, true, false], [true, false, true]);
    assert_eq!(check(&all, "rational 4 0 1 0 1", "0 0 -", Side::Upper), None);
    assert_eq!(check(&around, "rational 4 0 0 0 1", "0 0 -", Side::Upper), None);
    assert_eq!(check(&all, "rational 4 0 0 0 1", "0 0 -", Side::Upper), Some(Condition::NotUpper));
    assert_eq!(check(&all, "rational 4 0 1 0 0", "0 0 -", Side::Upper), Some(Condition::NotUpper));
    assert_eq!(check(&all, "rational 4 -1 1 0 1", "0 0 -", Side::Upper), Some(Condition::NotUpper));
    assert_eq!(check(&all, "rational 4 0 1 - 1", "0 0 -", Side::Upper), Some(Condition::OutsideDomain));
    // The shift does not count in the catastrophe, nor at the end.
    assert_eq!(check(&all, "rational 4 0 1/2 0 1", "0 1/2 -", Side::Upper), None);
    assert_eq!(check(&all, "rational 4 0 1/2 0 1/2", "0 1/2 -", Side::Upper), Some(Condition::NotUpper));

    let rank = "rational 4 1 1 0 0";
    assert_eq!(check(&through, &format!("rational 4 0 1 0 1 {rank}"), "0 0 1", Side::Lower), None);
    assert_eq!(check(&all, &format!("rational 4 0 1 0 1 {rank}"), "0 0 1", Side::Lower), Some(Condition::NotLower));
    assert_eq!(check(&through, "rational 4 0 1 0 1", "0 0 -", Side::Lower), Some(Condition::Rank));
    assert_eq!(check(&through, &format!("rational 4 0 1 0 2 {rank}"), "0 0 1", Side::Lower), Some(Condition::NotLower));
    assert_eq!(
        check(&through, &format!("rational 4 0 1 1/2 1 {rank}"), "0 0 1", Side::Lower),
        Some(Condition::NotLower)
    );
    assert_eq!(check(&through, "rational 4 0 -1 0 1", "0 0 -", Side::Lower), None);
    // Reaching is not discounted.
    assert_eq!(check(&through, &format!("rational 4 0 19/20 0 1 {rank}"), "0 0 1", Side::Lower), None);
}

#[test]
fn going_round_is_not_reaching() {
    // Without a rank any number would be below itself.
    let steps = model(&STEPS.replace("catastrophe none", "catastrophe 0 1 1"));
    let stay = Behaviour::Mask(&[false, false, true]);
    let check = |text: &str, which: &str| broken(&steps, text, which, &stay, None, Side::Lower, false);
    assert_eq!(check("rational 2 1/2 1", "0 0 -"), Some(Condition::Rank));
    assert_eq!(check("rational 2 1/2 1 rational 2 1 0", "0 0 1"), Some(Condition::Rank));
}
