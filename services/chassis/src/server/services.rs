use std::collections::HashMap;
use std::convert::Infallible;

use http::{Request, Response};
use tonic::body::Body;
use tonic::server::NamedService;
use tonic_health::pb::health_server::HealthServer;
use tonic_reflection::pb::v1::server_reflection_server as v1;
use tonic_reflection::pb::v1alpha::server_reflection_server as v1alpha;
use tonic_reflection::server as reflection;
use tower::Service;
use tower::util::BoxCloneSyncService;

use crate::auth::Verifier;
use crate::server::health::Probe;
use crate::server::router::{Router, Served};
use crate::server::{Health, Stack};

/// The services that a process is going to offer.
#[derive(Default)]
pub struct Services {
    served: HashMap<&'static str, Served>,
    health: Health,
}

impl Services {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a generated server; health calls it not serving until told otherwise.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "it adds a service, not a number")]
    pub fn add<S>(mut self, server: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + NamedService,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        self.health.not_serving(S::NAME);
        self.insert(server);
        self
    }

    /// Where to say which services are ready.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Adds health and reflection, and puts the layers around it all.
    pub fn build(mut self, verifier: Verifier) -> Stack {
        self.insert(HealthServer::new(Probe(self.health.clone())));
        if let Err(error) = self.reflect() {
            // The descriptors are compiled in: a test sees this first.
            tracing::error!(%error, "no reflection: the embedded descriptors are not readable");
        }
        Stack::new(Router::new(self.served), self.health, verifier)
    }

    fn insert<S>(&mut self, server: S)
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + NamedService,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        self.served.insert(S::NAME, BoxCloneSyncService::new(server));
    }

    /// Both versions tell of every service here, of health and of themselves.
    fn reflect(&mut self) -> Result<(), reflection::Error> {
        let ours = self.served.keys().copied();
        let names: Vec<_> = ours.chain([v1::SERVICE_NAME, v1alpha::SERVICE_NAME]).collect();
        self.insert(reflection(&names).build_v1()?);
        self.insert(reflection(&names).build_v1alpha()?);
        Ok(())
    }
}

fn reflection(names: &[&str]) -> reflection::Builder<'static> {
    let files = [
        proto::DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        // With these, tools can show what is in the details of an error.
        tonic_types::pb::FILE_DESCRIPTOR_SET,
    ];
    let builder = reflection::Builder::configure().include_reflection_service(false);
    let builder =
        files.into_iter().fold(builder, reflection::Builder::register_encoded_file_descriptor_set);
    names.iter().fold(builder, |builder, name| builder.with_service_name(*name))
}
