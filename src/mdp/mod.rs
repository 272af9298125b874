//! The mathematical objects over the rationals: finite Markov decision processes and what lives on them.
//!
//! Nothing here solves anything, reads a file or knows what an alignment problem is.

mod builder;
mod closure;
mod distribution;
mod extended;
mod labelled;
mod mask;
mod model;
mod names;
mod observation;
mod policy;
mod pool;
mod rational;
mod rows;
mod value;

pub use builder::{BuiltMdp, MdpBuilder, MdpDefect};
pub use closure::closure;
pub use distribution::{Distribution, DistributionDefect};
pub use extended::Extended;
pub use fixedbitset::FixedBitSet as StateSet;
pub use labelled::{LabelledMdp, RewardStructure};
pub use mask::Mask;
pub use model::{ChoiceId, CompressedRows, Mdp, Reward, StateId};
pub use names::token;
pub use observation::{Observation, ObservationDefect, ObservationId};
pub use policy::{Policy, RandomizedPolicy};
pub use pool::{Pool, RationalPool};
pub use rational::{LARGEST_EXPONENT, ParseRationalError, Rational, parse_rational};
pub use rows::{RowBuilder, RowDefect};
pub use value::Value;
