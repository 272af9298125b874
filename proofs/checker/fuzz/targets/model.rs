//! Any bytes as an explicit model: read, or refused with a line that the text has.

#![no_main]

use lavaproof_checker::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Err(unreadable) = Model::read(text) {
        let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
        assert!((1..=lines).contains(&unreadable.line()), "{unreadable}");
        assert!(!unreadable.to_string().is_empty());
    }
});
