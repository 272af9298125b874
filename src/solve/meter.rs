//! How much time goes into exact arithmetic: what a benchmark of exact solving has to tell.

use std::cell::Cell;
use std::time::{Duration, Instant};

thread_local! {
    static SPENT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// The time that this thread has spent in exact evaluation, policy iteration and comparison so far.
/// Graph analysis and floating-point proposals are not counted.
#[must_use]
pub fn exact_time() -> Duration {
    SPENT.get()
}

/// Counts the time of exact work. Calls do not nest.
pub(super) fn metered<T>(work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = work();
    SPENT.set(SPENT.get() + started.elapsed());
    result
}
