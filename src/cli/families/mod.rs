//! Families of models: a model file for each value of a parameter.

mod aliasing;
mod corridor;
mod discount;
mod interruptibility;
mod lava;
mod off_switch;
mod progress;
mod supervisor;

use std::cmp::Ordering;

use thiserror::Error;

use crate::mdp::{ParseRationalError, Rational, parse_rational};

/// A family. A new one is a file, and a line in [`FAMILIES`].
pub(super) struct Family {
    /// What `--family` calls it.
    pub name: &'static str,
    /// What its members are, in a few words.
    about: &'static str,
    parameter: Parameter,
    write: fn(&Rational) -> String,
}

/// What distinguishes the members of a family.
struct Parameter {
    name: &'static str,
    default: &'static str,
    /// Which values there are a member for.
    range: Range,
}

/// Values of a parameter.
enum Range {
    /// Rationals between two integers, both excluded.
    Between(i64, i64),
    /// Integers from one to another.
    Whole(i64, i64),
}

/// Every family.
pub(super) const FAMILIES: [Family; 8] = [
    aliasing::FAMILY,
    corridor::FAMILY,
    discount::FAMILY,
    interruptibility::FAMILY,
    lava::FAMILY,
    off_switch::FAMILY,
    progress::FAMILY,
    supervisor::FAMILY,
];

/// Why a family has no member for what was asked.
#[derive(Debug, Error)]
pub(super) enum FamilyError {
    /// No family of the name.
    #[error("there is no family `{0}`; there are:\n{list}", list = listed())]
    Unknown(String),
    /// Not `NAME=VALUE`.
    #[error("`{0}` sets nothing; write NAME=VALUE, such as {example}", example = FAMILIES[0].example())]
    NoSetting(String),
    /// A parameter that the family does not have.
    #[error("the family `{family}` has no parameter `{name}`; it has `{own}`")]
    NoParameter {
        /// The family.
        family: &'static str,
        /// What was set.
        name: String,
        /// What can be set.
        own: &'static str,
    },
    /// A value that is no number.
    #[error("the parameter `{name}`: {source}")]
    NoNumber {
        /// The parameter.
        name: &'static str,
        /// Why.
        source: ParseRationalError,
    },
    /// A value that no member has.
    #[error("the parameter `{name}` must be {range}, not {value}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// Its values.
        range: String,
        /// What was given.
        value: Rational,
    },
}

impl Family {
    fn example(&self) -> String {
        format!("{}={}", self.parameter.name, self.parameter.default)
    }

    /// The model file for these settings, each `NAME=VALUE`; what is not set has its default.
    ///
    /// # Errors
    /// Says which setting is wrong and what it may be.
    pub(super) fn member(&self, settings: &[String]) -> Result<String, FamilyError> {
        let mut text = self.parameter.default;
        for setting in settings {
            let Some((name, value)) = setting.split_once('=') else {
                return Err(FamilyError::NoSetting(setting.clone()));
            };
            if name != self.parameter.name {
                let own = self.parameter.name;
                return Err(FamilyError::NoParameter { family: self.name, name: name.to_owned(), own });
            }
            text = value;
        }
        let name = self.parameter.name;
        let value = parse_rational(text).map_err(|source| FamilyError::NoNumber { name, source })?;
        if !self.parameter.range.contains(&value) {
            return Err(FamilyError::OutOfRange { name, range: self.parameter.range.to_string(), value });
        }
        Ok((self.write)(&value))
    }
}

impl Range {
    fn contains(&self, value: &Rational) -> bool {
        match self {
            Self::Between(low, high) => Rational::from(*low) < *value && *value < Rational::from(*high),
            Self::Whole(low, high) => {
                value.is_int() && Rational::from(*low) <= *value && *value <= Rational::from(*high)
            }
        }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Between(low, high) => write!(f, "between {low} and {high}"),
            Self::Whole(low, high) => write!(f, "a whole number from {low} to {high}"),
        }
    }
}

/// The family of a name.
///
/// # Errors
/// Lists the families if there is none.
pub(super) fn family(name: &str) -> Result<&'static Family, FamilyError> {
    FAMILIES.iter().find(|family| family.name == name).ok_or_else(|| FamilyError::Unknown(name.to_owned()))
}

/// Every family with its parameter, a line each.
pub(super) fn listed() -> String {
    let line = |family: &Family| {
        let Parameter { name, default, range } = &family.parameter;
        format!("  {}: {}; {name}, {range}, is {default} unless set", family.name, family.about)
    };
    FAMILIES.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What holds for every and for some optimal policy, of members that are right on one side of a threshold and tie at it.
fn verdicts(side: Ordering, right: Ordering) -> (&'static str, &'static str) {
    match side {
        side if side == right => ("holds", "holds"),
        Ordering::Equal => ("fails", "holds"),
        Ordering::Less | Ordering::Greater => ("fails", "fails"),
    }
}

/// A whole number of a range as a count; `Range` has made sure that it is one.
fn count(value: &Rational) -> usize {
    value.to_string().parse().unwrap_or_default()
}
