use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use utoipa::ToSchema;

use crate::answer::Problem;
use crate::edge::Arrival;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::json::INVALID_REQUEST;
use crate::openapi::{Failures, SubmitHeaders};
use crate::routes::echo::echoed;
use crate::routes::ops;
use crate::submission::Received;

/// A method of a service that this process serves.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `submission` reads")]
pub(crate) struct Call {
    /// The method, such as `Search` or `throughline.retrieval.v1.RetrievalService/Search`; one that streams is refused.
    #[schema(example = "Search")]
    method: String,
    /// Its request, with the names of the protos; null means the same as absence.
    #[schema(value_type = Option<Object>)]
    request: Option<String>,
    /// The trace to continue, where no header names one.
    trace: Option<crate::submission::Trace>,
}

/// Calls a method of this process, as SageMaker posts it
///
/// The answer is the method's, with the names of the protos, and `warnings`. `{"op":...}` is answered too, where it belongs to a role that runs here: `status`, `cancel`, `search`, `rerank`, `generate`.
#[utoipa::path(
    post,
    path = "/invocations",
    operation_id = "call",
    tag = "operations",
    params(SubmitHeaders),
    request_body(content = Call, description = "The method and its request."),
    responses(
        (status = 200, description = "What the method answers.", body = Object),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 403, description = "The method's own refusals.", body = Problem),
        (status = 404, description = "The method's own refusals.", body = Problem),
        (status = 409, description = "The method's own refusals.", body = Problem),
        (status = 413, description = "`body_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `unknown_method`, `streaming_method`, `op_not_served`, `nul_character`, or the method's own refusals.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn call(
    State(gateway): State<Gateway>,
    Extension(arrival): Extension<Arrival>,
) -> Response {
    let answered = match arrival.received {
        Ok(Received::Asked(asked)) => Box::pin(ops::answer(&gateway, asked, arrival.since)).await,
        Ok(Received::Job(..)) => Err(no_jobs(&gateway).into()),
        Err(error) => Err(error.into()),
    };
    echoed(answered, &arrival.attributes)
}

/// What to send instead of a job.
fn no_jobs(gateway: &Gateway) -> Error {
    let peers = gateway.peers();
    let message = format!(
        "is missing, and jobs are handed in at the gateway; send {{\"method\":...,\"request\":{{...}}}} or {{\"op\":...}}; {}; ops are {}",
        peers.told(),
        peers.ops()
    );
    Error::refused(INVALID_REQUEST, "method", message)
}
