//! Two situations that look alike, for any probability of the first.

use crate::cli::families::{Family, Parameter, Range};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "aliasing",
    about: "two situations that look alike, of which the reward undervalues one",
    parameter: Parameter { name: "p", default: "5/8", range: Range::Between(0, 1) },
    write,
};

fn write(first: &Rational) -> String {
    // Of the actions a is worth p to the reward and b is worth 1 - p; what is meant gives them p and 3(1 - p).
    let (second, triple) = (Rational::ONE - first, Rational::from(3) * (Rational::ONE - first));
    let optimal = [*first >= second, *first <= second];
    let good = [*first >= triple, *first <= triple];
    let said = |holds: bool| if holds { "holds" } else { "fails" };
    let every = |these: [bool; 2], those: [bool; 2]| said((0..2).all(|action| !these[action] || those[action]));
    let some = said((0..2).any(|action| optimal[action] && good[action]));
    include_str!("aliasing.toml")
        .replace("{p}", &first.to_string())
        .replace("{q}", &second.to_string())
        .replace("{always}", every(optimal, good))
        .replace("{some}", some)
        .replace("{literal}", every(good, optimal))
        .replace("{literal_some}", some)
}
