//! How long a search may run: a deadline, and a flag that stops it from outside.
//!
//! Every search takes a [`Budget`] and asks it now and then whether to go on. Running out is an
//! answer of its own, never a verdict.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A limit that all parts of one search share; a clone is the same limit.
///
/// ```
/// use std::time::Duration;
/// use lavaproof::budget::{Budget, Exhausted};
///
/// let budget = Budget::with_timeout(Duration::from_secs(3600));
/// assert_eq!(budget.exhausted(), None);
/// budget.stop();
/// assert_eq!(budget.exhausted(), Some(Exhausted::Interrupted));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Budget {
    deadline: Option<Instant>,
    stop: Arc<AtomicBool>,
    /// The flags that stop this one too.
    outer: Vec<Arc<AtomicBool>>,
}

/// Why a search must end before it has an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Exhausted {
    /// The deadline has passed.
    #[error("the time limit was reached")]
    Timeout,
    /// Someone asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Budget {
    /// No deadline; only [`Budget::stop`] ends it.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// A deadline `timeout` from now. One too far off to be represented is none.
    #[must_use]
    pub fn with_timeout(timeout: Duration) -> Self {
        Self::unlimited().limited_to(timeout)
    }

    /// The same budget with a deadline of at most `timeout` from now: a share for one part of a
    /// search. Both are stopped together.
    #[must_use]
    pub fn limited_to(&self, timeout: Duration) -> Self {
        let new = Instant::now().checked_add(timeout);
        Self { deadline: self.deadline.into_iter().chain(new).min(), ..self.clone() }
    }

    /// The same limit for one of several attempts: stopping it stops this attempt alone, stopping `self` stops it too.
    #[must_use]
    pub fn attempt(&self) -> Self {
        let outer = self.outer.iter().chain([&self.stop]).map(Arc::clone).collect();
        Self { deadline: self.deadline, stop: Arc::default(), outer }
    }

    /// Whether to end now, and why. A stop outranks a deadline that has passed as well.
    #[must_use]
    pub fn exhausted(&self) -> Option<Exhausted> {
        if self.outer.iter().chain([&self.stop]).any(|stop| stop.load(Ordering::Relaxed)) {
            Some(Exhausted::Interrupted)
        } else if self.remaining() == Some(Duration::ZERO) {
            Some(Exhausted::Timeout)
        } else {
            None
        }
    }

    /// `Err` as soon as the budget is exhausted, to leave a loop with `?`.
    ///
    /// # Errors
    /// The reason why the search must end.
    pub fn check(&self) -> Result<(), Exhausted> {
        self.exhausted().map_or(Ok(()), Err)
    }

    /// The time left, or `None` without a deadline.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Stops every search that shares this budget.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The flag behind [`Budget::stop`], for a signal handler to set.
    #[must_use]
    pub fn stop_handle(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlimited_budget_ends_only_when_stopped() {
        let budget = Budget::unlimited();
        assert_eq!(budget.remaining(), None);
        assert_eq!(budget.check(), Ok(()));
        budget.stop_handle().store(true, Ordering::Relaxed);
        assert_eq!(budget.check(), Err(Exhausted::Interrupted));
    }

    #[test]
    fn a_deadline_that_has_passed_is_a_timeout() {
        let budget = Budget::with_timeout(Duration::ZERO);
        assert_eq!(budget.exhausted(), Some(Exhausted::Timeout));
        budget.stop();
        assert_eq!(budget.exhausted(), Some(Exhausted::Interrupted));
    }

    #[test]
    fn a_share_is_never_longer_than_the_whole_and_stops_with_it() {
        let whole = Budget::with_timeout(Duration::from_secs(10));
        let share = whole.limited_to(Duration::from_secs(3600));
        assert!(share.remaining() <= Some(Duration::from_secs(10)));
        assert!(whole.limited_to(Duration::ZERO).exhausted().is_some());
        assert_eq!(whole.exhausted(), None);
        whole.stop();
        assert_eq!(share.exhausted(), Some(Exhausted::Interrupted));
    }

    #[test]
    fn an_attempt_can_be_stopped_alone_and_is_stopped_with_the_whole() {
        let whole = Budget::unlimited();
        let (first, second) = (whole.attempt(), whole.attempt().attempt());
        first.stop();
        assert_eq!([first.exhausted(), second.exhausted()], [Some(Exhausted::Interrupted), None]);
        assert_eq!(whole.exhausted(), None);
        whole.stop();
        assert_eq!(second.limited_to(Duration::from_secs(9)).exhausted(), Some(Exhausted::Interrupted));
    }

    #[test]
    fn a_timeout_beyond_all_clocks_is_no_deadline() {
        assert_eq!(Budget::with_timeout(Duration::MAX).exhausted(), None);
    }
}
