//! Where a job's time went, from its rows.

use chassis::auth::Tenant;
use chassis::clock::Time;

use crate::delivery::{Delivery, Filter};
use crate::error::Error;
use crate::flow::Flow;
use crate::job::{self, Job};
use crate::jobs::{Jobs, page};
use crate::span;
use crate::store::{AttemptRow, StepRow};

/// A job has one delivery; more may come one day, and not without a limit.
const DELIVERIES: u32 = 50;

/// A stretch of a job's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `accept`, `queued`, `attempt`, `step` or `delivery`.
    pub kind: &'static str,
    /// The step or the delivery; empty for the others.
    pub name: String,
    /// When it began.
    pub started_at: Time,
    /// When it ended; `None` while it lasts.
    pub ended_at: Option<Time>,
    /// `ok`, `error`, `lost`, `skipped` or `running`.
    pub status: &'static str,
    /// Its span; empty where it has none.
    pub span_id: String,
    /// The span above it; empty where there is none.
    pub parent_span_id: String,
    /// Which try it was, from 1.
    pub attempt: u32,
    /// A short word on it; may be empty.
    pub detail: String,
}

/// The whole way of a job.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The stretches, in the order they began.
    pub entries: Vec<Entry>,
    /// The job as it is now.
    pub job: Job,
}

impl Jobs {
    /// Where a job's time went: accept, queue, attempts, steps, deliveries.
    pub async fn timeline(&self, tenant: &Tenant, id: &str) -> Result<Timeline, Error> {
        page::check(job::PREFIX, id, "job_id")?;
        let store = &self.0.store;
        let job = store.job(tenant, id).await?;
        let (attempts, steps) = (store.attempts(id).await?, store.steps(id).await?);
        let filter = Filter { job_id: Some(id.to_owned()), state: None };
        let deliveries = store.deliveries(tenant, &filter, None, DELIVERIES).await?;
        let mut entries = vec![accepted(&job)];
        entries.extend(waits(&job, &attempts));
        entries.extend(attempts.iter().map(|row| attempt(&job, row)));
        entries.extend(steps.iter().map(|row| step(row, &attempts)));
        if let Some(attempt) = attempts.last().filter(|attempt| attempt.ended_at.is_none()) {
            let flow = self.0.library.find(store, &job.flow, &job.flow_version).await?;
            entries.extend(flow.and_then(|flow| under_way(&flow, attempt, &steps)));
        }
        entries.extend(deliveries.iter().flat_map(|one| delivery(&job, one)));
        entries.sort_by_key(|entry| entry.started_at);
        Ok(Timeline { entries, job })
    }
}

fn accepted(job: &Job) -> Entry {
    Entry {
        kind: span::ACCEPT,
        name: String::new(),
        started_at: job.received_at,
        ended_at: Some(job.created_at),
        status: "ok",
        span_id: job.accept_span_id().to_owned(),
        parent_span_id: job.parent_span_id.clone().unwrap_or_default(),
        attempt: 0,
        detail: String::new(),
    }
}

/// The times between acceptance, attempts and end in which nobody worked on the job.
fn waits(job: &Job, attempts: &[AttemptRow]) -> Vec<Entry> {
    let begins = std::iter::once(Some(job.created_at));
    let begins = begins.chain(attempts.iter().map(|attempt| attempt.ended_at));
    let ends = attempts.iter().map(|attempt| Some(attempt.started_at));
    let ends = ends.chain(std::iter::once(job.finished_at));
    let pairs = begins.zip(ends).enumerate();
    let waits = pairs.filter_map(|(number, (begin, end))| {
        let begin = begin?;
        // Between the end of an attempt that ended the job and the job's end there is nothing.
        let is_wait = number == 0 || end.is_none_or(|end| end > begin);
        let attempt = u32::try_from(number + 1).unwrap_or(u32::MAX);
        is_wait.then(|| Entry {
            kind: "queued",
            name: String::new(),
            started_at: begin,
            ended_at: end,
            status: if end.is_some() { "ok" } else { "running" },
            span_id: String::new(),
            parent_span_id: String::new(),
            attempt,
            detail: String::new(),
        })
    });
    waits.collect()
}

fn attempt(job: &Job, row: &AttemptRow) -> Entry {
    let (status, word) = match row.outcome.as_deref() {
        None => ("running", ""),
        Some("ok") => ("ok", ""),
        Some("lost") => ("lost", ""),
        Some(word @ "handed_back") => ("lost", word),
        Some(word) => ("error", word),
    };
    Entry {
        kind: span::ATTEMPT,
        name: String::new(),
        started_at: row.started_at,
        ended_at: row.ended_at,
        status,
        span_id: row.span_id.clone(),
        parent_span_id: job.accept_span_id().to_owned(),
        attempt: row.number,
        detail: row.code.clone().unwrap_or_else(|| word.to_owned()),
    }
}

fn step(row: &StepRow, attempts: &[AttemptRow]) -> Entry {
    let attempt = attempts.iter().find(|attempt| attempt.number == row.attempt);
    Entry {
        kind: span::STEP,
        name: row.step.clone(),
        started_at: row.started_at,
        ended_at: Some(row.ended_at),
        status: match row.status.as_str() {
            "ok" => "ok",
            "skipped" => "skipped",
            "lost" => "lost",
            _ => "error",
        },
        span_id: row.span_id.clone(),
        parent_span_id: attempt.map(|attempt| attempt.span_id.clone()).unwrap_or_default(),
        attempt: row.attempt,
        detail: row.code.clone().unwrap_or_default(),
    }
}

/// The step that runs now has no row yet: it is the first that has no checkpoint.
fn under_way(flow: &Flow, attempt: &AttemptRow, steps: &[StepRow]) -> Option<Entry> {
    let is_done = |id: &str| {
        steps.iter().any(|row| row.step == id && matches!(row.status.as_str(), "ok" | "skipped"))
    };
    let step = flow.steps.iter().find(|step| !is_done(&step.id))?;
    let mine = steps.iter().filter(|row| row.attempt == attempt.number);
    Some(Entry {
        kind: span::STEP,
        name: step.id.clone(),
        started_at: mine.map(|row| row.ended_at).max().unwrap_or(attempt.started_at),
        ended_at: None,
        status: "running",
        span_id: span::of_step(&attempt.span_id, &step.id),
        parent_span_id: attempt.span_id.clone(),
        attempt: attempt.number,
        detail: String::new(),
    })
}

fn delivery(job: &Job, delivery: &Delivery) -> Vec<Entry> {
    let attempts = delivery.attempts.iter().zip(1..).map(|(attempt, number)| Entry {
        kind: span::DELIVERY,
        name: delivery.id.clone(),
        started_at: attempt.at,
        ended_at: attempt.took.map(|took| attempt.at.plus(took)),
        status: match (attempt.took, &attempt.error) {
            (None, _) => "running",
            (Some(_), None) => "ok",
            (Some(_), Some(_)) => "error",
        },
        span_id: attempt.span_id.clone(),
        parent_span_id: job.accept_span_id().to_owned(),
        attempt: number,
        detail: match (attempt.status, &attempt.error) {
            (Some(status), _) => format!("http {status}"),
            (None, Some(error)) => error.clone(),
            (None, None) => String::new(),
        },
    });
    attempts.collect()
}
