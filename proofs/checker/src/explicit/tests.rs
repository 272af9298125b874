//! Models that are read and models that are not.

use crate::example::{ALIASED, LAVA, STEPS, model};
use crate::model::Model;

#[test]
fn sound_models_are_read() {
    let lava = model(LAVA);
    assert_eq!((lava.states(), lava.choices()), (4, 3));
    assert_eq!((lava.choices_of(1), lava.choices_of(2).len(), lava.state_of(2)), (1..3, 0, 1));
    assert!(lava.is_catastrophic(3) && !lava.is_catastrophic(2));
    assert_eq!(lava.name(3), "burnt");
    assert_eq!(lava.digest(), crate::sha256::hexadecimal(LAVA.as_bytes()));
    assert!(model(STEPS).is_total());
    // The choices of states that look alike are found by their actions.
    let aliased = model(ALIASED);
    assert_eq!((aliased.alike(0), aliased.alike(1), aliased.alike(2)), (vec![0, 3], vec![1, 2], vec![1, 2]));
}

#[test]
fn large_rows_are_kept_exactly() {
    let nines = "9".repeat(25);
    let ones = format!("1{}", "0".repeat(25));
    let text = STEPS.replace("0 1/2 1 1/2", &format!("0 1/{ones} 1 {nines}/{ones}"));
    let exact = model(&text);
    assert!(exact.transitions.small(0).is_none() && exact.transitions.small(1).is_some());
    assert_eq!(crate::rational::Rational::sum(exact.transitions.probabilities(0)), crate::rational::Rational::one());
    assert!(Model::read(text.replace(&format!("1/{ones}"), &format!("2/{ones}")).as_bytes()).is_err());
}

#[test]
fn models_that_break_a_condition_are_not_read() {
    let table = [
        ("model 1", "model 2"),
        ("9/10", "1"),
        ("9/10", "0"),
        ("states 4", "states 5"),
        ("10 10 1 2 1", "10 10 1 2 1/2"),
        ("10 10 1 2 1", "10 10 1 4 1"),
        ("10 10 1 2 1", "10 10 0"),
        ("10 10 1 2 1", "10 10 2 2 1/2 1 1/2"),
        ("10 10 1 2 1", "10 10 2 1 1/2 1 1/2"),
        // The numerators alone would do.
        ("10 10 1 2 1", "10 10 2 1 1/2 2 3/4"),
        ("10 10 1 2 1", "10 10 3 0 1 1 -1/2 2 1/2"),
        ("10 10 1 2 1", "10 10 2 1 0 2 1"),
        ("choice 1 100", "choice 0 100"),
        ("choice 1 100", "choice -1 100"),
        ("choice 1 100", "choice 4294967296 100"),
        ("observations full", "observations partial 0 0 1 1"),
        ("observations full", "observations partial 0 1 2 0"),
        ("situations 2 0 1", "situations 2 0 0"),
        ("situations 2 0 1", "situations 2 0 4"),
        ("situations 2 0 1", "situations 0"),
        ("train 1 0 1", "train 1 2 1"),
        ("train 1 0 1", "train 1 0 1/2"),
        ("train 1 0 1", "train 2 1 1/2 0 1/2"),
        ("point 2 0 1/2 1 1/2", "point 2 0 1/2 2 1/2"),
        ("point 2 0 1/2 1 1/2", "over 1 2"),
        ("point 2 0 1/2 1 1/2", "over 2 1 1"),
        ("point 2 0 1/2 1 1/2", "tv -1 1 0 1 1 0"),
        ("point 2 0 1/2 1 1/2", "ratio -1 1 0 1 1 0"),
        ("point 2 0 1/2 1 1/2", "tv 1 1 2 1 1 0"),
        ("point 2 0 1/2 1 1/2", "polytope 1 0 1 >= 0 1 1 1"),
        ("point 2 0 1/2 1 1/2", "polytope 2 0 1 1 > 0 1 1 1"),
        ("point 2 0 1/2 1 1/2", "polytope 2 0 1 1 = 0 2 1 1 0 1"),
        ("catastrophe 0 1 3", "catastrophe -1 1 3"),
        ("catastrophe 0 1 3", "catastrophe 0 2 3 1"),
        ("regret 0", "regret -1"),
        ("epsilon 0", "epsilon -1/9"),
        ("given none", "given 1 0 1 1 0 1"),
        ("given none", "given 1 0 1 -"),
        ("given none", "given 1 0 1 2 1 1/2 2 1/3"),
        ("given none", "given 1 0 1 2 2 1/2 1 1/2"),
        ("given none end", "given none"),
        ("given none end", "given none end end"),
    ];
    for (old, new) in table {
        assert!(LAVA.contains(old), "{old}");
        assert!(Model::read(LAVA.replacen(old, new, 1).as_bytes()).is_err(), "{old} -> {new}");
    }
    let same = [("given none", "given 1 0 1 2 1 1/2 2 1/2"), ("regret 0", "value -1"), ("full", "partial 0 2 1 1")];
    for (old, new) in same {
        assert!(Model::read(LAVA.replacen(old, new, 1).as_bytes()).is_ok(), "{old} -> {new}");
    }
}
