//! Services that answer what a test tells them to, and remember what they were asked.

mod jobs;
mod models;
mod retrieval;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use proto::jobs::{Job, JobState, SubmitJobRequest, WatchJobRequest, WatchJobResponse};
use tokio::sync::{mpsc, watch};
use tonic::{Request, Status};

pub(crate) const JOB: &str = "job_00000000000000000000000001";
pub(crate) const DELIVERY: &str = "dlv_00000000000000000000000001";

const RESULT: &str = r#"{"proposal":"Dear Sir","n":9007199254740993}"#;

/// All services behind the gateway.
#[derive(Clone, Default)]
pub(crate) struct Fake(Arc<Inside>);

#[derive(Default)]
struct Inside {
    /// What the next calls fail with.
    refusals: Mutex<VecDeque<Status>>,
    /// Every call: its trace, its tenant, and what it asked, as text.
    calls: Mutex<Vec<Call>>,
    /// The jobs that were handed in.
    submitted: Mutex<Vec<SubmitJobRequest>>,
    /// The watches that were asked for.
    watched: Mutex<Vec<WatchJobRequest>>,
    /// What the next watcher sees.
    stream: Mutex<Option<mpsc::Receiver<Result<WatchJobResponse, Status>>>>,
    /// How the job is.
    state: watch::Sender<i32>,
    /// Whether calls hang.
    is_stuck: Mutex<bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) trace_id: String,
    pub(crate) tenant: String,
    pub(crate) asked: String,
}

impl Fake {
    /// Makes the next call fail.
    pub(crate) fn refuse(&self, status: Status) {
        lock(&self.0.refusals).push_back(status);
    }

    /// Makes every call hang from now on.
    pub(crate) fn hang(&self) {
        *lock(&self.0.is_stuck) = true;
    }

    pub(crate) fn last(&self) -> Call {
        lock(&self.0.calls).last().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        lock(&self.0.calls).len()
    }

    pub(crate) fn submitted(&self) -> SubmitJobRequest {
        lock(&self.0.submitted).last().unwrap().clone()
    }

    pub(crate) fn watched(&self) -> WatchJobRequest {
        lock(&self.0.watched).last().unwrap().clone()
    }

    /// Lets the test say what the next watcher sees.
    pub(crate) fn stream(&self) -> mpsc::Sender<Result<WatchJobResponse, Status>> {
        let (sender, receiver) = mpsc::channel(16);
        *lock(&self.0.stream) = Some(receiver);
        sender
    }

    pub(crate) fn set(&self, state: JobState) {
        self.0.state.send_replace(state.into());
    }

    fn state(&self) -> JobState {
        JobState::try_from(*self.0.state.borrow()).unwrap()
    }

    /// Notes a call, and fails or hangs where the test wants that.
    async fn note<T: std::fmt::Debug>(&self, request: &Request<T>) -> Result<(), Status> {
        let parent = request.metadata().get("traceparent").unwrap().to_str().unwrap();
        let trace_id = parent.split('-').nth(1).unwrap().to_owned();
        let asked = format!("{:?}", request.get_ref());
        let tenant = chassis::auth::tenant(request).to_string();
        lock(&self.0.calls).push(Call { trace_id, tenant, asked });
        if *lock(&self.0.is_stuck) {
            std::future::pending::<()>().await;
        }
        let refusal = lock(&self.0.refusals).pop_front();
        refusal.map_or(Ok(()), Err)
    }

    fn job(&self) -> Job {
        let state = self.state();
        Job {
            job_id: JOB.to_owned(),
            flow: "proposal".to_owned(),
            flow_version: "ab12".to_owned(),
            state: state.into(),
            result_json: if state == JobState::Succeeded { RESULT } else { "" }.to_owned(),
            trace_id: "0af7651916cd43dd8448eb211c80319c".to_owned(),
            created_at: Some(prost_types::Timestamp { seconds: 1_795_249_740, nanos: 123_000_000 }),
            ..Job::default()
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}
