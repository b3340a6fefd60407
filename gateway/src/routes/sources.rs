use axum::extract::State;
use http::StatusCode;

use crate::answer::{Collection, Detached, Json, Problem};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi::Failures;
use crate::params::Segments;
use crate::request::{Posted, TableSource};

/// Lets a name stand for a table of vectors that another program made
///
/// The table is in a database that the settings name, is only read, and stays as it is.
#[utoipa::path(
    post,
    path = "/v1/collections/{collection}/source",
    operation_id = "attachCollection",
    tag = "collections",
    params(("collection" = String, Path, description = "The name to search it by.")),
    request_body(content = TableSource, description = "The table."),
    responses(
        (status = 201, description = "The table as a collection.", body = Collection),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `malformed_path`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 403, description = "`attach_denied`.", body = Problem),
        (status = 409, description = "`collection_exists`; `attached_missing` and its like, each with what there is instead.", body = Problem),
        (status = 413, description = "`body_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_name`, `invalid_text`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn attach(
    State(gateway): State<Gateway>,
    Segments(name): Segments<String>,
    Posted { body, .. }: Posted<TableSource>,
) -> Result<Json<Collection>, Error> {
    let attached = gateway.peers().attach_collection(name, body).await?;
    Ok(Json(StatusCode::CREATED, attached))
}

/// Forgets that a name stands for a table, which stays as it is
#[utoipa::path(
    delete,
    path = "/v1/collections/{collection}/source",
    operation_id = "detachCollection",
    tag = "collections",
    params(("collection" = String, Path, description = "The name.")),
    responses(
        (status = 200, description = "The name stands for no table any more.", body = Detached),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 403, description = "`attach_denied`.", body = Problem),
        (status = 404, description = "`collection_not_found`.", body = Problem),
        (status = 409, description = "`attached_by_settings`.", body = Problem),
        (status = 422, description = "`invalid_name`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn detach(
    State(gateway): State<Gateway>,
    Segments(name): Segments<String>,
) -> Result<Json<Detached>, Error> {
    gateway.peers().detach_collection(name).await.map(Json::ok)
}
