use axum::extract::State;
use http::StatusCode;

use crate::answer::{Deleted, Document, DocumentPage, Json, Problem, Put};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi::Failures;
use crate::params::{Asked, PageQuery, Segments};
use crate::request::{Deletion, NewDocument, Posted};

/// Lists a collection's documents, in the order of their ids, without their texts
#[utoipa::path(
    get,
    path = "/v1/collections/{collection}/documents",
    operation_id = "listDocuments",
    tag = "collections",
    params(("collection" = String, Path, description = "The collection's name."), PageQuery),
    responses(
        (status = 200, description = "A page of documents.", body = DocumentPage),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`collection_not_found`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_name`, `invalid_limit`, `invalid_page_token`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Segments(collection): Segments<String>,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<DocumentPage>, Error> {
    gateway.peers().documents(collection, query).await.map(Json::ok)
}

/// Answers with a document and its text
#[utoipa::path(
    get,
    path = "/v1/collections/{collection}/documents/{document_id}",
    operation_id = "getDocument",
    tag = "collections",
    params(
        ("collection" = String, Path, description = "The collection's name."),
        ("document_id" = String, Path, description = "The caller's id of the document."),
    ),
    responses(
        (status = 200, description = "The document.", body = Document),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`collection_not_found`, `document_not_found`.", body = Problem),
        (status = 422, description = "`invalid_name`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Segments((collection, document_id)): Segments<(String, String)>,
) -> Result<Json<Document>, Error> {
    gateway.peers().document(collection, document_id).await.map(Json::ok)
}

/// Stores a document, in place of an older version
///
/// The same content again changes nothing. A missing collection is made.
#[utoipa::path(
    put,
    path = "/v1/collections/{collection}/documents/{document_id}",
    operation_id = "putDocument",
    tag = "collections",
    params(
        ("collection" = String, Path, description = "The collection's name."),
        ("document_id" = String, Path, description = "The caller's id of the document, 1 to 256 characters."),
    ),
    request_body(content = NewDocument, description = "The document."),
    responses(
        (status = 200, description = "The document was updated, or unchanged.", body = Put),
        (status = 201, description = "The document is new.", body = Put),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `malformed_path`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 413, description = "`body_too_large`, `document_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_name`, `blank_text`, `invalid_metadata`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn put(
    State(gateway): State<Gateway>,
    Segments((collection, document_id)): Segments<(String, String)>,
    Posted { body, warnings }: Posted<NewDocument>,
) -> Result<Json<Put>, Error> {
    let mut put = gateway.peers().put_document(collection, document_id, body).await?;
    put.warnings.extend(warnings);
    let is_new = put.outcome == "created";
    Ok(Json(if is_new { StatusCode::CREATED } else { StatusCode::OK }, put))
}

/// Deletes a document with all its pieces
#[utoipa::path(
    delete,
    path = "/v1/collections/{collection}/documents/{document_id}",
    operation_id = "deleteDocument",
    tag = "collections",
    params(
        ("collection" = String, Path, description = "The collection's name."),
        ("document_id" = String, Path, description = "The caller's id of the document."),
    ),
    responses(
        (status = 200, description = "The document is gone.", body = Deleted),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`collection_not_found`, `document_not_found`.", body = Problem),
        (status = 422, description = "`invalid_name`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    Segments((collection, document_id)): Segments<(String, String)>,
) -> Result<Json<Deleted>, Error> {
    gateway.peers().delete_document(collection, document_id).await.map(Json::ok)
}

/// Deletes the documents that pass a filter, with all their pieces
///
/// They go 500 at a time, so that others write meanwhile; a request that fails may have deleted some.
#[utoipa::path(
    post,
    path = "/v1/collections/{collection}/deletions",
    operation_id = "deleteDocuments",
    tag = "collections",
    params(("collection" = String, Path, description = "The collection's name.")),
    request_body(content = Deletion, description = "Which documents go."),
    responses(
        (status = 200, description = "They are gone.", body = Deleted),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `malformed_path`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 404, description = "`collection_not_found`.", body = Problem),
        (status = 409, description = "`collection_read_only`: the collection is an attached table.", body = Problem),
        (status = 413, description = "`body_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_filter`, `invalid_name`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn delete_passing(
    State(gateway): State<Gateway>,
    Segments(collection): Segments<String>,
    Posted { body, .. }: Posted<Deletion>,
) -> Result<Json<Deleted>, Error> {
    gateway.peers().delete_documents(collection, body).await.map(Json::ok)
}
