//! A little now or more later, for any discount.

use std::cmp::Ordering;

use crate::cli::families::{Family, Parameter, Range, verdicts};
use crate::mdp::Rational;

pub(super) const FAMILY: Family = Family {
    name: "discount",
    about: "one reward that is right for the patient and wrong for the impatient",
    parameter: Parameter { name: "discount", default: "9/10", range: Range::Between(0, 1) },
    write,
};

fn write(discount: &Rational) -> String {
    // Waiting is worth 1/4 on every later step, more than the 1 that is paid at once iff the discount is above 4/5.
    let later = discount / Rational::from(4) / (Rational::ONE - discount);
    let (always, some) = verdicts(later.cmp(&Rational::ONE), Ordering::Greater);
    include_str!("discount.toml")
        .replace("{g}", &discount.to_string())
        .replace("{return}", &later.to_string())
        .replace("{always}", always)
        .replace("{some}", some)
}
