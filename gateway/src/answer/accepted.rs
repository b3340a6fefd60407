use proto::json::Job;
use serde::Serialize;
use utoipa::ToSchema;

/// A job that was accepted, and is kept until it has ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Accepted {
    /// The job.
    pub(crate) job_id: String,
    /// Always `accepted`; how the job is doing is for its own status to say.
    #[schema(example = "accepted")]
    pub(crate) status: &'static str,
    /// The flow that it runs.
    pub(crate) flow: String,
    /// The trace that it belongs to, 32 hexadecimal digits.
    pub(crate) trace_id: String,
    /// Where to ask for the job; null where the gateway does not know its own address, or stands behind a platform.
    #[schema(required = true)]
    pub(crate) status_url: Option<String>,
    /// What to post to `/invocations` to ask for the job, where nothing else can be reached.
    pub(crate) poll: Poll,
    /// What the caller should know of its request, such as members that nobody reads.
    pub(crate) warnings: Vec<String>,
}

/// The question how a job is doing, to be posted to `/invocations`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Poll {
    /// Always `status`.
    #[schema(example = "status")]
    pub(crate) op: &'static str,
    /// The job.
    pub(crate) job_id: String,
}

/// The job of a caller that waited for its end.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Ended {
    /// The job.
    #[serde(flatten)]
    pub(crate) job: Job,
    /// What the caller should know of its request, such as members that nobody reads.
    pub(crate) warnings: Vec<String>,
}
