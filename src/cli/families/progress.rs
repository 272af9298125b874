//! A hint for progress of any size.

use std::cmp::Ordering;

use crate::cli::families::{Family, Parameter, Range, verdicts};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "progress",
    about: "a bonus for each step ahead that nothing is taken for on the way back",
    parameter: Parameter { name: "bonus", default: "4", range: Range::Between(0, 1_000_000) },
    write,
};

fn write(bonus: &Rational) -> String {
    // Finishing at once is worth 10 + b in the last cell, going back and ahead for ever 9/10 · b/(1 − 81/100) = 90/19 · b.
    let threshold = Rational::from(190) / Rational::from(71);
    let (always, some) = verdicts(bonus.cmp(&threshold), Ordering::Less);
    include_str!("progress.toml")
        .replace("{bonus}", &bonus.to_string())
        .replace("{last}", &(bonus + Rational::from(10)).to_string())
        .replace("{always}", always)
        .replace("{some}", some)
}
