use axum::extract::State;
use proto::json::{Job, Timeline};

use crate::answer::{JobPage, Json, Problem};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi::Failures;
use crate::params::{Asked, JobQuery, Segments};

/// Lists jobs, the latest first, without their results
#[utoipa::path(
    get,
    path = "/v1/jobs",
    operation_id = "listJobs",
    tag = "jobs",
    params(JobQuery),
    responses(
        (status = 200, description = "A page of jobs.", body = JobPage),
        (status = 422, description = "`invalid_request`, `invalid_limit`, `invalid_page_token`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Asked(query): Asked<JobQuery>,
) -> Result<Json<JobPage>, Error> {
    gateway.peers().jobs(query).await.map(Json::ok)
}

/// Answers with a job, whatever state it is in
///
/// A job that failed is answered with 200 and the status `failed`.
#[utoipa::path(
    get,
    path = "/v1/jobs/{job_id}",
    operation_id = "getJob",
    tag = "jobs",
    params(("job_id" = String, Path, description = "The job.")),
    responses(
        (status = 200, description = "The job as it is now.", body = Job),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`job_not_found`.", body = Problem),
        (status = 422, description = "`invalid_id`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Segments(job_id): Segments<String>,
) -> Result<Json<Job>, Error> {
    gateway.peers().job(job_id).await.map(Json::ok)
}

/// Asks a job to stop
///
/// One that waits is cancelled at once, one that runs very soon, and one that has ended stays as it is. A body is not read.
#[utoipa::path(
    post,
    path = "/v1/jobs/{job_id}/cancel",
    operation_id = "cancelJob",
    tag = "jobs",
    params(("job_id" = String, Path, description = "The job.")),
    responses(
        (status = 200, description = "The job as it is now.", body = Job),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`job_not_found`.", body = Problem),
        (status = 422, description = "`invalid_id`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn cancel(
    State(gateway): State<Gateway>,
    Segments(job_id): Segments<String>,
) -> Result<Json<Job>, Error> {
    gateway.peers().cancel(job_id).await.map(Json::ok)
}

/// Says where a job's time went
#[utoipa::path(
    get,
    path = "/v1/jobs/{job_id}/timeline",
    operation_id = "getTimeline",
    tag = "jobs",
    params(("job_id" = String, Path, description = "The job.")),
    responses(
        (status = 200, description = "Accept, queue, attempts, steps and deliveries, in the order they began.", body = Timeline),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`job_not_found`.", body = Problem),
        (status = 422, description = "`invalid_id`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn timeline(
    State(gateway): State<Gateway>,
    Segments(job_id): Segments<String>,
) -> Result<Json<Timeline>, Error> {
    gateway.peers().timeline(job_id).await.map(Json::ok)
}
