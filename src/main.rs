//! The `lavaproof` program.
fn main() {}
