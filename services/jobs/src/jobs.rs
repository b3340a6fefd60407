//! What callers do with jobs: submit, look, cancel, watch, replay.

mod callback;
mod corpus;
mod depth;
mod fingerprint;
mod json;
mod page;
mod roles;
mod submit;
mod timeline;
mod watch;

pub use crate::jobs::page::Page;
pub use crate::jobs::submit::{Callback, Submission, Submitted};
pub use crate::jobs::timeline::{Entry, Timeline};

use std::sync::{Arc, Mutex};

use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::Database;
use chassis::http::Outbound;
use tokio::sync::{Semaphore, mpsc, watch as ready};

use crate::config::Config;
use crate::delivery::{self, Delivery};
use crate::error::Error;
use crate::flow::{Flow, Flows};
use crate::generated::generated;
use crate::job::{self, Job};
use crate::jobs::depth::Depth;
use crate::keyring::{self, Keyring, secrets_key};
use crate::library::Library;
use crate::outbox::Outbox;
use crate::store::Store;
use crate::wake::{Hint, Wake};
use crate::webhook::{self, Signer, webhook_secret};
use crate::worker::announce;

/// The jobs of this process: its store, its flows, and whom it tells.
#[derive(Clone)]
pub struct Jobs(Arc<Inner>);

struct Inner {
    store: Store,
    config: Config,
    library: Arc<Library>,
    outbound: Outbound,
    wake: Arc<Wake>,
    /// Taken by whoever carries hints to other processes.
    hints: Mutex<Option<mpsc::Receiver<Hint>>>,
    signer: Mutex<Option<Signer>>,
    keyring: Arc<Keyring>,
    depth: Depth,
    watchers: Arc<Semaphore>,
    ready: ready::Sender<bool>,
}

impl Jobs {
    /// Loads the flows and opens the store; nothing runs yet.
    pub async fn open(
        config: &Config,
        database: &Database,
        outbound: &Outbound,
        clock: Clock,
    ) -> Result<Self, Error> {
        let flows = match &config.flows.dir {
            Some(dir) => Flows::load(dir)?,
            None => Flows::bundled()?,
        };
        if flows.get(&config.flows.default).is_none() {
            return Err(Error::NoDefaultFlow(config.flows.default.clone()));
        }
        let outbox = Outbox::new(config.webhook.address.clone());
        let store = Store::open(database, clock, outbox).await?;
        store.let_go().await?;
        let signer = signer(config, database)?;
        let (wake, hints) = Wake::new();
        Ok(Self(Arc::new(Inner {
            store,
            library: Arc::new(Library::new(flows)),
            outbound: outbound.clone(),
            wake: Arc::new(wake),
            hints: Mutex::new(Some(hints)),
            signer: Mutex::new(Some(signer)),
            keyring: Arc::new(keyring(config, database)?),
            depth: Depth::new(config.jobs.max_queued),
            watchers: Arc::new(Semaphore::new(config.jobs.max_watchers)),
            ready: ready::channel(false).0,
            config: config.clone(),
        })))
    }

    /// Waits until jobs can be run as callers expect: the flows' corpora are in.
    pub async fn ready(&self) {
        // The sender lives as long as we do.
        let _ = self.0.ready.subscribe().wait_for(|is_ready| *is_ready).await;
    }

    /// A job, whatever state it is in.
    pub async fn get(&self, tenant: &Tenant, id: &str) -> Result<Job, Error> {
        page::check(job::PREFIX, id, "job_id")?;
        self.0.store.job(tenant, id).await
    }

    /// A page of the tenant's jobs without results, the latest first.
    pub async fn list(
        &self,
        tenant: &Tenant,
        filter: &job::Filter,
        size: i32,
        token: &str,
    ) -> Result<Page<Job>, Error> {
        let ask = page::Ask::read(job::PREFIX, size, token)?;
        let jobs = self.0.store.jobs(tenant, filter, ask.before(), ask.limit()).await?;
        Ok(ask.page(jobs, |job| &job.id))
    }

    /// Asks a job to stop: one that waits ends at once, one that runs very soon.
    pub async fn cancel(&self, tenant: &Tenant, id: &str) -> Result<Job, Error> {
        page::check(job::PREFIX, id, "job_id")?;
        let (job, ended) = self.0.store.cancel(tenant, id).await?;
        match &ended {
            Some(ended) => announce(&self.0.wake, ended, None),
            None if !job.state.is_terminal() => {
                self.0.wake.tell(Hint::Cancel);
                self.0.wake.tell(Hint::Changed(id.into()));
            }
            None => {}
        }
        Ok(job)
    }

    /// A page of the tenant's deliveries with their attempts, the latest first.
    pub async fn deliveries(
        &self,
        tenant: &Tenant,
        filter: &delivery::Filter,
        size: i32,
        token: &str,
    ) -> Result<Page<Delivery>, Error> {
        let ask = page::Ask::read(delivery::PREFIX, size, token)?;
        if let Some(job) = &filter.job_id {
            self.get(tenant, job).await?;
        }
        let store = &self.0.store;
        let deliveries = store.deliveries(tenant, filter, ask.before(), ask.limit()).await?;
        Ok(ask.page(deliveries, |delivery| &delivery.id))
    }

    /// Sends a delivery once more, under its own id.
    pub async fn replay(&self, tenant: &Tenant, id: &str) -> Result<Delivery, Error> {
        page::check(delivery::PREFIX, id, "delivery_id")?;
        let delivery = self.0.store.replay(tenant, id).await?;
        self.0.wake.tell(Hint::Delivery);
        Ok(delivery)
    }

    /// Every flow that new jobs may run, in the order of their names.
    pub fn flows(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.0.library.all()
    }

    /// A flow that new jobs may run.
    pub fn flow(&self, name: &str) -> Result<Arc<Flow>, Error> {
        self.0.library.current(name)
    }

    /// The flow of jobs that name none.
    pub fn default_flow(&self) -> &str {
        &self.0.config.flows.default
    }
}

/// Brings the store of jobs up to date.
pub async fn migrate(database: &Database) -> Result<(), Error> {
    let store = Store::open(database, Clock::default(), Outbox::default()).await?;
    store.close().await;
    Ok(())
}

fn signer(config: &Config, database: &Database) -> Result<Signer, Error> {
    match (&config.webhook.secret, database) {
        (Some(secret), _) => Signer::new(secret),
        (None, Database::Sqlite { folder, .. }) => {
            Signer::new(&generated(folder, webhook::FILE, webhook_secret)?)
        }
        (None, Database::Postgres { .. }) => Err(Error::Secret("is not set".to_owned())),
    }
}

fn keyring(config: &Config, database: &Database) -> Result<Keyring, Error> {
    let generated = match (&config.secrets.key, database) {
        (None, Database::Sqlite { folder, .. }) => {
            Some(generated(folder, keyring::FILE, secrets_key)?)
        }
        (Some(_), _) | (None, Database::Postgres { .. }) => None,
    };
    let current = config.secrets.key.clone().or(generated);
    Ok(Keyring::new(current, config.secrets.old_keys.clone()))
}
