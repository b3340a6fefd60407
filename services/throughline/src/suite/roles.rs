use chassis::auth::{Tenant, Verifier};
use chassis::clock::Clock;
use chassis::server::{Services, Stack};
use chassis::task::Tasks;
use generation::Generator;
use jobs::Jobs;
use proto::generation::generation_service_server;
use proto::rerank::rerank_service_server;
use proto::retrieval::{collection_service_server, retrieval_service_server};
use rerank::Reranker;
use retrieval::Retriever;

use crate::config::Loaded;
use crate::exit::Exit;
use crate::role::Role;
use crate::suite::channels::Channels;

/// The roles of this process, with their stores open.
pub(crate) struct Roles {
    jobs: Option<Jobs>,
    retriever: Option<Retriever>,
}

impl Roles {
    /// Opens the stores of the roles that run here.
    pub(crate) async fn open(loaded: &Loaded, clock: Clock) -> Result<Self, Exit> {
        let database = &loaded.chassis.database;
        let retriever = match loaded.hosts(Role::Retrieval) {
            true => {
                let client = loaded.outbound.operator();
                let opened = Retriever::open(database, &loaded.retrieval, client, clock.clone());
                Some(opened.await?)
            }
            false => None,
        };
        let jobs = match loaded.roles.contains(&Role::Jobs) {
            true => Some(Jobs::open(&loaded.jobs, database, &loaded.outbound, clock).await?),
            false => None,
        };
        Ok(Self { jobs, retriever })
    }

    /// What this process offers over gRPC; everything but jobs serves at once.
    pub(crate) fn stack(&self, loaded: &Loaded) -> Stack {
        let mut services = Services::new();
        let health = services.health();
        if let Some(jobs) = &self.jobs {
            let (job, delivery, flow) = jobs.servers();
            services = services.add(job).add(delivery).add(flow);
        }
        if let Some(retriever) = &self.retriever {
            let (retrieval, collection) = retrieval::servers(retriever.clone());
            services = services.add(retrieval).add(collection);
            health.serving(retrieval_service_server::SERVICE_NAME);
            health.serving(collection_service_server::SERVICE_NAME);
        }
        if loaded.hosts(Role::Rerank) {
            services = services.add(rerank::server(Reranker::new(
                loaded.rerank.clone(),
                loaded.outbound.operator(),
            )));
            health.serving(rerank_service_server::SERVICE_NAME);
        }
        if loaded.hosts(Role::Generation) {
            let client = loaded.outbound.operator();
            let generator = Generator::new(loaded.generation.clone(), client);
            services = services.add(generation::server(generator));
            health.serving(generation_service_server::SERVICE_NAME);
        }
        let grpc = &loaded.chassis.grpc;
        let tenant = Tenant::default();
        services.build(Verifier::new(grpc.token.clone(), grpc.internal_token.clone(), tenant))
    }

    /// Runs what works by itself, and leaves what must be closed when all of it has stopped.
    pub(crate) fn run(
        self,
        channels: &Channels,
        stack: &Stack,
        tasks: &Tasks,
    ) -> Option<Retriever> {
        if let Some(jobs) = self.jobs {
            jobs.run(channels.job_peers(), stack.health(), tasks);
        }
        self.retriever
    }
}

/// Brings the stores of the roles that run here up to date, and names them.
pub(crate) async fn migrate(loaded: &Loaded) -> Result<Vec<Role>, Exit> {
    let database = &loaded.chassis.database;
    let mut migrated = Vec::new();
    if loaded.roles.contains(&Role::Retrieval) {
        retrieval::migrate(database).await?;
        migrated.push(Role::Retrieval);
    }
    if loaded.roles.contains(&Role::Jobs) {
        jobs::migrate(database).await?;
        migrated.push(Role::Jobs);
    }
    Ok(migrated)
}
