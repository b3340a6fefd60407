use std::sync::Mutex;
use std::time::{Duration, Instant};

use tracing::warn;

/// The shortest time between two lines about lost spans.
const QUIET: Duration = Duration::from_secs(60);

/// Counts spans that X-Ray does not get, and says so once a minute at most.
#[derive(Debug, Default)]
pub(super) struct Drops(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    spans: usize,
    why: String,
    told: Option<Instant>,
}

impl Drops {
    /// Counts some; the reason that is told is the last one.
    pub(super) fn add(&self, spans: usize, why: &str) {
        if spans == 0 {
            return;
        }
        self.with(|count| {
            count.spans += spans;
            why.clone_into(&mut count.why);
            if count.told.is_none_or(|told| told.elapsed() >= QUIET) {
                count.tell();
            }
        });
    }

    /// Says what was not said yet.
    pub(super) fn tell(&self) {
        self.with(Count::tell);
    }

    fn with(&self, act: impl FnOnce(&mut Count)) {
        // Counting goes on, whatever happened to somebody who counted.
        act(&mut self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    }
}

impl Count {
    fn tell(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        if spans > 0 {
            warn!(spans, why = self.why, "spans are lost: X-Ray does not get them");
            self.told = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_told_once_a_minute() {
        let drops = Drops::default();
        drops.add(2, "first");
        drops.add(3, "second");
        drops.add(4, "third");
        drops.with(|count| assert_eq!((count.spans, count.why.as_str()), (7, "third")));
        drops.tell();
        drops.with(|count| assert_eq!(count.spans, 0));
    }
}
