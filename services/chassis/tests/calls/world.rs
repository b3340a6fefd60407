use std::net::SocketAddr;
use std::time::Duration;

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel::{self, Channel, MESSAGE_LIMIT};
use chassis::failure::{Kind, reason};
use chassis::secret::Secret;
use chassis::server::{Health, Services, Stack, serve};
use chassis::task::{self, CancellationToken};
use proto::generation::GenerateResponse;
use proto::generation::generation_service_client::GenerationServiceClient;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::Status;

use crate::puppet::{Puppet, generate};

/// Longer than anything here takes, and short enough to fail by.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The name of the puppet's service.
pub(crate) const PUPPET: &str = "throughline.generation.v1.GenerationService";

/// Where the peer runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    Local,
    Remote,
}

pub(crate) const BOTH: [Placement; 2] = [Placement::Local, Placement::Remote];

/// What a world is made of, where a test asks for something special.
pub(crate) struct Plan {
    pub(crate) puppet: Puppet,
    pub(crate) grpc_token: &'static str,
    pub(crate) internal_token: &'static str,
    pub(crate) credentials: Credentials,
    pub(crate) grace: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            puppet: Puppet::default(),
            grpc_token: "",
            internal_token: "",
            credentials: Credentials::default(),
            grace: PATIENCE,
        }
    }
}

/// A puppet behind a server, and a channel to it.
pub(crate) struct World {
    pub(crate) placement: Placement,
    pub(crate) puppet: Puppet,
    pub(crate) channel: Channel,
    pub(crate) stack: Stack,
    pub(crate) health: Health,
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) server: JoinHandle<Result<(), chassis::server::Error>>,
}

impl World {
    pub(crate) async fn new(placement: Placement) -> Self {
        Self::planned(placement, Plan::default()).await
    }

    pub(crate) async fn planned(placement: Placement, plan: Plan) -> Self {
        let services = Services::new().add(plan.puppet.clone().server());
        let health = services.health();
        health.serving(PUPPET);
        let [grpc, internal] = [plan.grpc_token, plan.internal_token].map(secret);
        let verifier = Verifier::new(grpc, internal, Tenant::new("configured").unwrap());
        let stack = services.build(verifier).with_grace(plan.grace);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = task::spawn(serve(listener, stack.clone(), stop.clone()));
        let channel = match placement {
            Placement::Local => channel::local(stack.clone(), plan.credentials),
            Placement::Remote => remote(&[address], plan.credentials),
        };
        Self { placement, puppet: plan.puppet, channel, stack, health, address, stop, server }
    }

    pub(crate) fn client(&self) -> GenerationServiceClient<Channel> {
        client(self.channel.clone())
    }

    /// Lets the puppet do what this word says.
    pub(crate) async fn call(&self, model: &str) -> Result<GenerateResponse, Status> {
        generate(self.client(), model).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(crate) fn remote(addresses: &[SocketAddr], credentials: Credentials) -> Channel {
    let urls: Vec<_> = addresses.iter().map(|address| format!("http://{address}")).collect();
    channel::remote(&urls, credentials).unwrap()
}

pub(crate) fn client(channel: Channel) -> GenerationServiceClient<Channel> {
    GenerationServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

/// What a caller acts on.
pub(crate) fn said(status: &Status) -> (Kind, String) {
    (Kind::of(status), reason(status).unwrap_or_default())
}

pub(crate) fn of(kind: Kind, reason: &str) -> (Kind, String) {
    (kind, reason.to_owned())
}

/// Waits for a thing that happens soon, or fails.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.unwrap()
}
