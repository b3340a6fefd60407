//! Deliveries go out: claimed, signed, sent, judged, and tried again until they arrive or are given up.

mod n8n;
mod origins;
mod policy;
pub(crate) mod schedule;
mod sender;

pub use crate::dispatch::policy::{Received, Verdict, judge};
pub use crate::dispatch::schedule::fate;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chassis::http::Outbound;
use chassis::task::{self, CancellationToken};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::alarm::jittered;
use crate::config::{AttemptsConfig, Config};
use crate::dispatch::origins::{Origins, Place};
use crate::dispatch::sender::Sender;
use crate::error::Error;
use crate::keyring::Keyring;
use crate::metrics;
use crate::persist::persist;
use crate::span;
use crate::store::{Answered, Fate, HeldDelivery, Lane, Outgoing, Store};
use crate::wake::{Hint, Wake};
use crate::webhook::Signer;

/// How long a process that stops goes on sending, once its jobs are put away.
const FAREWELL: Duration = Duration::from_secs(2);

/// Serves both lanes of deliveries in this process.
pub(crate) struct Dispatch {
    store: Store,
    wake: Arc<Wake>,
    sender: Sender,
    config: AttemptsConfig,
    lease: Duration,
    poll: Duration,
    origins: Origins,
    lanes: [(Lane, Arc<Semaphore>); 2],
    held: Arc<Mutex<HashSet<HeldDelivery>>>,
    under_way: TaskTracker,
}

/// What a delivery occupies while it is under way, free again when this is dropped.
struct Occupied {
    held: HeldDelivery,
    all: Arc<Mutex<HashSet<HeldDelivery>>>,
    _place: Place,
    _slot: OwnedSemaphorePermit,
}

impl Dispatch {
    pub(crate) fn new(
        config: &Config,
        store: Store,
        wake: Arc<Wake>,
        signer: Signer,
        keyring: Arc<Keyring>,
        outbound: &Outbound,
    ) -> Self {
        let attempts = config.webhook.attempts.clone();
        let slots = || Arc::new(Semaphore::new(attempts.slots));
        Self {
            store,
            wake,
            sender: Sender::new(&config.webhook, signer, keyring, outbound),
            lease: config.jobs.lease,
            poll: config.jobs.poll,
            origins: Origins::new(attempts.per_origin),
            lanes: [(Lane::First, slots()), (Lane::Again, slots())],
            held: Arc::default(),
            under_way: TaskTracker::new(),
            config: attempts,
        }
    }

