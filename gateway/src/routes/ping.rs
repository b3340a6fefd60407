use axum::extract::State;
use http::StatusCode;

use crate::answer::Problem;
use crate::error::Error;
use crate::gateway::Gateway;

/// Says whether this process can serve
///
/// 200 with no body once every service it needs has served; 503 before that, and while it stops. HEAD is answered too.
#[utoipa::path(
    get,
    path = "/ping",
    operation_id = "ping",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "It can serve."),
        (status = 503, description = "`warming` or `draining`: not yet, or not any more.", body = Problem),
    )
)]
pub(crate) async fn ping(State(gateway): State<Gateway>) -> Result<StatusCode, Error> {
    gateway.readiness().check().map(|()| StatusCode::OK)
}

/// Says whether this process can serve, for platforms that post
///
/// The same as by GET; a body is not read.
#[utoipa::path(
    post,
    path = "/ping",
    operation_id = "pingByPost",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "It can serve."),
        (status = 503, description = "`warming` or `draining`: not yet, or not any more.", body = Problem),
    )
)]
pub(crate) async fn ping_by_post(gateway: State<Gateway>) -> Result<StatusCode, Error> {
    ping(gateway).await
}
