//! What is going on, on a terminal, while it takes long.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nothing is said of what takes less.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line on standard error that says what is being done and for how long, as long as this value lives. It is not
/// shown where standard error is no terminal.
#[derive(Debug)]
pub(super) struct Progress {
    known: Arc<Mutex<String>>,
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(super) fn of(what: &str) -> Self {
        let known = Arc::new(Mutex::new(String::new()));
        if !std::io::stderr().is_terminal() {
            return Self { known, running: None };
        }
        let shared = Arc::clone(&known);
        let what = what.to_owned();
        let begin = Instant::now();
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || {
            let mut shown = false;
            while receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown = true;
                // Standard error may be gone; there is nobody to tell then.
                let known = shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _ = write!(std::io::stderr(), "\r\x1b[K{what}: {} s{known}", begin.elapsed().as_secs());
            }
            if shown {
                let _ = write!(std::io::stderr(), "\r\x1b[K");
            }
        });
        Self { known, running: Some((sender, thread)) }
    }

    /// Adds to the line what is known so far.
    pub(super) fn know(&self, what: &str) {
        let what = if what.is_empty() { String::new() } else { format!(", {what}") };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.running.take() {
            drop(sender);
            // A panic of the thread has been reported by itself.
            let _ = thread.join();
        }
    }
}
