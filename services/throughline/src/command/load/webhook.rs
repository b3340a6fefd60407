use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::command::load::errand::Told;
use crate::exit::Exit;

/// The largest delivery that is read.
const LARGEST: usize = 32 << 20;
/// More duplicates than these are counted as repeated; the verdict is clear by then.
const OTHERS: usize = 100_000;

/// A webhook that is told of ends, and counts what it is told twice.
pub(super) struct Webhook {
    base: String,
    desk: Desk,
}

/// The call that a job's end is expected to bring.
pub(super) struct Expected {
    /// Where it is to be sent.
    pub(super) url: String,
    call: oneshot::Receiver<Told>,
}

/// What came more than once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Calls with another `webhook-id` for a job that had been told.
    pub(super) duplicates: u64,
    /// Calls with the same id: a receiver that remembers ids acts once.
    pub(super) repeated: u64,
}

#[derive(Clone)]
struct Desk {
    run: Arc<str>,
    book: Arc<Mutex<Book>>,
}

#[derive(Default)]
struct Book {
    waiting: HashMap<u32, oneshot::Sender<Told>>,
    /// The first delivery of each job, as a hash: a million of them fit.
    first: HashMap<u32, u64>,
    others: HashSet<u64>,
    counts: Counts,
}

/// The part of a delivery's body that is read.
#[derive(Deserialize)]
struct Body {
    data: Ended,
}

#[derive(Deserialize)]
struct Ended {
    job_id: String,
    status: String,
    #[serde(default)]
    error: Value,
}

impl Webhook {
    /// Listens at an address, under a URL by which the target can reach it, for the jobs of one run.
    pub(super) async fn start(
        listen: SocketAddr,
        base: Option<&str>,
        run: &str,
    ) -> Result<Self, Exit> {
        let failed = |error| Exit::Unavailable(format!("cannot listen on {listen}: {error}"));
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let own = format!("http://{}", listener.local_addr().map_err(failed)?);
        let desk = Desk { run: run.into(), book: Arc::default() };
        let router = Router::new()
            .route("/{run}/{number}", post(receive))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(desk.clone());
        chassis::task::spawn(async move { axum::serve(listener, router).await });
        let base = format!("{}/{run}", base.unwrap_or(&own).trim_end_matches('/'));
        Ok(Self { base, desk })
    }

    /// Expects the end of a job; to be called before the job is submitted.
    pub(super) fn expect(&self, number: u32) -> Expected {
        let (sender, call) = oneshot::channel();
        self.desk.book().waiting.insert(number, sender);
        Expected { url: format!("{}/{number}", self.base), call }
    }

    /// What came more than once so far.
    pub(super) fn counts(&self) -> Counts {
        self.desk.book().counts
    }
}

impl Expected {
    /// The first call.
    pub(super) async fn told(&mut self) -> Option<Told> {
        (&mut self.call).await.ok()
    }
}

impl Desk {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Counts a call, and hands it to whoever waits for the first one of its job.
    fn note(&mut self, number: u32, delivery: u64, told: Told) {
        let first = *self.first.entry(number).or_insert(delivery);
        let is_first = self.waiting.contains_key(&number);
        // Each other delivery counts once; the calls that repeat it are repeated ones.
        let is_other =
            first != delivery && self.others.len() < OTHERS && self.others.insert(delivery);
        self.counts.duplicates += u64::from(is_other);
        self.counts.repeated += u64::from(!is_first && !is_other);
        if let Some(waiting) = self.waiting.remove(&number) {
            // Whoever waited may have given the job up.
            let _ = waiting.send(told);
        }
    }
}

async fn receive(
    State(desk): State<Desk>,
    Path((run, number)): Path<(String, u32)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if *run != *desk.run {
        return StatusCode::NOT_FOUND;
    }
    let delivery = headers.get("webhook-id").and_then(|id| id.to_str().ok());
    let (Some(delivery), Ok(Body { data })) = (delivery, serde_json::from_slice(&body)) else {
        return StatusCode::BAD_REQUEST;
    };
    let code = data.error["code"].as_str().unwrap_or_default().to_owned();
    let told = Told { job_id: data.job_id, status: data.status, code };
    desk.book().note(number, hash(delivery), told);
    StatusCode::NO_CONTENT
}

fn hash(value: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
