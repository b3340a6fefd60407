//! What wakes a loop: somebody rings, or the time has come.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Wakes one loop. A ring while nobody waits is not lost.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    bell: Notify,
    next: Mutex<Option<Instant>>,
}

impl Alarm {
    /// Wakes the loop now.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Wakes the loop after this long, or earlier.
    pub(crate) fn ring_in(&self, wait: Duration) {
        let at = Instant::now() + wait;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_none_or(|next| at < next) {
            *next = Some(at);
            // The loop may be waiting for a later moment.
            self.bell.notify_one();
        }
    }

    /// Waits for a ring, for the moment that was set, or for `longest` to pass.
    pub(crate) async fn wait(&self, longest: Duration) {
        let latest = Instant::now() + longest;
        let next = *self.next.lock().unwrap_or_else(PoisonError::into_inner);
        tokio::select! {
            () = self.bell.notified() => {}
            () = sleep_until(next.map_or(latest, |next| next.min(latest))) => {}
        }
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_some_and(|next| next <= Instant::now()) {
            *next = None;
        }
    }
}

/// A wait between half of `longest` and all of it, so that processes do not ask in step.
pub(crate) fn jittered(longest: Duration) -> Duration {
    longest.mul_f64(rand::random_range(0.5..=1.0))
}
