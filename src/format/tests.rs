//! Tests of reading and writing.

mod errors;
mod grids;
mod random;
mod reading;
