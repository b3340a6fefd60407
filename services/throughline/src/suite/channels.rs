use std::collections::BTreeMap;

use chassis::auth::Credentials;
use chassis::channel::{self, Channel, MESSAGE_LIMIT, Preferred};
use chassis::server::Stack;
use chassis::task::Tasks;
use proto::generation::generation_service_client::GenerationServiceClient;
use proto::generation::generation_service_server;
use proto::jobs::{delivery_service_server, flow_service_server, job_service_server};
use proto::rerank::rerank_service_client::RerankServiceClient;
use proto::rerank::rerank_service_server;
use proto::retrieval::retrieval_service_client::RetrievalServiceClient;
use proto::retrieval::{collection_service_server, retrieval_service_server};

use crate::config::Loaded;
use crate::exit::Exit;
use crate::role::Role;

/// The ways to every role that this process runs or knows.
pub(crate) struct Channels {
    known: BTreeMap<Role, Channel>,
    here: Channel,
    beside: Vec<Preferred>,
}

impl Channels {
    /// A role that runs here is reached within the process, another one where `peers` says; one that only
    /// stands in here is asked beside this process as soon as it serves there.
    pub(crate) fn new(loaded: &Loaded, stack: &Stack) -> Result<Self, Exit> {
        let grpc = &loaded.chassis.grpc;
        let credentials = Credentials::new(&grpc.internal_token, &grpc.token);
        let here = channel::local(stack.clone(), credentials.clone());
        let mut known = BTreeMap::new();
        for role in Role::ALL {
            let peers = loaded.chassis.peers.of(role.name());
            if loaded.roles.contains(&role) {
                known.insert(role, here.clone());
            } else if !peers.is_empty() {
                let remote = channel::remote(peers, credentials.clone());
                let remote = remote.map_err(|error| {
                    let key = format!("peers.{role}");
                    let remedy = "write each as http://HOST:PORT";
                    Exit::from(loaded.settings.refuse(&key, &error.to_string(), remedy))
                })?;
                known.insert(role, remote);
            }
        }
        let mut channels = Self { known, here, beside: Vec::new() };
        channels.prefer_beside(loaded, &credentials)?;
        Ok(channels)
    }

    fn prefer_beside(&mut self, loaded: &Loaded, credentials: &Credentials) -> Result<(), Exit> {
        for role in &loaded.stand_ins {
            let Some(address) = loaded.platform.grpc(*role) else {
                self.known.insert(*role, self.here.clone());
                continue;
            };
            let remote = channel::remote(&[format!("http://{address}")], credentials.clone());
            let remote = remote.map_err(|error| Exit::Configuration(error.to_string()))?;
            let service = services(*role).first().copied().unwrap_or_default();
            let preferred = Preferred::new(address, service, remote, self.here.clone());
            self.known.insert(*role, preferred.channel());
            self.beside.push(preferred);
        }
        Ok(())
    }

    /// Looks for the roles beside this process until it stops.
    pub(crate) fn look(&self, tasks: &Tasks) {
        for preferred in &self.beside {
            let (preferred, stop) = (preferred.clone(), tasks.stop().clone());
            tasks.supervise("look beside", move || {
                let (preferred, stop) = (preferred.clone(), stop.clone());
                async move {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = preferred.look() => {}
                    }
                }
            });
        }
    }

    /// The way to a role; to this process, which then answers that it does not know it, where it is not known.
    pub(crate) fn to_or_here(&self, role: Role) -> Channel {
        self.known.get(&role).unwrap_or(&self.here).clone()
    }

    /// The HTTP door of this process: the suite's own, or one to nothing but the roles that run here.
    pub(crate) fn door(&self, loaded: &Loaded) -> gateway::Gateway {
        let config = loaded.gateway.clone();
        if loaded.roles.contains(&Role::Gateway) {
            return gateway::Gateway::new(config, self.gateway_peers());
        }
        let here = loaded.roles.iter().flat_map(|role| services(*role)).copied();
        gateway::Gateway::of_roles(config, &self.here, &here.collect::<Vec<_>>())
    }

    /// What the gateway calls, and what must serve before it is ready.
    fn gateway_peers(&self) -> gateway::Peers {
        let peers =
            gateway::Peers::new(&self.to_or_here(Role::Jobs), &self.to_or_here(Role::Retrieval));
        let needed = [
            (Role::Rerank, rerank_service_server::SERVICE_NAME),
            (Role::Generation, generation_service_server::SERVICE_NAME),
        ];
        needed.into_iter().fold(peers, |peers, (role, service)| match self.known.get(&role) {
            Some(channel) => peers.needing(role.name(), service, channel.clone()),
            None => peers,
        })
    }

    /// What the steps of a flow call.
    pub(crate) fn job_peers(&self) -> jobs::run::Peers {
        jobs::run::Peers {
            retrieval: RetrievalServiceClient::new(self.to_or_here(Role::Retrieval))
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
            rerank: RerankServiceClient::new(self.to_or_here(Role::Rerank))
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
            generation: GenerationServiceClient::new(self.to_or_here(Role::Generation))
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
        }
    }
}

/// The services of a role; the first says whether the role serves.
fn services(role: Role) -> &'static [&'static str] {
    match role {
        Role::Gateway => &[],
        Role::Jobs => &[
            job_service_server::SERVICE_NAME,
            delivery_service_server::SERVICE_NAME,
            flow_service_server::SERVICE_NAME,
        ],
        Role::Retrieval => {
            &[retrieval_service_server::SERVICE_NAME, collection_service_server::SERVICE_NAME]
        }
        Role::Rerank => &[rerank_service_server::SERVICE_NAME],
        Role::Generation => &[generation_service_server::SERVICE_NAME],
    }
}
