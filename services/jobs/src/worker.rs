//! Jobs are claimed, run, kept alive and put away.
//!
//! A worker holds a job by its lease and token. When it cannot prove that it still does, it drops
//! the work: somebody else has it, or will have it in a moment.

mod attempt;
mod outcome;
mod running;

use std::sync::Arc;
use std::time::Duration;

use chassis::task::{self, CancellationToken};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::alarm::jittered;
use crate::config::JobsConfig;
use crate::dispatch::Dispatch;
use crate::error::Error;
use crate::job::Problem;
use crate::library::Library;
use crate::metrics;
use crate::run::Peers;
use crate::span::{self, Trace};
use crate::store::{Claim, Doom, Ended, Ending, Store, Terms};
use crate::wake::{Hint, Wake};
use crate::worker::running::{Guard, Running};

/// How many doomed jobs are ended in one round.
const ROUND: u32 = 100;
/// How often to look for jobs that must end although nobody runs them.
const REAP: Duration = Duration::from_secs(1);
/// How long a job that was told to go back may take to do so.
const FAREWELL: Duration = Duration::from_secs(2);

/// Runs jobs in this process.
pub(crate) struct Worker {
    store: Store,
    library: Arc<Library>,
    peers: Peers,
    wake: Arc<Wake>,
    config: JobsConfig,
    slots: Arc<Semaphore>,
    running: Running,
    tasks: TaskTracker,
}

impl Worker {
    pub(crate) fn new(
        store: Store,
        library: Arc<Library>,
        peers: Peers,
        wake: Arc<Wake>,
        config: JobsConfig,
    ) -> Self {
        let slots = Arc::new(Semaphore::new(config.workers));
        let (running, tasks) = (Running::default(), TaskTracker::new());
        Self { store, library, peers, wake, config, slots, running, tasks }
    }

    /// Claims and runs what is due until it is stopped; what runs then goes on.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let free = self.slots.available_permits();
            let pause = match self.claim(free).await {
                // There may be more.
                Ok(count) if count > 0 && count == free => Duration::ZERO,
                Ok(_) => jittered(self.config.poll),
                Err(error) => {
                    warn!(error = error.told(), "jobs cannot be claimed");
                    self.config.poll
                }
            };
            tokio::select! {
                () = self.wake.jobs.wait(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Ends jobs that no worker holds and that must end.
    pub(crate) async fn reap(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.reap_once().await {
                warn!(error = error.told(), "jobs whose time is over cannot be ended");
            }
            tokio::select! {
                () = sleep(jittered(REAP)) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Keeps alive what runs and what is being delivered, until it is stopped.
    pub(crate) async fn heartbeat(
        self: Arc<Self>,
        dispatch: Arc<Dispatch>,
        stop: CancellationToken,
    ) {
        let pause = self.config.lease / 3;
        loop {
            tokio::select! {
                () = sleep(pause) => {}
                () = self.wake.heartbeat.notified() => {}
                () = stop.cancelled() => return,
            }
            // A database that does not answer must not keep us from noticing it.
            match timeout(pause, self.beat(&dispatch)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => warn!(error = error.told(), "leases cannot be prolonged"),
                Err(_) => warn!("leases cannot be prolonged: the job store does not answer"),
            }
            let lost = self.running.give_up_stale();
            if lost > 0 {
                warn!(jobs = lost, "leases ran out while the job store did not answer");
            }
        }
    }

    /// Lets what runs finish, gives the rest back, and says how much that was.
    pub(crate) async fn drain(&self) -> usize {
        self.tasks.close();
        if timeout(self.config.drain, self.tasks.wait()).await.is_ok() {
            return 0;
        }
        let left = self.tasks.len();
        self.running.hand_back();
        if timeout(FAREWELL, self.tasks.wait()).await.is_err() {
            warn!(jobs = self.tasks.len(), "some jobs wait for their lease to run out");
        }
        left
    }

    async fn claim(self: &Arc<Self>, free: usize) -> Result<usize, Error> {
        if free == 0 {
            return Ok(0);
        }
        let JobsConfig { lease, max_crashes, .. } = self.config;
        let since = Instant::now();
        let claims = self.store.claim(free, Terms { lease, max_crashes }).await?;
        let count = claims.len();
        for claim in claims {
            let guard = self.running.enter(&claim.held, since, lease);
            self.start(claim, guard);
        }
        Ok(count)
    }

    fn start(self: &Arc<Self>, claim: Claim, guard: Guard) {
        self.wake.tell(Hint::Changed(claim.held.job_id.as_str().into()));
        let worker = Arc::clone(self);
        // Only this loop takes slots, and it took no more jobs than there were.
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        let run = async move {
            attempt::run(&worker, claim, guard).await;
            drop(slot);
            worker.wake.jobs.ring();
        };
        task::spawn(self.tasks.track_future(run));
    }

    async fn beat(&self, dispatch: &Dispatch) -> Result<(), Error> {
        let (held, since) = (self.running.held(), Instant::now());
        let pulses = self.store.heartbeat(&held, self.config.lease).await?;
        self.running.pulse(&held, &pulses, since, self.config.lease);
        self.store.heartbeat_deliveries(&dispatch.held(), self.config.lease).await?;
        Ok(())
    }

    async fn reap_once(&self) -> Result<(), Error> {
        for (job, doom) in self.store.doomed(self.config.max_crashes, ROUND).await? {
            let ending = match doom {
                Doom::Cancelled => Ending::Cancelled,
                Doom::Expired => Ending::Expired,
                Doom::Poison => Ending::Failed(Problem::new(
                    "crashed_too_often",
                    "the job brought down its worker again and again",
                )),
            };
            match self.store.finish_unheld(&job, &ending).await {
                Ok(ended) => self.ended(&ended, Some(span::LOST)),
                // Somebody else was faster.
                Err(Error::LeaseLost) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Tells everybody that a job has ended.
    fn ended(&self, ended: &Ended, attempt_error: Option<&str>) {
        announce(&self.wake, ended, attempt_error);
    }
}

/// Tells of a job's end: its last span, whoever watches it, and whoever delivers.
pub(crate) fn announce(wake: &Wake, ended: &Ended, attempt_error: Option<&str>) {
    let (job, trace) = (&ended.job, Trace::of_job(&ended.job));
    if let Some(attempt) = &ended.attempt {
        trace.attempt(attempt, attempt_error);
    }
    wake.tell(Hint::Changed(job.id.as_str().into()));
    if ended.has_delivery {
        wake.tell(Hint::Delivery);
    }
    metrics::ended(job);
    let took = job.finished_at.map(|end| end.since(job.created_at).as_millis());
    let code = job.error.as_ref().map(|problem| problem.code.as_str());
    info!(
        job_id = job.id,
        trace_id = trace.id(),
        flow = job.flow,
        state = job.state.name(),
        code,
        ms = took,
        attempts = job.attempts,
        "job ended"
    );
}
