//! What a certificate lists before its proofs: vectors, each once.

use std::collections::HashMap;
use std::fmt::Write as _;

use dashu_base::{BitTest, Gcd, PowerOfTwo};
use dashu_int::{IBig, UBig};

use crate::mdp::Rational;

/// The largest exponent of a `dyadic` vector (`proofs/FORMAT.md`, section 2.2).
const LARGEST_EXPONENT: usize = 4096;

/// Numbers by state; nothing for states outside the domain.
pub(super) type Entries = Vec<Option<Rational>>;

/// The vectors of a certificate.
#[derive(Default)]
pub(super) struct Vectors {
    texts: Vec<String>,
    known: HashMap<String, usize>,
}

impl Vectors {
    /// The number of the vector with these entries.
    pub(super) fn of(&mut self, entries: &[Option<Rational>]) -> usize {
        self.put(&vector(entries))
    }

    /// The number of the vector with these natural numbers: a rank.
    pub(super) fn rank(&mut self, ranks: &[usize]) -> usize {
        self.put(&naturals(ranks.iter().copied().map(Some)))
    }

    /// The number of the vector that is written like this.
    pub(super) fn put(&mut self, text: &str) -> usize {
        if let Some(&number) = self.known.get(text) {
            return number;
        }
        let number = self.texts.len();
        self.known.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }

    /// All of them, in the order of their numbers.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// A vector as it is written.
pub(super) fn vector(entries: &[Option<Rational>]) -> String {
    fraction_bits(entries).map_or_else(|| rational(entries), |bits| dyadic(entries, bits))
}

/// A vector of natural numbers as it is written.
pub(super) fn naturals(numbers: impl IntoIterator<Item = Option<usize>, IntoIter: ExactSizeIterator>) -> String {
    let numbers = numbers.into_iter();
    let mut text = format!("dyadic 0 {}", numbers.len());
    for number in numbers {
        let _ = match number {
            None => write!(text, " -"),
            Some(number) => write!(text, " {number}"),
        };
    }
    text
}

/// The bits behind the point that write all entries down exactly; `None` if they have no such form.
fn fraction_bits(entries: &[Option<Rational>]) -> Option<usize> {
    let bits = |value: &Rational| {
        let bits = value.denominator().trailing_zeros()?;
        (value.denominator().is_power_of_two() && bits <= LARGEST_EXPONENT).then_some(bits)
    };
    entries.iter().flatten().try_fold(0, |most: usize, value| Some(most.max(bits(value)?)))
}

fn dyadic(entries: &[Option<Rational>], bits: usize) -> String {
    let mut text = format!("dyadic {bits} {}", entries.len());
    for entry in entries {
        let _ = match entry {
            None => write!(text, " -"),
            Some(value) => {
                let own = value.denominator().trailing_zeros().unwrap_or(0);
                write!(text, " {}", value.numerator() << bits.saturating_sub(own))
            }
        };
    }
    text
}

/// Values of one strongly connected component have denominators that are nearly the same. Numbers over one denominator are
/// added in time linear in their length, others are not.
fn rational(entries: &[Option<Rational>]) -> String {
    let mut text = format!("rational {}", entries.len());
    let mut rest = entries;
    while !rest.is_empty() {
        let (many, common) = one_denominator(rest);
        let (group, after) = rest.split_at(many);
        let _ = write!(text, " over {common}");
        for entry in group {
            let _ = match entry {
                None => write!(text, " -"),
                Some(value) => write!(text, " {}", value.numerator() * IBig::from(&common / value.denominator())),
            };
        }
        rest = after;
    }
    text
}

/// How many entries, from the first on, are written over one denominator, and over which: it takes at most a quarter more
/// bits than the longest of theirs. At least one.
fn one_denominator(entries: &[Option<Rational>]) -> (usize, UBig) {
    let (mut common, mut longest) = (UBig::ONE, 0);
    for (many, entry) in entries.iter().enumerate() {
        let Some(value) = entry else { continue };
        let denominator = value.denominator();
        longest = longest.max(denominator.bit_len());
        if (&common % denominator).is_zero() {
            continue;
        }
        let wider = &common / (&common).gcd(denominator) * denominator;
        if many > 0 && wider.bit_len() > longest + longest / 4 {
            return (many, common);
        }
        common = wider;
    }
    (entries.len(), common)
}

/// A bound reference: vector, shift, rank.
pub(super) fn bound_reference(vector: usize, rank: Option<usize>) -> String {
    match rank {
        None => format!("{vector} 0 -"),
        Some(rank) => format!("{vector} 0 {rank}"),
    }
}
