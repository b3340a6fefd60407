//! The events of a job as they come, read from its rows.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chassis::auth::Tenant;
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::alarm::jittered;
use crate::error::Error;
use crate::job::{self, Event, State};
use crate::jobs::{Jobs, page};
use crate::store::Store;

/// How often a watcher looks that nobody told of anything.
const POLL: Duration = Duration::from_secs(1);
const BATCH: u32 = 100;

/// A watcher of one job, and its place among all watchers.
struct Watch {
    store: Store,
    tenant: Tenant,
    job: String,
    after: u64,
    changes: Receiver<Arc<str>>,
    read: VecDeque<Event>,
    has_ended: bool,
    _place: OwnedSemaphorePermit,
}

impl Jobs {
    /// What happens to a job, from its first event or after one already seen; ends with the job.
    pub async fn watch(
        &self,
        tenant: &Tenant,
        id: &str,
        after: u64,
    ) -> Result<impl Stream<Item = Result<Event, Error>> + Send + use<>, Error> {
        page::check(job::PREFIX, id, "job_id")?;
        let place = Arc::clone(&self.0.watchers).try_acquire_owned();
        // Told from here on, so that nothing falls between the first look and the wait.
        let changes = self.0.wake.changes();
        self.0.store.job(tenant, id).await?;
        let watch = Watch {
            store: self.0.store.clone(),
            tenant: tenant.clone(),
            job: id.to_owned(),
            after,
            changes,
            read: VecDeque::new(),
            has_ended: false,
            _place: place.map_err(|_| Error::TooManyWatchers)?,
        };
        Ok(unfold(watch, |mut watch| async move {
            let item = watch.next().await.transpose()?;
            watch.has_ended |= item.is_err();
            Some((item, watch))
        }))
    }
}

impl Watch {
    async fn next(&mut self) -> Result<Option<Event>, Error> {
        while !self.has_ended {
            if let Some(event) = self.read.pop_front() {
                self.after = event.seq;
                self.has_ended = event.kind.parse().is_ok_and(State::is_terminal);
                return Ok(Some(event));
            }
            self.read = self.store.events(&self.job, self.after, BATCH).await?.into();
            if self.read.is_empty() {
                if self.is_over().await? {
                    return Ok(None);
                }
                self.changed().await;
            }
        }
        Ok(None)
    }

    /// Whether the job had ended already for somebody who has seen its last event.
    async fn is_over(&self) -> Result<bool, Error> {
        let job = self.store.job(&self.tenant, &self.job).await?;
        let has_more = !self.store.events(&self.job, self.after, 1).await?.is_empty();
        Ok(job.state.is_terminal() && !has_more)
    }

    /// Waits until something may have happened to the job.
    async fn changed(&mut self) {
        let mine = async {
            loop {
                match self.changes.recv().await {
                    Ok(job) if *job == *self.job => return,
                    Ok(_) => {}
                    // Too much was told to hear it all, so it may have been among it.
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                }
            }
        };
        // A hint that never comes is the same as the poll.
        let _ = timeout(jittered(POLL), mine).await;
    }
}
