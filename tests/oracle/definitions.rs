//! The built-in decompositions as the oracle understands them, written down once more from their definitions.

use lavaproof::decomposition::Half;

use super::family::Family::{self, All, Deployment, Encountered, Situations, Training};

/// A property of a policy at a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Atom {
    /// Within the learner's `ε` of the best specified value.
    Optimal,
    /// Good for the intended reward.
    Good,
    /// Reaches the catastrophe with at most the tolerated probability.
    Safe,
}

use Atom::{Good, Optimal, Safe};

/// What a part says.
#[derive(Debug, Clone)]
pub enum Claim {
    /// At every distribution of the family, the policies with the first property have the second.
    Inclusion(Family, Atom, Atom),
    /// The trained policies have each property at every distribution of its family.
    Trained(&'static [(Family, Atom)]),
    /// The same of the policies that are optimal in training, and of the given one.
    OptimalInTraining(&'static [(Family, Atom)]),
    /// About the mesa-objectives of a trained policy.
    Mesa,
}

use Claim::{Inclusion, Mesa, OptimalInTraining, Trained};

const GOOD_IN_DEPLOYMENT: Claim = Trained(&[(Deployment, Good)]);
const BEHAVIOURAL_OUTER: Claim = Inclusion(Training, Optimal, Good);
const ENCOUNTERED_OUTER: Claim = Inclusion(Encountered, Optimal, Good);
const ENCOUNTERED_INNER: Claim = Trained(&[(Encountered, Optimal)]);
const ROBUST: Claim = OptimalInTraining(&[(Deployment, Optimal)]);

/// Each decomposition with its outer half, inner half and goal.
const BUILTIN: &[(&str, [Claim; 3])] = &[
    ("wentworth", [Inclusion(Deployment, Optimal, Good), ROBUST, GOOD_IN_DEPLOYMENT]),
    ("wentworth-literal", [Inclusion(Deployment, Good, Optimal), ROBUST, GOOD_IN_DEPLOYMENT]),
    ("shah-behavioural", [BEHAVIOURAL_OUTER, GOOD_IN_DEPLOYMENT, GOOD_IN_DEPLOYMENT]),
    (
        "shah-catastrophe",
        [
            Trained(&[(Training, Good)]),
            Trained(&[(Deployment, Safe)]),
            Trained(&[(Training, Good), (Deployment, Safe)]),
        ],
    ),
    ("hubinger-train", [BEHAVIOURAL_OUTER, Trained(&[(Training, Optimal)]), GOOD_IN_DEPLOYMENT]),
    ("hubinger-encountered", [ENCOUNTERED_OUTER, ENCOUNTERED_INNER, GOOD_IN_DEPLOYMENT]),
    ("hubinger-all", [Inclusion(All, Optimal, Good), ENCOUNTERED_INNER, GOOD_IN_DEPLOYMENT]),
    ("quibble", [BEHAVIOURAL_OUTER, Trained(&[(Situations, Good)]), Trained(&[(Situations, Good)])]),
    ("quibble-safe", [BEHAVIOURAL_OUTER, Trained(&[(Situations, Safe)]), Trained(&[(Situations, Safe)])]),
    ("mesa", [ENCOUNTERED_OUTER, Mesa, GOOD_IN_DEPLOYMENT]),
];

/// Every part: the decomposition's id, which part, what it says.
pub fn parts() -> impl Iterator<Item = (&'static str, Half, &'static Claim)> {
    BUILTIN.iter().flat_map(|(id, claims)| Half::ALL.into_iter().zip(claims).map(|(half, claim)| (*id, half, claim)))
}

/// What one part says.
pub fn claim(id: &str, half: Half) -> &'static Claim {
    let (_, _, claim) = parts().find(|(known, part, _)| *known == id && *part == half).expect("a built-in part");
    claim
}
