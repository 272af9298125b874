//! The corridor of goal misgeneralisation, of any length.

use crate::cli::families::{Family, Parameter, Range, count};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "corridor",
    about: "a coin at the end of a corridor in training, and above it in deployment",
    parameter: Parameter { name: "length", default: "4", range: Range::Whole(3, 200) },
    write,
};

fn write(length: &Rational) -> String {
    let length = count(length);
    let floor = ".".repeat(length - 2);
    let above = format!("{}C", ".".repeat(length - 2));
    include_str!("corridor.toml")
        .replace("{length}", &length.to_string())
        .replace("{wall}", &"#".repeat(length + 2))
        .replace("{floor}", &floor)
        .replace("{above}", &above)
}
