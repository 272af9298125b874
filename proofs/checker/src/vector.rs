//! Vectors: numbers for some of the states (FORMAT.md, sections 1.2 and 2.2).

use std::collections::BTreeMap;

use crate::number::{Number, integer_small};
use crate::rational::{Denominator, Rational};
use crate::read::{Reader, Unreadable};

/// Larger exponents of `dyadic` would make large numbers out of short files.
const LARGEST_EXPONENT: u32 = 4096;

/// The entry of a state outside the domain.
const OUTSIDE: i64 = i64::MIN;

/// One entry for each state.
#[derive(Debug)]
pub(crate) enum Vector {
    /// Integers over `2^exponent`; [`OUTSIDE`] for states outside the domain.
    Dyadic { exponent: u32, entries: Vec<i64> },
    /// Any numbers.
    Rational(Vec<Option<Number>>),
}

/// A vector as integers over one denominator; [`OUTSIDE`] outside the domain.
pub(crate) struct Scaled {
    entries: Vec<i64>,
    pub(crate) denominator: i64,
}

impl Scaled {
    pub(crate) fn entry(&self, state: usize) -> Option<i64> {
        self.entries.get(state).copied().filter(|entry| *entry != OUTSIDE)
    }
}

impl Vector {
    pub(crate) fn read(r: &mut Reader<'_>, states: usize) -> Result<Self, Unreadable> {
        let dyadic = r.one_of(&[("dyadic", true), ("rational", false)])?;
        let exponent = if dyadic { r.count()? } else { 0 };
        let exponent = u32::try_from(exponent).ok().filter(|exponent| *exponent <= LARGEST_EXPONENT);
        let exponent = exponent.ok_or_else(|| r.unreadable("the exponent of a dyadic vector is at most 4096"))?;
        if r.count()? != states {
            return Err(r.unreadable(format!("a vector has an entry for each of the {states} states")));
        }
        if dyadic { Self::read_dyadic(r, exponent, states) } else { Self::read_rational(r, None, Vec::new(), states) }
    }

    fn read_dyadic(r: &mut Reader<'_>, exponent: u32, states: usize) -> Result<Self, Unreadable> {
        let mut entries = Vec::with_capacity(states);
        while entries.len() < states {
            let token = r.token()?;
            match integer_small(token) {
                Some(integer) => entries.push(integer),
                None if token == b"-" => entries.push(OUTSIDE),
                None => {
                    // An integer that is too large: the vector is kept as rational numbers.
                    let known = |entry: &i64| (*entry != OUTSIDE).then(|| Rational::dyadic(*entry, exponent).into());
                    let mut entries: Vec<Option<Number>> = entries.iter().map(known).collect();
                    let denominator = Denominator::power_of_two(exponent);
                    entries.push(Some(integer(r, token)?.over(&denominator).into()));
                    return Self::read_rational(r, Some(denominator), entries, states);
                }
            }
        }
        Ok(Self::Dyadic { exponent, entries })
    }

    /// The entries after those that are known: integers over `dyadic`, or any numbers and integers after `over`.
    fn read_rational(
        r: &mut Reader<'_>,
        dyadic: Option<Denominator>,
        mut entries: Vec<Option<Number>>,
        states: usize,
    ) -> Result<Self, Unreadable> {
        let may_change = dyadic.is_none();
        let mut below = dyadic;
        while entries.len() < states {
            let token = r.token()?;
            if token == b"over" && may_change {
                let token = r.token()?;
                let denominator = Denominator::new(integer(r, token)?);
                below = Some(denominator.ok_or_else(|| r.unreadable("the denominator of numbers is positive"))?);
            } else if token == b"-" {
                entries.push(None);
            } else if let Some(denominator) = &below {
                entries.push(Some(integer(r, token)?.over(denominator).into()));
            } else {
                entries.push(Some(r.number_from(token)?));
            }
        }
        Ok(Self::Rational(entries))
    }

    /// The entry of a state; `None` outside the domain.
    pub(crate) fn value(&self, state: usize) -> Option<Rational> {
        match self {
            Self::Dyadic { exponent, entries } => {
                let entry = entries.get(state).copied().filter(|entry| *entry != OUTSIDE)?;
                Some(Rational::dyadic(entry, *exponent))
            }
            Self::Rational(entries) => entries.get(state)?.as_ref().map(Number::exact),
        }
    }

