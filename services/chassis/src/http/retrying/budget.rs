use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A bucket that calls fill and repeats empty: an outage adds a share of its load, not a multiple.
#[derive(Debug)]
pub(super) struct Budget {
    share: f64,
    reserve: f64,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    repeats: f64,
    filled: Instant,
}

/// So many calls are remembered by what they put in.
const CALLS: f64 = 100.0;
/// The reserve fills again in this time, so that few calls a day may be repeated, too.
const REFILL: Duration = Duration::from_secs(60);

impl Budget {
    /// A full reserve, to which each call adds its share of a repeat.
    pub(super) fn new(share: f64, reserve: u32, now: Instant) -> Self {
        let reserve = f64::from(reserve);
        Self { share, reserve, bucket: Mutex::new(Bucket { repeats: reserve, filled: now }) }
    }

    /// Notes a call, repeats not counted.
    pub(super) fn call(&self, now: Instant) {
        let mut bucket = self.filled(now);
        bucket.repeats = (bucket.repeats + self.share).min(self.reserve + CALLS * self.share);
    }

    /// Whether one more repeat is allowed; then it is noted.
    pub(super) fn take(&self, now: Instant) -> bool {
        let mut bucket = self.filled(now);
        let is_left = bucket.repeats >= 1.0;
        if is_left {
            bucket.repeats -= 1.0;
        }
        is_left
    }

    fn filled(&self, now: Instant) -> MutexGuard<'_, Bucket> {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        let missing = (self.reserve - bucket.repeats).max(0.0);
        bucket.repeats += missing.min(passed / REFILL.as_secs_f64() * self.reserve);
        bucket.filled = now;
        bucket
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_a_share_of_the_calls_and_a_reserve() {
        let now = Instant::now();
        let budget = Budget::new(0.25, 2, now);
        let allowed = (0..1_000).filter(|_| {
            budget.call(now);
            budget.take(now)
        });
        assert_eq!(allowed.count(), 252);
    }

    #[test]
    fn quiet_times_fill_the_reserve_and_no_more() {
        let now = Instant::now();
        let budget = Budget::new(0.0, 3, now);
        assert_eq!((0..9).filter(|_| budget.take(now)).count(), 3);
        let later = now + REFILL / 3;
        assert!(budget.take(later) && !budget.take(later));
        let tomorrow = later + Duration::from_secs(86_400);
        assert_eq!((0..9).filter(|_| budget.take(tomorrow)).count(), 3);
    }

    #[test]
    fn success_is_not_saved_up_for_ever() {
        let now = Instant::now();
        let budget = Budget::new(0.5, 1, now);
        (0..10_000).for_each(|_| budget.call(now));
        assert_eq!((0..999).filter(|_| budget.take(now)).count(), 51);
    }
}
