use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;

use crate::process::Place;
use crate::{Container, Error, Phase, Plan, Stopped, port};

/// An instance of an endpoint: all containers of the model, side by side on one machine.
#[derive(Debug)]
pub struct Instance {
    number: usize,
    containers: Vec<Container>,
    is_leaving: AtomicBool,
}

impl Instance {
    /// Gives out ports, which all containers of an instance share, and starts its processes.
    pub(crate) fn start(
        plan: &Plan,
        number: usize,
        folder: &std::path::Path,
    ) -> Result<Self, Error> {
        let low = port::free_range(plan.safe_ports)?;
        let safe_ports = (low, low + plan.safe_ports - 1);
        let mut containers = Vec::new();
        for container in &plan.containers {
            let name = format!("{}-{number}-{}", plan.name, container.hostname);
            let place = Place::new(port::free()?, safe_ports, folder, &plan.logs, &name);
            containers.push(Container::start(container, &place, &plan.limits));
        }
        Ok(Self { number, containers, is_leaving: AtomicBool::new(false) })
    }

    /// Its number among all that the endpoint ever had.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Its containers, in the model's order.
    pub fn containers(&self) -> &[Container] {
        &self.containers
    }

    /// The container of this hostname.
    pub fn container(&self, hostname: &str) -> Option<&Container> {
        self.containers.iter().find(|container| container.hostname() == hostname)
    }

    /// Whether it takes invocations: all of its containers were ready, and it is not being stopped.
    pub fn is_in_service(&self) -> bool {
        let is_leaving = self.is_leaving.load(Ordering::SeqCst);
        !is_leaving && self.containers.iter().all(|container| container.state().was_ready)
    }

    /// Waits until it takes invocations.
    pub async fn in_service(&self) -> Result<(), Error> {
        for container in &self.containers {
            if container.when(|state| state.was_ready).await.is_none() {
                return Err(self.failed(container));
            }
        }
        Ok(())
    }

    /// Stops it as a scale-in does: no more invocations, SIGTERM to all of its containers, SIGKILL later.
    pub(crate) async fn stop(&self) -> Vec<Stopped> {
        self.is_leaving.store(true, Ordering::SeqCst);
        join_all(self.containers.iter().map(Container::stop)).await.into_iter().flatten().collect()
    }

    fn failed(&self, container: &Container) -> Error {
        let why = match container.state().phase {
            Phase::Gone(why) => why,
            Phase::Starting | Phase::InService | Phase::Failing => "its keeper ended".to_owned(),
        };
        Error::Container { hostname: container.hostname().to_owned(), instance: self.number, why }
    }
}
