//! What works by itself: claims, deliveries, heartbeats, hints, and putting things away.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chassis::server::Health;
use chassis::task::{CancellationToken, Tasks};
use futures_util::future::join;
use proto::jobs::delivery_service_server::SERVICE_NAME as DELIVERIES;
use proto::jobs::flow_service_server::SERVICE_NAME as FLOWS;
use proto::jobs::job_service_server::SERVICE_NAME as JOBS;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use crate::alarm::jittered;
use crate::dispatch::Dispatch;
use crate::error::Error;
use crate::jobs::{Jobs, corpus};
use crate::metrics;
use crate::run::Peers;
use crate::wake::Relay;
use crate::worker::Worker;

/// How often old rows are looked for.
const PURGE: Duration = Duration::from_secs(10 * 60);

/// Everything that runs in the background.
#[derive(Clone)]
struct Crew {
    jobs: Jobs,
    worker: Arc<Worker>,
    dispatch: Arc<Dispatch>,
    relay: Arc<Relay>,
    peers: Peers,
    health: Health,
}

impl Jobs {
    /// Runs jobs and deliveries until `tasks` is told to stop; then what runs may finish for a while,
    /// the rest is given back, and the store is closed. Does nothing the second time.
    ///
    /// The services are called healthy once the flows' documents are in.
    pub fn run(self, peers: Peers, health: Health, tasks: &Tasks) {
        let take_hints = self.0.hints.lock().unwrap_or_else(PoisonError::into_inner).take();
        let take_signer = self.0.signer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (Some(hints), Some(signer)) = (take_hints, take_signer) else { return };
        let (store, wake) = (self.0.store.clone(), Arc::clone(&self.0.wake));
        let (config, library) = (&self.0.config, Arc::clone(&self.0.library));
        let keyring = Arc::clone(&self.0.keyring);
        let dispatch = Dispatch::new(
            config,
            store.clone(),
            Arc::clone(&wake),
            signer,
            keyring,
            &self.0.outbound,
        );
        let worker = Worker::new(
            store.clone(),
            library,
            peers.clone(),
            Arc::clone(&wake),
            config.jobs.clone(),
        );
        let crew = Crew {
            worker: Arc::new(worker),
            dispatch: Arc::new(dispatch),
            relay: Arc::new(Relay::new(store, wake, hints)),
            jobs: self,
            peers,
            health,
        };
        let stop = tasks.stop().clone();
        tasks.supervise("jobs", move || crew.clone().run(stop.clone()));
    }
}

impl Crew {
    async fn run(self, stop: CancellationToken) {
        let tasks = || Tasks::new(CancellationToken::new());
        let (early, sending, late) = (Tasks::new(stop.clone()), tasks(), tasks());
        self.supervise_early(&early);
        self.supervise_sending(&sending);
        self.supervise_late(&late);
        stop.cancelled().await;
        early.stopped().await;
        let (given_back, ()) =
            join(self.put_jobs_away(&sending), self.stop_sending(&sending)).await;
        late.stop().cancel();
        late.stopped().await;
        self.jobs.0.store.close().await;
        info!(given_back, "jobs and deliveries are put away");
    }

    async fn put_jobs_away(&self, sending: &Tasks) -> usize {
        let given_back = self.worker.drain().await;
        sending.stop().cancel();
        given_back
    }

    /// Jobs that end while this process stops are told, too, as long as an attempt that begins then
    /// can end before the process has to.
    async fn stop_sending(&self, sending: &Tasks) {
        let config = &self.jobs.0.config;
        let latest = config.jobs.drain.saturating_sub(config.webhook.attempts.timeout);
        if timeout(latest, sending.stop().cancelled()).await.is_ok() {
            sending.stopped().await;
            self.dispatch.farewell().await;
        } else {
            sending.stop().cancel();
            sending.stopped().await;
        }
        self.dispatch.drained().await;
    }

    /// What takes on new work ends when the process is told to.
    fn supervise_early(&self, tasks: &Tasks) {
        let (worker, stop) = (Arc::clone(&self.worker), tasks.stop().clone());
        tasks.supervise("claim jobs", move || Arc::clone(&worker).run(stop.clone()));
        let (worker, stop) = (Arc::clone(&self.worker), tasks.stop().clone());
        tasks.supervise("end overdue jobs", move || Arc::clone(&worker).reap(stop.clone()));
        let (crew, stop) = (self.clone(), tasks.stop().clone());
        tasks.supervise("forget old jobs", move || crew.clone().purge(stop.clone()));
        let (store, stop) = (self.jobs.0.store.clone(), tasks.stop().clone());
        tasks.supervise("measure the queue", move || {
            metrics::watch_queue(store.clone(), stop.clone())
        });
        let (crew, stop) = (self.clone(), tasks.stop().clone());
        tasks.supervise("load flows' documents", move || crew.clone().prepare(stop.clone()));
    }

    /// What tells of jobs' ends goes on while jobs end.
    fn supervise_sending(&self, tasks: &Tasks) {
        let (dispatch, stop) = (Arc::clone(&self.dispatch), tasks.stop().clone());
        tasks.supervise("send deliveries", move || Arc::clone(&dispatch).run(stop.clone()));
    }

    /// What keeps and tells goes on until all work is put away.
    fn supervise_late(&self, tasks: &Tasks) {
        let (crew, stop) = (self.clone(), tasks.stop().clone());
        tasks.supervise("prolong leases", move || {
            Arc::clone(&crew.worker).heartbeat(Arc::clone(&crew.dispatch), stop.clone())
        });
        let (relay, stop) = (Arc::clone(&self.relay), tasks.stop().clone());
        tasks.supervise("tell other processes", move || {
            let (relay, stop) = (Arc::clone(&relay), stop.clone());
            async move { relay.tell(stop).await }
        });
        let (relay, stop) = (Arc::clone(&self.relay), tasks.stop().clone());
        tasks.supervise("listen to other processes", move || {
            let (relay, stop) = (Arc::clone(&relay), stop.clone());
            async move { relay.listen(stop).await }
        });
    }

    /// Makes the services healthy. Only an embedded store gets the flows' documents: a shared one
    /// holds what people put there.
    async fn prepare(self, stop: CancellationToken) {
        let inner = &self.jobs.0;
        let is_embedded = inner.store.is_embedded();
        if is_embedded && !corpus::load(&inner.library, &self.peers, &stop).await {
            return;
        }
        for service in [JOBS, DELIVERIES, FLOWS] {
            self.health.serving(service);
        }
        inner.ready.send_replace(true);
    }

    async fn purge(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.purge_once().await {
                warn!(error = error.told(), "old jobs are not forgotten yet");
            }
            tokio::select! {
                () = sleep(jittered(PURGE)) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn purge_once(&self) -> Result<(), Error> {
        let (store, keep) = (&self.jobs.0.store, self.jobs.0.config.jobs.keep);
        store.purge_keys().await?;
        let mut count = 0;
        loop {
            match store.purge_jobs(keep).await? {
                0 => break,
                some => count += some,
            }
        }
        if count > 0 {
            info!(count, "old jobs are forgotten");
        }
        Ok(())
    }
}
