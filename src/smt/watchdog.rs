//! Ends a computation that does not look at the clock itself.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::budget::Budget;

/// How often the budget is looked at; also how often a deaf computation is told again.
const TICK: Duration = Duration::from_millis(10);

/// Does `work`, and calls `interrupt` from another thread, again and again, once `budget` is
/// exhausted. After the return `interrupt` is not called any more.
pub(super) fn guarded<T>(budget: &Budget, interrupt: impl Fn() + Send, work: impl FnOnce() -> T) -> T {
    let (working, done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            // The sender is never used: that it is gone is the message.
            while done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                if budget.exhausted().is_some() {
                    interrupt();
                }
            }
        });
        // Dropped at the end of this scope, also if `work` panics.
        let _working = working;
        work()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_deaf_computation_is_told_when_the_time_is_up() {
        let told = AtomicBool::new(false);
        let budget = Budget::with_timeout(Duration::from_millis(5));
        guarded(
            &budget,
            || told.store(true, Ordering::Relaxed),
            || {
                while !told.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
            },
        );
    }

    #[test]
    fn a_computation_within_its_budget_is_left_alone() {
        let interrupt = || panic!("interrupted without a reason");
        assert_eq!(guarded(&Budget::unlimited(), interrupt, || 42), 42);
    }
}
