//! Tests of reading and writing.

mod reading;
