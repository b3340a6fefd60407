use serde::Serialize;
use serde_json::value::RawValue;

use crate::json::{Usage, moment, raw, said};
use crate::{common, jobs as pb};

/// One run of a flow.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Job {
    /// Its id, `job_` and 26 characters that sort by time.
    pub job_id: String,
    /// The flow that it runs.
    pub flow: String,
    /// The flow's version, the sha256 of its folder.
    pub flow_version: String,
    /// `queued`, `running`, `waiting`, or one of the terminal `succeeded`, `failed`, `cancelled`, `expired`.
    #[cfg_attr(feature = "schema", schema(example = "succeeded"))]
    pub status: &'static str,
    /// What the flow made; null until the job has succeeded, and in lists.
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>, required = true))]
    pub result: Option<Box<RawValue>>,
    /// What its model calls consumed so far.
    pub usage: Usage,
    /// The trace that it belongs to, 32 hexadecimal digits.
    pub trace_id: String,
    /// What the caller sent to get back, as it was written; null where nothing was sent.
    #[cfg_attr(feature = "schema", schema(value_type = Option<Value>, required = true))]
    pub correlation: Option<Box<RawValue>>,
    /// Why it did not succeed; null otherwise.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub error: Option<Error>,
    /// What was left out or replaced on the way, such as `sample_corpus` or `dense: absent`.
    pub degraded: Vec<String>,
    /// When it was accepted.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub created_at: Option<String>,
    /// When it was first claimed; null before.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub started_at: Option<String>,
    /// When it reached a terminal status; null before.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub finished_at: Option<String>,
    /// When it expires unless it has ended.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub deadline_at: Option<String>,
    /// How often it was claimed.
    pub attempts: u32,
    /// Its deliveries in short; empty where no webhook is to be told.
    pub deliveries: Vec<JobDelivery>,
}

/// Why a job did not succeed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = JobError))]
pub struct Error {
    /// A stable name, such as `collection_not_found`.
    pub code: String,
    /// What happened, for people.
    pub message: String,
    /// Whether the same job may succeed later.
    pub retryable: bool,
    /// The service that failed; null where it is the job itself.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub hop: Option<String>,
}

/// A job's delivery in short.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobDelivery {
    /// The delivery, and the `webhook-id` of every attempt.
    pub delivery_id: String,
    /// `pending`, `delivered` or `dead`.
    pub status: String,
    /// How often it was tried.
    pub attempts: u32,
}

impl From<&pb::Job> for Job {
    fn from(job: &pb::Job) -> Self {
        Self {
            job_id: job.job_id.clone(),
            flow: job.flow.clone(),
            flow_version: job.flow_version.clone(),
            status: status_name(job.state()),
            result: raw(&job.result_json),
            usage: job.usage.as_ref().map(Usage::from).unwrap_or_default(),
            trace_id: job.trace_id.clone(),
            correlation: raw(&job.correlation_json),
            error: job.error.as_ref().map(Error::from),
            degraded: job.degraded.clone(),
            created_at: job.created_at.as_ref().map(moment),
            started_at: job.started_at.as_ref().map(moment),
            finished_at: job.finished_at.as_ref().map(moment),
            deadline_at: job.deadline_at.as_ref().map(moment),
            attempts: job.attempts,
            deliveries: job.deliveries.iter().map(JobDelivery::from).collect(),
        }
    }
}

impl From<&common::Problem> for Error {
    fn from(problem: &common::Problem) -> Self {
        Self {
            code: problem.code.clone(),
            message: problem.message.clone(),
            retryable: problem.retryable,
            hop: said(&problem.hop),
        }
    }
}

impl From<&pb::JobDelivery> for JobDelivery {
    fn from(delivery: &pb::JobDelivery) -> Self {
        Self {
            delivery_id: delivery.delivery_id.clone(),
            status: delivery.status.clone(),
            attempts: delivery.attempts,
        }
    }
}

/// A job's state as HTTP names it.
pub fn status_name(state: pb::JobState) -> &'static str {
    match state {
        pb::JobState::Unspecified => "unknown",
        pb::JobState::Queued => "queued",
        pb::JobState::Running => "running",
        pb::JobState::Waiting => "waiting",
        pb::JobState::Succeeded => "succeeded",
        pb::JobState::Failed => "failed",
        pb::JobState::Cancelled => "cancelled",
        pb::JobState::Expired => "expired",
    }
}
