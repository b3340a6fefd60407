use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, error};

use crate::{panic, task};

const SHORTEST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A task that ran this long before it panicked starts again with the shortest wait.
const CALM: Duration = Duration::from_secs(60);

/// Tasks that run as long as the process, each restarted after a panic, all stopped together.
#[derive(Clone, Debug)]
pub struct Tasks {
    stop: CancellationToken,
    tracker: TaskTracker,
}

impl Tasks {
    /// No tasks yet; those to come are not started again once `stop` is cancelled.
    pub fn new(stop: CancellationToken) -> Self {
        Self { stop, tracker: TaskTracker::new() }
    }

    /// What tells the tasks to stop; each watches it by itself and ends when its work is put away.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Runs what `start` makes until it ends, and makes it anew, after a growing pause, when it panics.
    pub fn supervise<S, F>(&self, name: &'static str, start: S)
    where
        S: FnMut() -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        task::spawn(self.tracker.track_future(supervise(name, self.stop.clone(), start)));
    }

    /// Waits until every task has ended; call it after `stop` was cancelled.
    pub async fn stopped(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}

async fn supervise<S, F>(name: &'static str, stop: CancellationToken, mut start: S)
where
    S: FnMut() -> F,
    F: Future<Output = ()>,
{
    let mut wait = SHORTEST_WAIT;
    loop {
        let began = Instant::now();
        // Making the future may panic as well as running it.
        let Err(caught) = panic::contain(async { start().await }).await else {
            return debug!(task = name, "task ended");
        };
        if began.elapsed() >= CALM {
            wait = SHORTEST_WAIT;
        }
        let (location, wait_ms) = (caught.location(), wait.as_millis());
        error!(task = name, location, wait_ms, "task panicked and starts again after a pause");
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
        }
    }
}
