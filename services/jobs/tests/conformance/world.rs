//! One store with a clock that the test moves, and jobs made with few words.

use std::time::Duration;

use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::{Database, Pooler};
use chassis::id;
use chassis::secret::Secret;
use jobs::job::Job;
use jobs::outbox::{Address, Outbox};
use jobs::store::{
    Accepted, Claim, Ended, Ending, FlowVersion, Held, Key, Lane, NewJob, Outgoing, StepRecord,
    StepStatus, Store, Terms, Totals,
};
use tempfile::TempDir;

use crate::postgres;

pub(crate) const LEASE: Duration = Duration::from_secs(5);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const MAX_CRASHES: u32 = 3;
pub(crate) const TERMS: Terms = Terms { lease: LEASE, max_crashes: MAX_CRASHES };
pub(crate) const WEBHOOK: &str = "http://hooks.test/in";

/// A store, and what it stands on.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 4 };
        Self::open(database, folder).await
    }

    pub(crate) async fn postgres() -> Self {
        let url = postgres::database().await.into();
        let pooler = Pooler::None;
        let database = Database::Postgres { url, direct_url: None, pooler, max_connections: 8 };
        Self::open(database, tempfile::tempdir().unwrap()).await
    }

    /// Two processes that start on an empty database at the same moment.
    pub(crate) async fn postgres_twice() -> Self {
        let url = postgres::database().await.into();
        let pooler = Pooler::None;
        let database = Database::Postgres { url, direct_url: None, pooler, max_connections: 8 };
        let folder = || tempfile::tempdir().unwrap();
        let both =
            tokio::join!(Self::open(database.clone(), folder()), Self::open(database, folder()));
        both.1
    }

    /// Every statement in a transaction, and nothing prepared outlives one.
    pub(crate) async fn pooled() -> Self {
        let url: Secret = postgres::database().await.into();
        let (direct_url, pooler) = (Some(url.clone()), Pooler::Transaction);
        let database = Database::Postgres { url, direct_url, pooler, max_connections: 8 };
        Self::open(database, tempfile::tempdir().unwrap()).await
    }

    async fn open(database: Database, folder: TempDir) -> Self {
        let clock = Clock::default();
        let store = Store::open(&database, clock.clone(), Outbox::new(Some(webhook()))).await;
        Self { store: store.unwrap(), clock, database, _folder: folder }
    }

    /// The same rows with another webhook, or with none.
    pub(crate) async fn reopen(&mut self, webhook: Option<Address>) {
        self.store.close().await;
        // The lock goes with the last handle.
        let other = tempfile::tempdir().unwrap();
        let nowhere = Database::Sqlite { folder: other.path().to_owned(), max_connections: 1 };
        let clock = self.clock.clone();
        self.store = Store::open(&nowhere, clock.clone(), Outbox::default()).await.unwrap();
        self.store = Store::open(&self.database, clock, Outbox::new(webhook)).await.unwrap();
    }

    /// Lets time pass for the store.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Accepts a job as it is described.
    pub(crate) async fn add(&self, new: &NewJob) -> Job {
        match self.store.accept(new).await.unwrap() {
            Accepted::New(job) => *job,
            Accepted::Known(job) => panic!("{} was known", job.id),
        }
    }

    /// Accepts a usual job.
    pub(crate) async fn job(&self) -> Job {
        self.add(&new_job()).await
    }

    /// Claims everything that is due.
    pub(crate) async fn claim(&self) -> Vec<Claim> {
        self.store.claim(100, TERMS).await.unwrap()
    }

    /// Accepts a job and claims it.
    pub(crate) async fn running(&self) -> Claim {
        let job = self.job().await;
        let claim = self.claim().await.pop().unwrap();
        assert_eq!(claim.held.job_id, job.id);
        claim
    }

    /// Lets the holder's lease pass and claims again.
    pub(crate) async fn crash(&self) -> Claim {
        self.pass(LEASE + Duration::from_secs(1));
        self.claim().await.pop().unwrap()
    }

    pub(crate) async fn succeed(&self, held: &Held) -> Ended {
        let ending = Ending::Succeeded(r#"{"answer":42}"#.to_owned());
        self.store.finish(held, &ending, None, &Totals::default()).await.unwrap()
    }

    /// Runs a job to its end, so that there is a delivery.
    pub(crate) async fn delivered_job(&self) -> Ended {
        let claim = self.running().await;
        self.succeed(&claim.held).await
    }

    pub(crate) async fn get(&self, id: &str) -> Job {
        self.store.job(&tenant(), id).await.unwrap()
    }

    /// Claims the deliveries of a lane, with room for all.
    pub(crate) async fn outgoing(&self, lane: Lane) -> Vec<Outgoing> {
        self.store.claim_deliveries(lane, 100, &[], LEASE, |_| true).await.unwrap()
    }

    pub(crate) async fn kinds(&self, job: &str) -> Vec<String> {
        let events = self.store.events(job, 0, 100).await.unwrap();
        let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
        let expected: Vec<u64> = (1..=events.len() as u64).collect();
        assert_eq!(seqs, expected, "numbers without gaps");
        events.into_iter().map(|event| event.kind).collect()
    }
}

pub(crate) fn tenant() -> Tenant {
    Tenant::default()
}

pub(crate) fn webhook() -> Address {
    Address { url: WEBHOOK.to_owned(), origin: "http://hooks.test".to_owned() }
}

pub(crate) fn address(origin: &str) -> Address {
    Address { url: format!("{origin}/callback?key=1"), origin: origin.to_owned() }
}

pub(crate) fn new_job() -> NewJob {
    NewJob {
        id: id::new("job"),
        tenant: tenant(),
        flow: FlowVersion {
            name: "proposal".to_owned(),
            version: "v1".to_owned(),
            archive: Some(b"archive".as_slice().into()),
        },
        input: r#"{"title":"x","n":9007199254740993}"#.to_owned(),
        correlation: Some(r#"{"b":1,"a":2}"#.to_owned()),
        callback: None,
        callback_auth: None,
        key: None,
        priority: 0,
        run_at: None,
        deadline: HOUR,
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
        tracestate: Some("vendor=1".to_owned()),
        accept_span_id: "00f067aa0ba902b7".to_owned(),
        parent_span_id: Some("1111111111111111".to_owned()),
        age: Duration::from_millis(3),
    }
}

pub(crate) fn key(name: &str, fingerprint: &str) -> Key {
    let fingerprint = fingerprint.to_owned();
    Key { key: name.to_owned(), fingerprint, older: Vec::new(), keep: 24 * HOUR }
}

pub(crate) fn step(name: &str, value: &str) -> StepRecord {
    StepRecord {
        step: name.to_owned(),
        status: StepStatus::Ok,
        span_id: "2222222222222222".to_owned(),
        took: Duration::from_millis(20),
        value: Some(value.to_owned()),
        usage: None,
        code: None,
    }
}

pub(crate) fn failed_step(name: &str) -> StepRecord {
    let code = Some("peer_unreachable".to_owned());
    StepRecord { status: StepStatus::Error, value: None, code, ..step(name, "") }
}

pub(crate) fn totals(degraded: &str) -> Totals {
    Totals { degraded: vec![degraded.to_owned()], ..Totals::default() }
}
