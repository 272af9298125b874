//! The lava quibble on a square of any size.

use crate::cli::families::{Family, Parameter, Range, count};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "lava",
    about: "a square meadow in training, and a river of lava with one ford in deployment",
    parameter: Parameter { name: "size", default: "5", range: Range::Whole(3, 60) },
    write,
};

fn write(size: &Rational) -> String {
    let size = count(size);
    let row = |first: &str, last: &str, fill: &str| format!("{first}{}{last}\n", fill.repeat(size - 2));
    let meadow = |middle: &str| -> String {
        (0..size)
            .map(|at| match at {
                0 => row("A", ".", "."),
                at if at + 1 == size => row(".", "G", "."),
                at if at == size / 2 => middle.to_owned(),
                _ => row(".", ".", "."),
            })
            .collect()
    };
    include_str!("lava.toml")
        .replace("{size}", &size.to_string())
        .replace("{meadow}", &meadow(&row(".", ".", ".")))
        .replace("{river}", &meadow(&row("L", ".", "L")))
}
