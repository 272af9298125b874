//! The off-switch game for any probability that the action is useful.

use crate::cli::families::{Family, Parameter, Range};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "off-switch",
    about: "a robot that may act, switch itself off, or wait for a human who can",
    parameter: Parameter { name: "p", default: "3/4", range: Range::Between(0, 1) },
    write,
};

fn write(useful: &Rational) -> String {
    let harmful = Rational::ONE - useful;
    include_str!("off_switch.toml").replace("{p}", &useful.to_string()).replace("{q}", &harmful.to_string())
}
