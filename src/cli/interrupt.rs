//! Ctrl-C: the first one stops searches, which report what they had; the second one ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::budget::Budget;

/// A budget that Ctrl-C stops.
pub(super) fn interruptible() -> Budget {
    let budget = Budget::unlimited();
    let stop: Arc<AtomicBool> = budget.stop_handle();
    let handler = move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("stopping: what is open becomes unknown (press again to end at once)");
    };
    if ctrlc::set_handler(handler).is_err() {
        eprintln!("warning: Ctrl-C will end the program at once, without a report");
    }
    budget
}
