use axum::extract::State;
use proto::json::Delivery;

use crate::answer::{DeliveryPage, Json, Problem};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi::Failures;
use crate::params::{Asked, DeliveryQuery, Segments};

/// Lists deliveries with their attempts, the latest first
#[utoipa::path(
    get,
    path = "/v1/deliveries",
    operation_id = "listDeliveries",
    tag = "deliveries",
    params(DeliveryQuery),
    responses(
        (status = 200, description = "A page of deliveries.", body = DeliveryPage),
        (status = 422, description = "`invalid_request`, `invalid_limit`, `invalid_page_token`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Asked(query): Asked<DeliveryQuery>,
) -> Result<Json<DeliveryPage>, Error> {
    gateway.peers().deliveries(None, query).await.map(Json::ok)
}

/// Lists a job's deliveries with their attempts
#[utoipa::path(
    get,
    path = "/v1/jobs/{job_id}/deliveries",
    operation_id = "listJobDeliveries",
    tag = "deliveries",
    params(("job_id" = String, Path, description = "The job."), DeliveryQuery),
    responses(
        (status = 200, description = "A page of the job's deliveries.", body = DeliveryPage),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`job_not_found`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_id`, `invalid_limit`, `invalid_page_token`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn of_job(
    State(gateway): State<Gateway>,
    Segments(job_id): Segments<String>,
    Asked(query): Asked<DeliveryQuery>,
) -> Result<Json<DeliveryPage>, Error> {
    gateway.peers().deliveries(Some(job_id), query).await.map(Json::ok)
}

/// Sends a delivery once more, under its own id
///
/// One that is still pending is tried at once. A body is not read.
#[utoipa::path(
    post,
    path = "/v1/deliveries/{delivery_id}/replay",
    operation_id = "replayDelivery",
    tag = "deliveries",
    params(("delivery_id" = String, Path, description = "The delivery.")),
    responses(
        (status = 200, description = "The delivery as it is now.", body = Delivery),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`delivery_not_found`.", body = Problem),
        (status = 422, description = "`invalid_id`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn replay(
    State(gateway): State<Gateway>,
    Segments(delivery_id): Segments<String>,
) -> Result<Json<Delivery>, Error> {
    gateway.peers().replay(delivery_id).await.map(Json::ok)
}
