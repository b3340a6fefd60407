//! How many jobs wait, without counting them for each one that comes. Never fewer than there are; a few
//! more while they are being written, who are then refused too early rather than too late.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Error;
use crate::store::Store;

/// An estimate older than this may miss what other processes accepted.
const FRESH: Duration = Duration::from_secs(1);
/// When a full queue may have a place again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The number of waiting jobs, as of the last count, and those admitted here since then.
pub(super) struct Depth {
    limit: u32,
    counted: Mutex<Option<Count>>,
    /// Admitted, and not a row yet that a count would see.
    entering: AtomicU32,
}

struct Count {
    waiting: u32,
    began: Instant,
}

/// A place in the queue for a job that is about to be written.
pub(super) struct Entering<'a>(&'a AtomicU32);

impl Depth {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, counted: Mutex::default(), entering: AtomicU32::new(0) }
    }

    /// Makes room for one more job, or refuses it. Keep the place until the job is written.
    pub(super) async fn admit(&self, store: &Store) -> Result<Entering<'_>, Error> {
        let arrived = Instant::now();
        // Whoever comes while somebody counts waits, and takes the answer.
        let mut counted = self.counted.lock().await;
        let is_open = |count: &&Count| count.waiting < self.limit && count.began.elapsed() < FRESH;
        let known = counted.take().filter(|count| is_open(&count) || count.began >= arrived);
        let mut count = match known {
            Some(count) => count,
            None => self.count(store).await?,
        };
        let has_room = count.waiting < self.limit;
        if has_room {
            // Jobs that are claimed meanwhile only make the estimate too high.
            count.waiting += 1;
            self.entering.fetch_add(1, Ordering::SeqCst);
        }
        *counted = Some(count);
        if has_room {
            Ok(Entering(&self.entering))
        } else {
            Err(Error::QueueFull { retry_after: RETRY_AFTER })
        }
    }

    async fn count(&self, store: &Store) -> Result<Count, Error> {
        // First those that are not rows yet: one that becomes a row meanwhile is counted twice
        // rather than not at all.
        let (began, entering) = (Instant::now(), self.entering.load(Ordering::SeqCst));
        let waiting = store.queued(self.limit).await?.saturating_add(entering);
        Ok(Count { waiting, began })
    }
}

impl Drop for Entering<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
