use std::net::SocketAddr;

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel::{self, Channel};
use chassis::config::{self, Settings, Sources};
use chassis::secret::Secret;
use chassis::server::{Health, Services};
use chassis::task::CancellationToken;
use gateway::{Gateway, GatewayConfig, Peers};
use proto::generation::generation_service_server::{self, GenerationServiceServer};
use proto::jobs::delivery_service_server::DeliveryServiceServer;
use proto::jobs::flow_service_server::FlowServiceServer;
use proto::jobs::job_service_server::{self, JobServiceServer};
use proto::rerank::rerank_service_server::{self, RerankServiceServer};
use proto::retrieval::collection_service_server::{self, CollectionServiceServer};
use proto::retrieval::retrieval_service_server::{self, RetrievalServiceServer};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::fake::Fake;

pub(crate) const JOBS: &str = job_service_server::SERVICE_NAME;
pub(crate) const RETRIEVAL: &str = retrieval_service_server::SERVICE_NAME;
pub(crate) const COLLECTIONS: &str = collection_service_server::SERVICE_NAME;
pub(crate) const RERANK: &str = rerank_service_server::SERVICE_NAME;
pub(crate) const GENERATION: &str = generation_service_server::SERVICE_NAME;
const ALL: [&str; 5] = [JOBS, RETRIEVAL, COLLECTIONS, RERANK, GENERATION];

/// A gateway that serves on a port of its own.
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) fake: Fake,
    pub(crate) health: Health,
    pub(crate) gateway: Gateway,
    pub(crate) stop: CancellationToken,
    pub(crate) serving: JoinHandle<std::io::Result<()>>,
    client: reqwest::Client,
}

impl Door {
    /// A gateway with its default settings, once it is ready.
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// The same with other settings.
    pub(crate) async fn with(overrides: &[(&str, &str)]) -> Self {
        Self::cold(overrides).await.warmed().await
    }

    /// A gateway that knows the way to every role.
    pub(crate) async fn whole(overrides: &[(&str, &str)]) -> Self {
        let (channel, fake, health) = behind();
        let peers = Peers::new(&channel, &channel)
            .needing("rerank", RERANK, channel.clone())
            .needing("generation", GENERATION, channel.clone());
        let gateway = Gateway::new(settings(overrides).unwrap(), peers);
        Self::serving(gateway, fake, health).await.warmed().await
    }

    /// The door of a process that runs these services, and no gateway.
    pub(crate) async fn of_roles(services: &[&str]) -> Self {
        Self::cold_of_roles(services).await.warmed().await
    }

    /// The same while its services do not serve yet.
    pub(crate) async fn cold_of_roles(services: &[&str]) -> Self {
        let (channel, fake, health) = behind();
        let config = settings(&[("gateway.auth", "platform"), ("gateway.max_wait", "2s")]).unwrap();
        Self::serving(Gateway::of_roles(config, &channel, services), fake, health).await
    }

    async fn warmed(self) -> Self {
        ALL.iter().for_each(|service| self.health.serving(service));
        self.gateway.readiness().ready().await;
        self
    }

    /// A gateway whose services do not serve yet.
    pub(crate) async fn cold(overrides: &[(&str, &str)]) -> Self {
        let (channel, fake, health) = behind();
        Self::before(&channel, overrides, fake, health).await
    }

    /// A gateway before nothing: its services cannot be reached.
    pub(crate) async fn before_nobody() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let channel = channel::remote(&[format!("http://{free}")], Credentials::default()).unwrap();
        Self::before(&channel, &[], Fake::default(), Health::default()).await
    }

    async fn before(
        channel: &Channel,
        overrides: &[(&str, &str)],
        fake: Fake,
        health: Health,
    ) -> Self {
        let gateway = Gateway::new(settings(overrides).unwrap(), Peers::new(channel, channel));
        Self::serving(gateway, fake, health).await
    }

    async fn serving(gateway: Gateway, fake: Fake, health: Health) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        chassis::task::spawn(gateway::warm(gateway.clone(), stop.clone()));
        let serving = chassis::task::spawn(gateway::serve(listener, gateway.clone(), stop.clone()));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address, fake, health, gateway, stop, serving, client }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// What comes of a request: status and JSON, null where there is none.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        told(self.request(method, path).body(body.to_owned())).await
    }
}

/// Every service, scripted, and the way to them.
fn behind() -> (Channel, Fake, Health) {
    let fake = Fake::default();
    fake.set(proto::jobs::JobState::Queued);
    let services = Services::new()
        .add(JobServiceServer::new(fake.clone()))
        .add(DeliveryServiceServer::new(fake.clone()))
        .add(FlowServiceServer::new(fake.clone()))
        .add(RetrievalServiceServer::new(fake.clone()))
        .add(CollectionServiceServer::new(fake.clone()))
        .add(RerankServiceServer::new(fake.clone()))
        .add(GenerationServiceServer::new(fake.clone()));
    let health = services.health();
    let token = Secret::from("internal".to_owned());
    let verifier = Verifier::new(Secret::default(), token.clone(), Tenant::default());
    let credentials = Credentials::new(&token, &Secret::default());
    let channel = channel::local(services.build(verifier), credentials);
    (channel, fake, health)
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What comes of a request: status and JSON, null where there is none.
pub(crate) async fn told(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// The gateway's settings.
pub(crate) fn settings(overrides: &[(&str, &str)]) -> Result<GatewayConfig, config::Error> {
    let owned = overrides.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let sources = Sources {
        defaults: &[gateway::DEFAULTS],
        overrides: owned.collect(),
        ..Sources::default()
    };
    GatewayConfig::load(&Settings::load(&sources)?)
}
