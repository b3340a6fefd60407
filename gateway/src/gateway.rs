use std::sync::Arc;

use axum::Router;
use chassis::channel::Channel;

use crate::config::GatewayConfig;
use crate::grpc::Peers;
use crate::ready::Readiness;
use crate::routes;
use crate::submission::Takes;

/// The HTTP door of the suite; it keeps nothing but its settings and the ways to its peers.
#[derive(Clone)]
pub struct Gateway(Arc<Parts>);

struct Parts {
    config: GatewayConfig,
    peers: Peers,
    readiness: Readiness,
    takes: Takes,
}

impl Gateway {
    /// A gateway with these settings, to the services behind it.
    pub fn new(config: GatewayConfig, peers: Peers) -> Self {
        Self::taking(Takes::Jobs, config, peers)
    }

    /// The door of a process without the role of a gateway: it answers `/ping`, and at `/invocations` the
    /// methods of these services, by their full names, and the `op`s that are theirs.
    ///
    /// The channel leads to this process.
    pub fn of_roles(config: GatewayConfig, channel: &Channel, services: &[&str]) -> Self {
        Self::taking(Takes::Methods, config, Peers::here(channel, services))
    }

    fn taking(takes: Takes, config: GatewayConfig, peers: Peers) -> Self {
        let peers = peers.patient(config.call_timeout);
        let readiness = Readiness::new(peers.needs());
        Self(Arc::new(Parts { config, peers, readiness, takes }))
    }

    /// Every route, with all that stands around it.
    pub fn router(&self) -> Router {
        routes::router(self)
    }

    /// Whether it is ready, and what it waits for.
    pub fn readiness(&self) -> Readiness {
        self.0.readiness.clone()
    }

    pub(crate) fn config(&self) -> &GatewayConfig {
        &self.0.config
    }

    pub(crate) fn takes(&self) -> Takes {
        self.0.takes
    }

    pub(crate) fn peers(&self) -> &Peers {
        &self.0.peers
    }
}
