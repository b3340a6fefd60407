//! How many jobs wait, without counting them for each one that comes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::store::Store;

/// An estimate older than this may miss what other processes accepted.
const FRESH: Duration = Duration::from_secs(1);
/// When a full queue may have a place again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The number of waiting jobs, as of the last count, and those accepted here since then.
pub(super) struct Depth {
    limit: u32,
    counted: Mutex<Option<(u32, Instant)>>,
}

impl Depth {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, counted: Mutex::new(None) }
    }

    /// Makes room for one more job, or refuses it.
    pub(super) async fn admit(&self, store: &Store) -> Result<(), Error> {
        if self.has_room() {
            return Ok(());
        }
        let queued = store.queued(self.limit).await?;
        if queued >= self.limit {
            return Err(Error::QueueFull { retry_after: RETRY_AFTER });
        }
        *self.lock() = Some((queued + 1, Instant::now()));
        Ok(())
    }

    /// Jobs that were claimed meanwhile only make the estimate too high.
    fn has_room(&self) -> bool {
        let mut counted = self.lock();
        match counted.as_mut() {
            Some((count, at)) if *count < self.limit && at.elapsed() < FRESH => {
                *count += 1;
                true
            }
            Some(_) | None => false,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(u32, Instant)>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
