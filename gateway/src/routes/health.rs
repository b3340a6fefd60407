use axum::extract::State;

use crate::answer::{Health, Json};
use crate::gateway::Gateway;
use crate::openapi::Failures;

/// Says how each service is that the gateway needs
///
/// As last asked, in the background. Always 200: `/ping` is what a platform goes by.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "health",
    tag = "operations",
    responses((status = 200, description = "How everything is.", body = Health), Failures)
)]
pub(crate) async fn health(State(gateway): State<Gateway>) -> Json<Health> {
    Json::ok(gateway.readiness().health())
}
