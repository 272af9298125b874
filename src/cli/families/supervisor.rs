//! The absent supervisor, unobservable, for any probability of its presence.

use std::cmp::Ordering;

use crate::cli::families::{Family, Parameter, Range, verdicts};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "supervisor",
    about: "a shortcut that is punished while a supervisor is present, which the agent cannot see",
    parameter: Parameter { name: "p", default: "1/2", range: Range::Between(0, 1) },
    write,
};

fn write(present: &Rational) -> String {
    // The shortcut is worth 47 - 30p, the way around 41, which is the one optimum iff p > 1/5.
    let threshold = Rational::ONE / Rational::from(5);
    let (always, some) = verdicts(present.cmp(&threshold), Ordering::Greater);
    include_str!("supervisor.toml")
        .replace("{p}", &present.to_string())
        .replace("{q}", &(Rational::ONE - present).to_string())
        .replace("{always}", always)
        .replace("{some}", some)
}
