use axum::extract::State;
use http::StatusCode;

use crate::answer::{Collection, CollectionPage, Emptied, Json, Problem};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi::Failures;
use crate::params::{Asked, PageQuery, Segments};
use crate::request::{CollectionChange, NewCollection, Posted};

/// Lists collections, in the order of their names
#[utoipa::path(
    get,
    path = "/v1/collections",
    operation_id = "listCollections",
    tag = "collections",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of collections.", body = CollectionPage),
        (status = 422, description = "`invalid_request`, `invalid_limit`, `invalid_page_token`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<CollectionPage>, Error> {
    gateway.peers().collections(query).await.map(Json::ok)
}

/// Makes an empty collection
#[utoipa::path(
    post,
    path = "/v1/collections",
    operation_id = "createCollection",
    tag = "collections",
    request_body(content = NewCollection, description = "The collection."),
    responses(
        (status = 201, description = "The collection as made.", body = Collection),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 409, description = "`collection_exists`.", body = Problem),
        (status = 413, description = "`body_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_name`, `invalid_settings`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    Posted { body, .. }: Posted<NewCollection>,
) -> Result<Json<Collection>, Error> {
    let made = gateway.peers().create_collection(body).await?;
    Ok(Json(StatusCode::CREATED, made))
}

/// Answers with a collection and its statistics
#[utoipa::path(
    get,
    path = "/v1/collections/{collection}",
    operation_id = "getCollection",
    tag = "collections",
    params(("collection" = String, Path, description = "The collection's name.")),
    responses(
        (status = 200, description = "The collection.", body = Collection),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`collection_not_found`.", body = Problem),
        (status = 422, description = "`invalid_name`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Segments(name): Segments<String>,
) -> Result<Json<Collection>, Error> {
    gateway.peers().collection(name).await.map(Json::ok)
}

/// Changes a collection's description and settings
///
/// What is absent stays as it is. How documents are cut holds for those that are put in, or changed, from then on.
#[utoipa::path(
    patch,
    path = "/v1/collections/{collection}",
    operation_id = "updateCollection",
    tag = "collections",
    params(("collection" = String, Path, description = "The collection's name.")),
    request_body(content = CollectionChange, description = "What to change."),
    responses(
        (status = 200, description = "The collection as changed.", body = Collection),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `malformed_path`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 404, description = "`collection_not_found`.", body = Problem),
        (status = 409, description = "`collection_read_only`: it is an attached table.", body = Problem),
        (status = 413, description = "`body_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_name`, `invalid_text`, `invalid_settings`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    Segments(name): Segments<String>,
    Posted { body, .. }: Posted<CollectionChange>,
) -> Result<Json<Collection>, Error> {
    gateway.peers().update_collection(name, body).await.map(Json::ok)
}

/// Deletes a collection with everything in it
#[utoipa::path(
    delete,
    path = "/v1/collections/{collection}",
    operation_id = "deleteCollection",
    tag = "collections",
    params(("collection" = String, Path, description = "The collection's name.")),
    responses(
        (status = 200, description = "What went with it.", body = Emptied),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`collection_not_found`.", body = Problem),
        (status = 422, description = "`invalid_name`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    Segments(name): Segments<String>,
) -> Result<Json<Emptied>, Error> {
    gateway.peers().delete_collection(name).await.map(Json::ok)
}
