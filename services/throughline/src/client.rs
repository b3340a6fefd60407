//! Clients for the commands: the command line is a gRPC client like any other.

use chassis::auth::Credentials;
use chassis::channel::{self, Channel, MESSAGE_LIMIT};
use chassis::secret::Secret;
use proto::jobs::delivery_service_client::DeliveryServiceClient;
use proto::jobs::flow_service_client::FlowServiceClient;
use proto::jobs::job_service_client::JobServiceClient;
use proto::retrieval::collection_service_client::CollectionServiceClient;
use proto::retrieval::retrieval_service_client::RetrievalServiceClient;

use crate::cli::Options;
use crate::config::Loaded;
use crate::exit::Exit;

/// A server, and how to talk to it.
#[derive(Clone)]
pub(crate) struct Server(Channel);

impl Server {
    /// The server that the command line or the configuration names; connects on first use.
    pub(crate) async fn named(options: &Options) -> Result<Self, Exit> {
        let loaded = Loaded::from(options).await?;
        let grpc = &loaded.chassis.grpc;
        let url = options.server.clone().unwrap_or_else(|| format!("http://{}", grpc.listen));
        let credentials = Credentials::new(&Secret::default(), &grpc.token);
        let channel = channel::remote(&[url], credentials)
            .map_err(|error| Exit::Configuration(format!("--server: {error}")))?;
        Ok(Self(channel))
    }

    /// A server behind a channel that is there already.
    pub(crate) fn over(channel: Channel) -> Self {
        Self(channel)
    }

    /// Its jobs.
    pub(crate) fn jobs(&self) -> JobServiceClient<Channel> {
        JobServiceClient::new(self.0.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT)
    }

    /// Its deliveries.
    pub(crate) fn deliveries(&self) -> DeliveryServiceClient<Channel> {
        DeliveryServiceClient::new(self.0.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    /// Its flows.
    pub(crate) fn flows(&self) -> FlowServiceClient<Channel> {
        FlowServiceClient::new(self.0.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    /// Its collections.
    pub(crate) fn collections(&self) -> CollectionServiceClient<Channel> {
        CollectionServiceClient::new(self.0.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    /// Its documents.
    pub(crate) fn retrieval(&self) -> RetrievalServiceClient<Channel> {
        RetrievalServiceClient::new(self.0.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT)
    }
}
