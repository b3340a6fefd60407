use std::pin::pin;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http::header::LOCATION;
use http::{HeaderName, HeaderValue, StatusCode};
use proto::json::Job;

use crate::address::Address;
use crate::answer::{Accepted, Ended, Json, Poll};
use crate::edge::Arrival;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::json::INVALID_REQUEST;
use crate::openapi::{Failures, Invoked, JobRefusals, SubmitHeaders, Told};
use crate::routes::echo::{Answered, Refused, echoed};
use crate::routes::ops;
use crate::submission::{Invocation, Received, Submission};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Takes a job in, as SageMaker posts it
///
/// The body is an envelope where it has a member `flow` or `input`, else the bare input of the default flow; its Content-Type does not matter. `{"op":...}` asks for something else: `status` and `cancel` with `job_id`, `search` with the members of `POST /v1/search`, `rerank` and `generate` with those of the gRPC methods `Rerank` and `Generate`.
#[utoipa::path(
    post,
    path = "/invocations",
    operation_id = "invoke",
    tag = "jobs",
    params(SubmitHeaders),
    request_body(content = Invoked, description = "The job, or what else is asked for."),
    responses(
        (status = 200, description = "The caller waited, and the job ended; or what was asked for.", body = Told),
        (status = 202, description = "The job is kept, and will be done.", body = Accepted),
        JobRefusals,
        Failures,
    )
)]
pub(crate) async fn invoke(
    State(gateway): State<Gateway>,
    address: Address,
    Extension(arrival): Extension<Arrival>,
) -> Response {
    let answered = match arrival.received {
        Ok(Received::Job(submission, _)) => {
            Box::pin(hand_in(&gateway, &address, *submission, arrival.since)).await
        }
        Ok(Received::Asked(asked)) => Box::pin(ops::answer(&gateway, asked, arrival.since)).await,
        Err(error) => Err(error.into()),
    };
    echoed(answered, &arrival.attributes)
}

/// Takes a job in
///
/// The body is an envelope where it has a member `flow` or `input`, else the bare input of the default flow; its Content-Type does not matter.
#[utoipa::path(
    post,
    path = "/v1/jobs",
    operation_id = "submitJob",
    tag = "jobs",
    params(SubmitHeaders),
    request_body(content = Invocation, description = "The job."),
    responses(
        (status = 200, description = "The caller waited, and the job ended.", body = Ended),
        (status = 202, description = "The job is kept, and will be done.", body = Accepted),
        JobRefusals,
        Failures,
    )
)]
pub(crate) async fn submit(
    State(gateway): State<Gateway>,
    address: Address,
    Extension(arrival): Extension<Arrival>,
) -> Response {
    let answered = match arrival.received {
        Ok(Received::Job(submission, _)) => {
            Box::pin(hand_in(&gateway, &address, *submission, arrival.since)).await
        }
        Ok(Received::Asked(_)) => {
            Err(Error::refused(INVALID_REQUEST, "op", "is answered at /invocations only").into())
        }
        Err(error) => Err(error.into()),
    };
    echoed(answered, &arrival.attributes)
}

async fn hand_in(
    gateway: &Gateway,
    address: &Address,
    submission: Submission,
    since: Instant,
) -> Result<Answered, Refused> {
    let wait = submission.wait.unwrap_or_default();
    let submitted = gateway.peers().submit(submission).await?;
    let (job_id, trace_id) = (submitted.job.job_id.clone(), submitted.job.trace_id.clone());
    let wait = wait.min(gateway.config().max_wait.saturating_sub(since.elapsed()));
    let mut response = match ended(gateway, &job_id, wait).await {
        Some(job) => Json::ok(Ended { job, warnings: submitted.warnings }).into_response(),
        None => {
            let status_url = address.of_job(gateway.config(), &job_id);
            accepted(submitted.job, status_url, submitted.warnings)
        }
    };
    if submitted.is_replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(Answered::of_trace(response, trace_id))
}

fn accepted(job: Job, status_url: Option<String>, warnings: Vec<String>) -> Response {
    let location = status_url.as_ref().and_then(|url| HeaderValue::try_from(url).ok());
    let accepted = Accepted {
        poll: Poll { op: "status", job_id: job.job_id.clone() },
        job_id: job.job_id,
        status: "accepted",
        flow: job.flow,
        trace_id: job.trace_id,
        status_url,
        warnings,
    };
    let mut response = Json(StatusCode::ACCEPTED, accepted).into_response();
    if let Some(location) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// The job, where it ends while the caller waits. Whatever goes wrong here, the job is accepted.
async fn ended(gateway: &Gateway, job_id: &str, wait: Duration) -> Option<Job> {
    if wait.is_zero() {
        return None;
    }
    let watching = async {
        let stream = gateway.peers().watch(job_id.to_owned(), 0, wait).await.ok()?;
        let mut stream = pin!(stream.take_until(gateway.readiness().drained()));
        while let Some(seen) = stream.next().await {
            seen.ok()?;
        }
        gateway.peers().job(job_id.to_owned()).await.ok()
    };
    let job = tokio::time::timeout(wait, watching).await.ok()??;
    let is_over = matches!(job.status, "succeeded" | "failed" | "cancelled" | "expired");
    is_over.then_some(job)
}
