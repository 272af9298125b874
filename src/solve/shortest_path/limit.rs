//! How long exact values may become before they are given up.

use std::convert::Infallible;

use crate::budget::Exhausted;
use crate::mdp::StateId;
use crate::solve::shortest_path::prepare::{Known, Prepared};

/// Says when values are too long to go on with.
pub(super) trait Limit {
    /// What is said then.
    type Over;

    /// `bits` is the length of all numbers that are stored.
    fn check(&self, bits: usize) -> Result<(), Self::Over>;

    /// Whether graph analysis has said all that is asked for.
    fn is_settled(&self, _prepared: &Prepared) -> bool {
        false
    }
}

/// Values may be as long as they are.
pub(super) struct Unlimited;

impl Limit for Unlimited {
    type Over = Infallible;

    fn check(&self, _: usize) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Numbers may have so many bits together, and the values of some states are asked for.
pub(super) struct MostBits<'a> {
    pub(super) bits: usize,
    pub(super) states: &'a [StateId],
}

/// Values are longer than they may be.
#[derive(Debug)]
pub(super) struct Long;

impl Limit for MostBits<'_> {
    type Over = Long;

    fn check(&self, bits: usize) -> Result<(), Long> {
        if bits > self.bits { Err(Long) } else { Ok(()) }
    }

    fn is_settled(&self, prepared: &Prepared) -> bool {
        are_infinite(&prepared.known, self.states)
    }
}

/// Whether the values of all these states, of which there are some, are infinite: then no other value matters.
pub(super) fn are_infinite(known: &[Known], states: &[StateId]) -> bool {
    !states.is_empty() && states.iter().all(|&state| known[state] == Known::PlusInfinity)
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
