//! How long exact values may become before they are given up.

use std::convert::Infallible;

use crate::budget::Exhausted;

/// Says when values are too long to go on with.
pub(super) trait Limit {
    /// What is said then.
    type Over;

    /// `bits` is the length of all numbers that are stored.
    fn check(&self, bits: usize) -> Result<(), Self::Over>;
}

/// Values may be as long as they are.
pub(super) struct Unlimited;

impl Limit for Unlimited {
    type Over = Infallible;

    fn check(&self, _: usize) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Numbers may have so many bits together.
pub(super) struct MostBits(pub(super) usize);

/// Values are longer than they may be.
#[derive(Debug)]
pub(super) struct Long;

impl Limit for MostBits {
    type Over = Long;

    fn check(&self, bits: usize) -> Result<(), Long> {
        if bits > self.0 { Err(Long) } else { Ok(()) }
    }
}

/// Why an evaluation ended early.
pub(super) enum Stopped<O> {
    Exhausted(Exhausted),
    Over(O),
}

impl<O> From<Exhausted> for Stopped<O> {
    fn from(exhausted: Exhausted) -> Self {
        Self::Exhausted(exhausted)
    }
}
