//! What a certificate lists before its proofs: vectors, each once.

use std::collections::HashMap;
use std::fmt::Write as _;

use dashu_base::BitTest;

use crate::mdp::Rational;

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
        let mut text = match fraction_bits(entries) {
            Some(bits) => format!("dyadic {bits} {}", entries.len()),
            None => format!("rational {}", entries.len()),
        };
        let bits = fraction_bits(entries).unwrap_or(0);
        for entry in entries {
            let _ = match entry {
                None => write!(text, " -"),
                Some(value) => match value.denominator().trailing_zeros() {
                    Some(own) if own <= bits && bits > 0 => write!(text, " {}", value.numerator() << (bits - own)),
                    _ => write!(text, " {value}"),
                },
            };
        }
        self.put(text)
    }

    /// The number of the vector with these natural numbers: a rank.
    pub(super) fn rank(&mut self, ranks: &[usize]) -> usize {
        let mut text = format!("dyadic 0 {}", ranks.len());
        for rank in ranks {
            let _ = write!(text, " {rank}");
        }
        self.put(text)
    }

    fn put(&mut self, text: String) -> usize {
        if let Some(&number) = self.known.get(&text) {
            return number;
        }
        let number = self.texts.len();
        self.known.insert(text.clone(), number);
        self.texts.push(text);
        number
    }

    /// All of them, in the order of their numbers.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// The bits behind the point that write all entries down exactly; `None` if some entry has no such form.
fn fraction_bits(entries: &[Option<Rational>]) -> Option<usize> {
    let bits = |value: &Rational| {
        let bits = value.denominator().trailing_zeros()?;
        (value.denominator().bit_len() == bits + 1).then_some(bits)
    };
    entries.iter().flatten().try_fold(0, |most: usize, value| Some(most.max(bits(value)?)))
}

/// A bound reference: vector, shift, rank.
pub(super) fn bound_reference(vector: usize, rank: Option<usize>) -> String {
    match rank {
        None => format!("{vector} 0 -"),
        Some(rank) => format!("{vector} 0 {rank}"),
    }
}
