use axum::extract::State;

use crate::answer::{Flow, FlowList, Json, Problem};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi::Failures;
use crate::params::Segments;

/// Lists the flows, without schemas and samples
#[utoipa::path(
    get,
    path = "/v1/flows",
    operation_id = "listFlows",
    tag = "flows",
    responses((status = 200, description = "Every flow.", body = FlowList), Failures)
)]
pub(crate) async fn list(State(gateway): State<Gateway>) -> Result<Json<FlowList>, Error> {
    gateway.peers().flows().await.map(Json::ok)
}

/// Answers with a flow, the schema of its input and a sample
#[utoipa::path(
    get,
    path = "/v1/flows/{flow}",
    operation_id = "getFlow",
    tag = "flows",
    params(("flow" = String, Path, description = "The flow's name.")),
    responses(
        (status = 200, description = "The flow.", body = Flow),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`flow_not_found`.", body = Problem),
        (status = 422, description = "`nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Segments(name): Segments<String>,
) -> Result<Json<Flow>, Error> {
    gateway.peers().flow(name).await.map(Json::ok)
}
