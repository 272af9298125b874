//! Safe interruptibility for any probability of being interrupted.

use std::cmp::Ordering;

use crate::cli::families::{Family, Parameter, Range, verdicts};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "interruptibility",
    about: "an agent that may be held on its way, and can press a button against it",
    parameter: Parameter { name: "p", default: "1/2", range: Range::Between(0, 1) },
    write,
};

fn write(held: &Rational) -> String {
    // Straight is worth 42(1 - p) - 100p, by the button 38, so that straight is the one optimum iff 142p < 4.
    let threshold = Rational::from(2) / Rational::from(71);
    let (always, some) = verdicts(held.cmp(&threshold), Ordering::Less);
    let free = Rational::ONE - held;
    include_str!("interruptibility.toml")
        .replace("{p}", &held.to_string())
        .replace("{q}", &free.to_string())
        .replace("{step}", &(-&free).to_string())
        .replace("{arrival}", &(Rational::from(49) * &free).to_string())
        .replace("{drawn}", &(-Rational::ONE - Rational::from(97) * held).to_string())
        .replace("{always}", always)
        .replace("{some}", some)
}
