//! The services as the gateway calls them: convert, call, convert.

mod call;
mod collections;
mod deliveries;
mod documents;
mod dynamic;
mod embeddings;
mod flows;
mod health;
mod jobs;
mod ops;
mod search;
mod settings;
mod time;
mod watch;

pub(crate) use crate::grpc::dynamic::Within;
pub(crate) use crate::grpc::time::moment_of;

use std::time::Duration;

use chassis::channel::{Channel, MESSAGE_LIMIT};
use prost_reflect::DescriptorPool;
use proto::jobs::delivery_service_client::DeliveryServiceClient;
use proto::jobs::flow_service_client::FlowServiceClient;
use proto::jobs::job_service_client::JobServiceClient;
use proto::jobs::job_service_server;
use proto::retrieval::collection_service_client::CollectionServiceClient;
use proto::retrieval::retrieval_service_client::RetrievalServiceClient;
use proto::retrieval::retrieval_service_server;

const JOBS: &str = "jobs";
const RETRIEVAL: &str = "retrieval";

/// The ways to the services that stand behind the gateway.
#[derive(Clone)]
pub struct Peers {
    jobs: JobServiceClient<Channel>,
    deliveries: DeliveryServiceClient<Channel>,
    flows: FlowServiceClient<Channel>,
    retrieval: RetrievalServiceClient<Channel>,
    collections: CollectionServiceClient<Channel>,
    contract: DescriptorPool,
    needs: Vec<Need>,
    patience: Duration,
}

/// A service that must serve before the gateway is ready.
#[derive(Clone)]
pub(crate) struct Need {
    /// The role that offers it.
    pub(crate) role: String,
    /// Its name, as health knows it.
    pub(crate) service: String,
    channel: Channel,
}

macro_rules! client {
    ($client:ident, $channel:expr) => {
        $client::new($channel.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT)
    };
}

impl Peers {
    /// The services behind these channels, both of which the gateway needs.
    pub fn new(jobs: &Channel, retrieval: &Channel) -> Self {
        Self::to(jobs, retrieval)
            .needing(JOBS, job_service_server::SERVICE_NAME, jobs.clone())
            .needing(RETRIEVAL, retrieval_service_server::SERVICE_NAME, retrieval.clone())
    }

    /// The services of one process, by their full names, all of which it needs.
    pub(crate) fn here(channel: &Channel, services: &[&str]) -> Self {
        let role = |service: &str| service.split('.').nth(1).unwrap_or(service).to_owned();
        let peers = Self::to(channel, channel);
        services
            .iter()
            .fold(peers, |peers, service| peers.needing(&role(service), service, channel.clone()))
    }

    fn to(jobs: &Channel, retrieval: &Channel) -> Self {
        Self {
            jobs: client!(JobServiceClient, jobs),
            deliveries: client!(DeliveryServiceClient, jobs),
            flows: client!(FlowServiceClient, jobs),
            retrieval: client!(RetrievalServiceClient, retrieval),
            collections: client!(CollectionServiceClient, retrieval),
            contract: dynamic::contract(),
            needs: Vec::new(),
            patience: Duration::from_secs(30),
        }
    }

    /// Names a further service that must serve before the gateway is ready; callers reach it by an `op`.
    #[must_use]
    pub fn needing(mut self, role: &str, service: &str, channel: Channel) -> Self {
        self.needs.push(Need { role: role.to_owned(), service: service.to_owned(), channel });
        self
    }

    /// How long a call may take.
    #[must_use]
    pub(crate) fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Whether a service is reached from here.
    pub(crate) fn reach(&self, service: &str) -> bool {
        self.needs.iter().any(|need| need.service == service)
    }

    /// The services that must serve before the gateway is ready.
    pub(crate) fn needs(&self) -> &[Need] {
        &self.needs
    }
}
