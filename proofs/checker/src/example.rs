//! Tiny models for the tests of the rules.

use crate::bound::Bound;
use crate::model::Model;
use crate::optimal::{Listed, Optimal};
use crate::policy::Policy;
use crate::read::Reader;
use crate::vector::Vector;

/// The lava example: in `l` (state 1) choice 1 goes around, choice 2 through the lava, to state 3.
pub(crate) const LAVA: &str = "lavaproof-model 1 criterion discounted 9/10 states 4
    state g 1 choice 0 10 10 1 2 1
    state l 2 choice 0 10 10 1 2 1 choice 1 100 -100 1 3 1
    state end 0 state burnt 0 observations full class stationary situations 2 0 1 train 1 0 1
    deploy point 2 0 1/2 1 1/2 catastrophe 0 1 3 good regret 0 epsilon 0 given none end";

/// Total reward: step slowly (choice 0, half of the time), at once (choice 1), or stay (choice 2).
pub(crate) const STEPS: &str = "lavaproof-model 1 criterion total states 2
    state s 3 choice 0 -1 -2 2 0 1/2 1 1/2 choice 1 -3 -6 1 1 1 choice 2 -1 -2 1 0 1
    state end 0 observations full class stationary situations 1 0 train 1 0 1
    deploy point 1 0 1 catastrophe none good regret 0 epsilon 0 given none end";

/// `x` and `y` look alike, with their actions in different order; both lead to the end.
pub(crate) const ALIASED: &str = "lavaproof-model 1 criterion discounted 1/2 states 4
    state x 2 choice 5 1 1 1 2 1 choice 7 0 0 1 2 1
    state y 2 choice 7 1 3 1 2 1 choice 5 0 0 1 3 1
    state end 0 state burnt 0 observations partial 0 0 1 1 class deterministic situations 2 0 1
    train 2 0 1/2 1 1/2 deploy over 2 0 1 catastrophe 0 1 3 good regret 0 epsilon 0 given none end";

pub(crate) fn model(text: &str) -> Model {
    Model::read(text.as_bytes()).expect("a model")
}

/// Vectors from their syntax.
pub(crate) fn vectors(model: &Model, text: &str) -> Vec<Vector> {
    let mut reader = Reader::new(text.as_bytes()).expect("characters");
    let count = text.split_whitespace().filter(|word| ["dyadic", "rational"].contains(word)).count();
    (0..count).map(|_| Vector::read(&mut reader, model.states()).expect("a vector")).collect()
}

/// A bound from its syntax.
pub(crate) fn bound(vectors: &[Vector], text: &str) -> Bound {
    Bound::read(&mut Reader::new(text.as_bytes()).expect("characters"), vectors).expect("a bound")
}

/// A policy without bounds, from its rows.
pub(crate) fn policy(model: &Model, rows: &str) -> Policy {
    let text = format!("policy {rows} - - - - - -");
    Policy::read(&mut Reader::new(text.as_bytes()).expect("characters"), model, &[], false).expect("a policy")
}

/// Exact values as both bounds of the specified reward.
pub(crate) fn bound_pair(model: &Model, vector: &str) -> Vec<Vector> {
    vectors(model, &format!("{vector} {vector}"))
}

/// The optimal choices of the specified reward, with the first vector as upper bound and the second one as lower.
pub(crate) fn optimal(model: &Model, vectors: &[Vector]) -> Optimal {
    let mut reader = Reader::new(b"specified 0 0 - 1 0 -").expect("characters");
    let listed = Listed::read(&mut reader, vectors).expect("a list");
    Optimal::new(model, vectors, &listed).expect("bounds")
}
