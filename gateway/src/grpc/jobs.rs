use proto::jobs as pb;
use proto::jobs::callback_auth::Kind;
use proto::json::{Job, Timeline};

use crate::answer::JobPage;
use crate::error::Error;
use crate::grpc::call::absent;
use crate::grpc::time::{lasting, wire};
use crate::grpc::{JOBS, Peers};
use crate::params::JobQuery;
use crate::submission::{Callback, CallbackAuth, Submission};

/// A job that was accepted.
#[derive(Clone, Debug)]
pub(crate) struct Submitted {
    /// The job.
    pub(crate) job: Job,
    /// Whether it is the job of an earlier request with the same key.
    pub(crate) is_replayed: bool,
    /// What the caller should know of its input.
    pub(crate) warnings: Vec<String>,
}

impl Peers {
    /// Hands a job over; when this answers, it is kept.
    pub(crate) async fn submit(&self, submission: Submission) -> Result<Submitted, Error> {
        let mut client = self.jobs.clone();
        let mut warnings = submission.warnings.clone();
        let answer = self.call(JOBS, client.submit_job(request(submission))).await?;
        warnings.extend(answer.warnings);
        let job = found(answer.job.as_ref())?;
        Ok(Submitted { job, is_replayed: answer.replayed, warnings })
    }

    /// A job as it is now.
    pub(crate) async fn job(&self, job_id: String) -> Result<Job, Error> {
        let mut client = self.jobs.clone();
        let answer = self.call(JOBS, client.get_job(pb::GetJobRequest { job_id })).await?;
        found(answer.job.as_ref())
    }

    /// A page of jobs.
    pub(crate) async fn jobs(&self, query: JobQuery) -> Result<JobPage, Error> {
        let mut client = self.jobs.clone();
        let request = pb::ListJobsRequest {
            state: query.status.map_or(pb::JobState::Unspecified, state).into(),
            flow: query.flow.unwrap_or_default(),
            page_size: query.limit.unwrap_or_default(),
            page_token: query.cursor.unwrap_or_default(),
        };
        let answer = self.call(JOBS, client.list_jobs(request)).await?;
        let jobs = answer.jobs.iter().map(Job::from).collect();
        Ok(JobPage::new(jobs, answer.next_page_token))
    }

    /// Asks a job to stop.
    pub(crate) async fn cancel(&self, job_id: String) -> Result<Job, Error> {
        let mut client = self.jobs.clone();
        let answer = self.call(JOBS, client.cancel_job(pb::CancelJobRequest { job_id })).await?;
        found(answer.job.as_ref())
    }

    /// Where a job's time went.
    pub(crate) async fn timeline(&self, job_id: String) -> Result<Timeline, Error> {
        let mut client = self.jobs.clone();
        let answer =
            self.call(JOBS, client.get_timeline(pb::GetTimelineRequest { job_id })).await?;
        Ok(Timeline::from(&answer))
    }
}

fn request(submission: Submission) -> pb::SubmitJobRequest {
    pb::SubmitJobRequest {
        flow: submission.flow.unwrap_or_default(),
        input_json: submission.input,
        callback: submission.callback.map(callback),
        idempotency_key: submission.key.unwrap_or_default(),
        correlation_json: submission.correlation.unwrap_or_default(),
        deadline: submission.deadline.map(lasting),
        priority: submission.priority,
        run_at: submission.run_at.map(wire),
    }
}

fn callback(callback: Callback) -> pb::Callback {
    let kind = callback.auth.map(|auth| match auth {
        CallbackAuth::Basic(auth) => {
            let pass = auth.pass.expose().to_owned();
            Kind::Basic(pb::BasicAuth { user: auth.user, pass })
        }
        CallbackAuth::Header(auth) => {
            let value = auth.value.expose().to_owned();
            Kind::Header(pb::HeaderAuth { name: auth.name, value })
        }
    });
    let auth = kind.map(|kind| pb::CallbackAuth { kind: Some(kind) });
    pb::Callback { url: callback.url, auth }
}

fn found(job: Option<&pb::Job>) -> Result<Job, Error> {
    job.map(Job::from).ok_or_else(|| absent(JOBS))
}

fn state(status: crate::params::JobStatus) -> pb::JobState {
    use crate::params::JobStatus;
    match status {
        JobStatus::Queued => pb::JobState::Queued,
        JobStatus::Running => pb::JobState::Running,
        JobStatus::Waiting => pb::JobState::Waiting,
        JobStatus::Succeeded => pb::JobState::Succeeded,
        JobStatus::Failed => pb::JobState::Failed,
        JobStatus::Cancelled => pb::JobState::Cancelled,
        JobStatus::Expired => pb::JobState::Expired,
    }
}