    /// The entry of a state that many times; `None` outside the domain.
    pub(crate) fn multiple(&self, state: usize, factor: i64) -> Option<Rational> {
        match self {
            Self::Dyadic { .. } => Some(self.value(state)?.multiple(factor)),
            Self::Rational(entries) => entries.get(state)?.as_ref().map(|entry| entry.multiple(factor)),
        }
    }

    pub(crate) fn has(&self, state: usize) -> bool {
        match self {
            Self::Dyadic { entries, .. } => entries.get(state).is_some_and(|entry| *entry != OUTSIDE),
            Self::Rational(entries) => entries.get(state).is_some_and(Option::is_some),
        }
    }

    /// As a rank: whether both states are in the domain and the first has the smaller number.
    pub(crate) fn is_smaller(&self, first: usize, second: usize) -> bool {
        match self {
            Self::Dyadic { entries, .. } => match (entries.get(first), entries.get(second)) {
                (Some(a), Some(b)) => *a != OUTSIDE && a < b,
                _ => false,
            },
            Self::Rational(entries) => match (entries.get(first), entries.get(second)) {
                (Some(Some(a)), Some(Some(b))) => a < b,
                _ => false,
            },
        }
    }

    /// Equal entries by equal numbers.
    pub(crate) fn numbered(&self) -> Vec<Option<usize>> {
        match self {
            Self::Dyadic { entries, .. } => {
                number(entries.iter().map(|entry| Some(*entry).filter(|entry| *entry != OUTSIDE)))
            }
            Self::Rational(entries) => number(entries.iter().map(Option::as_ref)),
        }
    }

    /// The vector over one denominator, if that is small; `shift` is added where `is_shifted`.
    pub(crate) fn scaled(&self, shift: &Rational, is_shifted: impl Fn(usize) -> bool) -> Option<Scaled> {
        let (shift_numerator, shift_denominator) = shift.small()?;
        let entries = match self {
            Self::Dyadic { exponent, entries } => {
                let own = 1_i64.checked_shl(*exponent).filter(|_| *exponent < 62)?;
                let scale = |entry: &i64| (*entry != OUTSIDE).then_some((*entry, own));
                return scale_all(entries.iter().map(scale), own, shift_numerator, shift_denominator, is_shifted);
            }
            Self::Rational(entries) => entries,
        };
        let mut own = 1_i64;
        let mut found = Vec::with_capacity(entries.len());
        for entry in entries {
            let pair = match entry {
                None => None,
                Some(Number::Small(numerator, denominator)) => Some((*numerator, i64::from(*denominator))),
                Some(Number::Big(_)) => return None,
            };
            own = pair.map_or(Some(own), |(_, denominator)| common_multiple(own, denominator))?;
            found.push(pair);
        }
        scale_all(found.into_iter(), own, shift_numerator, shift_denominator, is_shifted)
    }
}

fn number<T: Ord>(entries: impl Iterator<Item = Option<T>>) -> Vec<Option<usize>> {
    let mut known = BTreeMap::new();
    let mut numbers = Vec::new();
    for entry in entries {
        let next = known.len();
        numbers.push(entry.map(|entry| *known.entry(entry).or_insert(next)));
    }
    numbers
}

/// A number without `/`.
fn integer(r: &Reader<'_>, token: &[u8]) -> Result<Rational, Unreadable> {
    if token.contains(&b'/') {
        return Err(r.unreadable("numbers over a common denominator are integers"));
    }
    Ok(r.number_from(token)?.exact())
}

fn common_multiple(first: i64, second: i64) -> Option<i64> {
    if first.checked_rem(second)? == 0 {
        return Some(first);
    }
    let divisor = num_integer::Integer::gcd(&first, &second);
    first.checked_mul(second.checked_div(divisor)?)
}

fn scale_all(
    entries: impl Iterator<Item = Option<(i64, i64)>>,
    own: i64,
    shift_numerator: i64,
    shift_denominator: i64,
    is_shifted: impl Fn(usize) -> bool,
) -> Option<Scaled> {
    let denominator = common_multiple(own, shift_denominator)?;
    let shift = shift_numerator.checked_mul(denominator.checked_div(shift_denominator)?)?;
    let mut scaled = Vec::new();
    for (state, entry) in entries.enumerate() {
        let value = match entry {
            None => OUTSIDE,
            Some((numerator, entry_denominator)) => {
                let factor =
                    if entry_denominator == denominator { 1 } else { denominator.checked_div(entry_denominator)? };
                let value = numerator.checked_mul(factor)?;
                let value = if shift != 0 && is_shifted(state) { value.checked_add(shift)? } else { value };
                Some(value).filter(|value| *value != OUTSIDE)?
            }
        };
        scaled.push(value);
    }
    Some(Scaled { entries: scaled, denominator })
}

