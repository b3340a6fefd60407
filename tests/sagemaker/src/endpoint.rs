use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::try_join_all;

use crate::refusal::Refusal;
use crate::{Error, Instance, Phase, Plan, Stopped};

/// A deployed endpoint.
#[derive(Debug)]
pub struct Endpoint {
    plan: Plan,
    folder: PathBuf,
    instances: Mutex<Vec<Arc<Instance>>>,
    started: AtomicUsize,
    turn: AtomicUsize,
    seen: Mutex<Seen>,
}

/// What the platform saw at the endpoint's front door.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    slowest_connect: Duration,
    beyond_safe: usize,
}

/// Where an invocation goes.
pub(crate) struct Target {
    pub(crate) hostname: String,
    pub(crate) port: u16,
}

impl Endpoint {
    pub(crate) fn start(plan: Plan, folder: PathBuf) -> Result<Self, Error> {
        plan.check()?;
        let endpoint = Self {
            folder,
            instances: Mutex::default(),
            started: AtomicUsize::new(0),
            turn: AtomicUsize::new(0),
            seen: Mutex::default(),
            plan,
        };
        for _ in 0..endpoint.plan.instances {
            endpoint.scale_out()?;
        }
        Ok(endpoint)
    }

    /// What it was made from.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its instances, the oldest first, without those that were scaled in.
    pub fn instances(&self) -> Vec<Arc<Instance>> {
        self.lock().clone()
    }

    /// Waits until every instance takes invocations.
    pub async fn in_service(&self) -> Result<(), Error> {
        let instances = self.instances();
        try_join_all(instances.iter().map(|instance| instance.in_service())).await?;
        Ok(())
    }

    /// Starts one more instance.
    pub fn scale_out(&self) -> Result<Arc<Instance>, Error> {
        let number = self.started.fetch_add(1, Ordering::SeqCst);
        let instance = Arc::new(Instance::start(&self.plan, number, &self.folder)?);
        self.lock().push(instance.clone());
        Ok(instance)
    }

    /// Stops an instance for good: SIGTERM to its containers, SIGKILL [`crate::Limits::stop`] later.
    pub async fn scale_in(&self, instance: &Instance) -> Vec<Stopped> {
        let stopped = instance.stop().await;
        self.lock().retain(|other| other.number() != instance.number());
        stopped
    }

    /// The longest that an invocation's connection took to be accepted.
    pub fn slowest_connect(&self) -> Duration {
        self.seen().slowest_connect
    }

    /// How many bodies were larger than what older limits allow.
    pub fn beyond_safe(&self) -> usize {
        self.seen().beyond_safe
    }

    pub(crate) fn connected(&self, took: Duration) {
        let mut seen = self.seen();
        seen.slowest_connect = seen.slowest_connect.max(took);
    }

    pub(crate) fn carried(&self, size: usize) {
        if size > self.plan.limits.safe_body {
            self.seen().beyond_safe += 1;
        }
    }

    /// The container that an invocation goes to: instances take turns.
    pub(crate) fn target(&self, hostname: Option<&str>) -> Result<Target, Refusal> {
        let hostname = self.hostname(hostname)?;
        let instances = self.instances();
        let was_ever_ready = instances.iter().any(|instance| instance.is_in_service());
        let containers = instances.iter().filter(|instance| instance.is_in_service());
        let containers = containers.filter_map(|instance| instance.container(hostname));
        let ready: Vec<_> =
            containers.filter(|container| container.state().phase == Phase::InService).collect();
        if ready.is_empty() {
            return Err(if was_ever_ready { Refusal::unavailable() } else { Refusal::not_ready() });
        }
        let container = ready[self.turn.fetch_add(1, Ordering::SeqCst) % ready.len()];
        Ok(Target { hostname: hostname.to_owned(), port: container.port() })
    }

    fn hostname<'a>(&'a self, named: Option<&'a str>) -> Result<&'a str, Refusal> {
        let containers = &self.plan.containers;
        match (named, self.plan.is_direct()) {
            (None, false) => Ok(&containers[0].hostname),
            (None, true) => Err(Refusal::target_missing(&self.plan.name)),
            (Some(_), false) => Err(Refusal::target_unwanted(&self.plan.name)),
            (Some(name), true) if containers.iter().any(|container| container.hostname == name) => {
                Ok(name)
            }
            (Some(name), true) => Err(Refusal::target_unknown(&self.plan.name, name)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Instance>>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
