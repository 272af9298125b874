//! What is going on, on a terminal, while it takes long.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nothing is said of what takes less.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line on standard error that says what is being done and for how long, as long as this value lives. It is not
/// shown where standard error is no terminal.
#[derive(Debug)]
pub(super) struct Progress {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(super) fn of(what: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { running: None };
        }
        let what = what.to_owned();
        let begin = Instant::now();
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || {
            let mut shown = false;
            while receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown = true;
                // Standard error may be gone; there is nobody to tell then.
                let _ = write!(std::io::stderr(), "\r\x1b[K{what}: {} s", begin.elapsed().as_secs());
            }
            if shown {
                let _ = write!(std::io::stderr(), "\r\x1b[K");
            }
        });
        Self { running: Some((sender, thread)) }
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