#[cfg(test)]
mod tests {
    use crate::example::{STEPS, model, vectors};
    use crate::rational::Rational;
    use crate::read::Reader;
    use crate::vector::Vector;

    #[test]
    fn entries_are_what_is_written() {
        let steps = model(STEPS);
        let large = "9".repeat(30);
        let list =
            vectors(&steps, &format!("dyadic 2 2 6 - dyadic 1 2 {large} - rational 2 - 1/3 rational 2 over 12 8 -"));
        assert_eq!(list[0].value(0), Some(Rational::ratio(3, 2)));
        assert_eq!(list[0].value(1), None);
        assert!(list[1].value(0).is_some_and(|value| value > Rational::from(i64::MAX)) && !list[1].has(1));
        assert_eq!((list[2].value(0), list[2].value(1)), (None, Some(Rational::ratio(1, 3))));
        assert_eq!((list[3].value(0), list[3].value(1)), (Some(Rational::ratio(2, 3)), None));
    }

    #[test]
    fn what_is_no_vector() {
        let large = "9".repeat(30);
        for text in [
            "dyadic 0 3 1 1 1",
            "dyadic 4097 2 1 1",
            "dyadic -1 2 1 1",
            "dyadic 0 2 1/2 1",
            "rational 2 1",
            "rational 2 over 0 1 1",
            "rational 2 over -2 1 1",
            "rational 2 over 3/2 1 1",
            "rational 2 over 1 1 1/2",
            "rational 2 over 3 1 1/2",
            "rational 2 over 3 1 over 2",
            "rational 2 over over 3 1 1",
            "dyadic 1 2 over 3 1 1",
            "floating 2 1 1",
        ] {
            assert!(Vector::read(&mut Reader::new(text.as_bytes()).expect("characters"), 2).is_err(), "{text}");
        }
        for text in [
            format!("dyadic 0 2 {large} over 2 1"),
            format!("dyadic 0 2 {large}/3 1"),
            format!("dyadic 0 2 {large} 1/2"),
            format!("dyadic 0 2 {large}"),
        ] {
            assert!(Vector::read(&mut Reader::new(text.as_bytes()).expect("characters"), 2).is_err(), "{text}");
        }
    }

    #[test]
    fn ranks_compare_inside_the_domain() {
        let steps = model(STEPS);
        let list =
            vectors(&steps, "dyadic 0 2 1 0 dyadic 0 2 1 - rational 2 1/2 1/3 rational 2 - 0 rational 2 over 9 4 3");
        let smaller: Vec<bool> = list.iter().map(|vector| vector.is_smaller(1, 0)).collect();
        assert_eq!(smaller, [true, false, true, false, true]);
        assert!(!list[0].is_smaller(0, 1) && !list[0].is_smaller(0, 0) && !list[1].is_smaller(0, 1));
    }

    #[test]
    fn scaling_keeps_the_numbers() {
        let steps = model(STEPS);
        let list = vectors(&steps, "dyadic 2 2 6 - rational 2 1/6 3/4 dyadic 63 2 1 1 rational 2 over 4 -1 3");
        let third = Rational::ratio(1, 3);
        let scaled = list[0].scaled(&third, |state| state == 0).expect("small numbers");
        assert_eq!((scaled.entry(0), scaled.entry(1), scaled.denominator), (Some(22), None, 12));
        let scaled = list[1].scaled(&third, |state| state == 0).expect("small numbers");
        assert_eq!((scaled.entry(0), scaled.entry(1), scaled.denominator), (Some(6), Some(9), 12));
        assert!(list[2].scaled(&third, |_| true).is_none());
        let scaled = list[3].scaled(&third, |state| state == 0).expect("small numbers");
        assert_eq!((scaled.entry(0), scaled.entry(1), scaled.denominator), (Some(1), Some(9), 12));
    }
}
