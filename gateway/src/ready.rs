//! Whether the gateway can serve: once every service it needs has served, until it is told to stop.

mod warm;

pub use crate::ready::warm::warm;

use std::sync::Arc;
use std::time::SystemTime;

use chassis::clock::Time;
use tokio::sync::watch;

use crate::answer::{Dependency, Health, ServiceStatus};
use crate::error::Error;
use crate::grpc::Need;

/// What is known of the services that the gateway needs; asking it costs nothing.
#[derive(Clone, Debug)]
pub struct Readiness(Arc<watch::Sender<State>>);

#[derive(Clone, Debug)]
struct State {
    phase: Phase,
    dependencies: Vec<Dependency>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Warming,
    Ready,
    Draining,
}

impl Readiness {
    pub(crate) fn new(needs: &[Need]) -> Self {
        let dependency = |need: &Need| Dependency {
            name: need.role.clone(),
            service: need.service.clone(),
            status: ServiceStatus::Unknown,
            since: None,
        };
        let dependencies = needs.iter().map(dependency).collect();
        Self(Arc::new(watch::Sender::new(State { phase: Phase::Warming, dependencies })))
    }

    /// Whether every service has served once, and nobody asked to stop; an outage after that changes nothing.
    pub fn is_ready(&self) -> bool {
        self.0.borrow().phase == Phase::Ready
    }

    /// Says that the process stops: `/ping` answers 503 from now on, and streams of events end.
    pub fn drain(&self) {
        self.0.send_modify(|state| state.phase = Phase::Draining);
    }

    /// Waits until every service has served once; forever where the process stops before.
    pub async fn ready(&self) {
        self.reaches(Phase::Ready).await;
    }

    /// Waits until the process stops.
    pub(crate) async fn drained(self) {
        self.reaches(Phase::Draining).await;
    }

    /// What `/ping` says.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.0.borrow().phase {
            Phase::Warming => Err(Error::Warming),
            Phase::Ready => Ok(()),
            Phase::Draining => Err(Error::Draining),
        }
    }

    /// What `/health` says.
    pub(crate) fn health(&self) -> Health {
        let state = self.0.borrow();
        let is_whole = state.dependencies.iter().all(|one| one.status == ServiceStatus::Serving);
        let status = match state.phase {
            Phase::Warming => "warming",
            Phase::Ready if is_whole => "ready",
            Phase::Ready => "degraded",
            Phase::Draining => "draining",
        };
        let dependencies = state.dependencies.clone();
        Health { status, version: env!("CARGO_PKG_VERSION"), dependencies }
    }

    /// Notes how the services are; once all of them serve, the gateway is warm for good.
    fn note(&self, statuses: &[ServiceStatus]) {
        self.0.send_if_modified(|state| {
            let mut is_news = false;
            for (dependency, status) in state.dependencies.iter_mut().zip(statuses) {
                if dependency.status != *status {
                    is_news = true;
                    tell(dependency, *status);
                    dependency.status = *status;
                    dependency.since = Some(Time::from(SystemTime::now()).to_string());
                }
            }
            let is_whole = statuses.iter().all(|status| *status == ServiceStatus::Serving);
            if state.phase == Phase::Warming && is_whole {
                state.phase = Phase::Ready;
                is_news = true;
                tracing::info!("the gateway is ready: every service it needs serves");
            }
            is_news
        });
    }

    async fn reaches(&self, phase: Phase) {
        let mut states = self.0.subscribe();
        // The sender lives as long as this, so there is an end to wait for.
        let _ = states.wait_for(|state| state.phase == phase).await;
    }
}

fn tell(dependency: &Dependency, status: ServiceStatus) {
    let (service, role) = (&dependency.service, &dependency.name);
    match (dependency.status, status) {
        (_, ServiceStatus::Serving) => tracing::info!(%service, %role, "a service serves"),
        (ServiceStatus::Unknown, _) => {
            tracing::info!(%service, %role, ?status, "waiting for a service");
        }
        (_, _) => tracing::warn!(%service, %role, ?status, "a service does not serve"),
    }
}