    /// Sends what is due until it is stopped; what is under way then goes on.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.serve().await {
                warn!(error = error.told(), "deliveries cannot be claimed");
            }
            tokio::select! {
                () = self.wake.deliveries.wait(jittered(self.poll)) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Sends what is still due, until there is nothing more, or for as long as a farewell may take.
    ///
    /// For the time after [`Self::run`]: what ended last is told now rather than after the next start.
    pub(crate) async fn farewell(self: &Arc<Self>) {
        let latest = Instant::now() + FAREWELL;
        while Instant::now() < latest {
            if let Err(error) = self.serve().await {
                return warn!(error = error.told(), "deliveries wait for the next start");
            }
            if self.under_way.is_empty() {
                return;
            }
            self.wake.deliveries.wait(self.poll).await;
        }
    }

    /// Waits for what is under way, each no longer than its timeout.
    pub(crate) async fn drained(&self) {
        self.under_way.close();
        self.under_way.wait().await;
    }

    /// What is under way, for the heartbeat.
    pub(crate) fn held(&self) -> Vec<HeldDelivery> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Claims and sends as long as there are slots and due deliveries with a place at their origin.
    async fn serve(self: &Arc<Self>) -> Result<(), Error> {
        loop {
            let due = self.store.due_lanes(&self.origins.full()).await?;
            let mut count = 0;
            for (lane, slots) in self.lanes.iter().filter(|(lane, _)| due.contains(lane)) {
                count += self.serve_lane(*lane, slots).await?;
            }
            if count == 0 {
                return Ok(());
            }
        }
    }

    /// Claims what there are slots and places for, and says how much that was.
    async fn serve_lane(
        self: &Arc<Self>,
        lane: Lane,
        slots: &Arc<Semaphore>,
    ) -> Result<usize, Error> {
        let limit = u32::try_from(slots.available_permits()).unwrap_or(u32::MAX);
        if limit == 0 {
            return Ok(0);
        }
        let mut places: Vec<Place> = Vec::new();
        let has_room = |origin: &str| {
            let place = self.origins.enter(origin);
            let has_room = place.is_some();
            places.extend(place);
            has_room
        };
        let (store, full) = (&self.store, self.origins.full());
        let claimed = store.claim_deliveries(lane, limit, &full, self.lease, has_room).await?;
        let count = claimed.len();
        for delivery in claimed {
            let at = places.iter().position(|place| place.origin() == delivery.origin);
            let slot = Arc::clone(slots).try_acquire_owned();
            // Both were counted before the claim.
            if let (Some(at), Ok(slot)) = (at, slot) {
                let occupied = self.occupy(&delivery, places.swap_remove(at), slot);
                let attempt = Arc::clone(self).attempt(delivery, occupied);
                task::spawn(self.under_way.track_future(attempt));
            }
        }
        Ok(count)
    }

    fn occupy(&self, delivery: &Outgoing, place: Place, slot: OwnedSemaphorePermit) -> Occupied {
        let all = Arc::clone(&self.held);
        all.lock().unwrap_or_else(PoisonError::into_inner).insert(delivery.held.clone());
        Occupied { held: delivery.held.clone(), all, _place: place, _slot: slot }
    }

    async fn attempt(self: Arc<Self>, delivery: Outgoing, occupied: Occupied) {
        if let Some(lost) = &delivery.lost {
            span::delivered(&delivery, lost, None, Some(span::LOST));
        }
        let context = span::of_delivery(&delivery);
        let (verdict, answered) = self.sender.send(&delivery, &context).await;
        let chance = rand::random_range(0.0..=1.0);
        let fate = fate(verdict, delivery.failures, delivery.age, &self.config, chance);
        if fate != Fate::Delivered {
            metrics::delivery_failed();
        }
        self.settle(&delivery, fate, &answered).await;
        drop(occupied);
        match fate {
            Fate::Retry(wait) => self.wake.deliveries.ring_in(wait),
            Fate::Delivered | Fate::Dead => {}
        }
        // Its place is free for another one.
        self.wake.deliveries.ring();
        self.wake.tell(Hint::Changed(delivery.job_id.as_str().into()));
    }

    async fn settle(&self, delivery: &Outgoing, fate: Fate, answered: &Answered) {
        let settle = || self.store.settle(&delivery.held, fate, answered);
        match persist(self.lease * 4, settle).await {
            Ok(ended) => {
                let error = answered.error.as_deref();
                span::delivered(delivery, &ended, answered.status, error);
                log(delivery, fate, answered);
            }
            Err(error) => {
                let (delivery_id, job_id) = (&delivery.held.id, &delivery.job_id);
                let error = error.told();
                warn!(
                    delivery_id,
                    job_id, error, "a delivery is made again: what came of it is not written down"
                );
            }
        }
    }
}

fn log(delivery: &Outgoing, fate: Fate, answered: &Answered) {
    let Outgoing { job_id, origin, attempt, .. } = delivery;
    let (delivery_id, trace_id) = (&delivery.held.id, delivery.traceparent.get(3..35));
    let (status, reason) = (answered.status, answered.error.as_deref());
    match fate {
        Fate::Delivered => {
            info!(delivery_id, job_id, trace_id, origin, attempt, status, "delivered");
        }
        Fate::Retry(wait) => {
            let wait_ms = wait.as_millis();
            info!(
                delivery_id,
                job_id,
                trace_id,
                origin,
                attempt,
                status,
                reason,
                wait_ms,
                "delivery failed and is tried again"
            );
        }
        Fate::Dead => {
            warn!(
                delivery_id,
                job_id,
                trace_id,
                origin,
                attempt,
                status,
                reason,
                "delivery is given up; it can be replayed"
            );
        }
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.held);
    }
}
