//! The mathematical objects over the rationals: finite Markov decision processes and what lives on them.
//!
//! Nothing here solves anything, reads a file or knows what an alignment problem is.

mod builder;
mod closure;
mod distribution;
mod mask;
mod model;
mod observation;
mod policy;
mod rational;
mod value;

pub use builder::{BuiltMdp, MdpBuilder, MdpDefect};
pub use closure::closure;
pub use distribution::{Distribution, DistributionDefect};
pub use fixedbitset::FixedBitSet as StateSet;
pub use mask::Mask;
pub use model::{ChoiceId, Mdp, Reward, StateId};
pub use observation::{Observation, ObservationDefect, ObservationId};
pub use policy::{Policy, RandomizedPolicy};
pub use rational::{LARGEST_EXPONENT, ParseRationalError, Rational, parse_rational};
pub use value::Value;
