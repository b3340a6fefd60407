use axum::extract::State;

use crate::answer::{BatchFound, Found, Json, Problem};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi::Failures;
use crate::request::{Posted, Search, Searches};

/// Finds the passages that best answer a query, best first
///
/// It makes no job. An empty collection has no passages.
#[utoipa::path(
    post,
    path = "/v1/search",
    operation_id = "search",
    tag = "search",
    request_body(content = Search, description = "What to look for."),
    responses(
        (status = 200, description = "What was found.", body = Found),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 404, description = "`collection_not_found`.", body = Problem),
        (status = 413, description = "`body_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_name`, `blank_query`, `invalid_limit`, `invalid_weight`, `invalid_vector`, `invalid_filter`, `too_many_queries`, `too_many_collections`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn search(
    State(gateway): State<Gateway>,
    Posted { body, warnings }: Posted<Search>,
) -> Result<Json<Found>, Error> {
    let mut found = gateway.peers().search(body).await?;
    found.warnings.extend(warnings);
    Ok(Json::ok(found))
}

/// Answers several independent searches at once
///
/// Their queries are embedded in one batch, and each collection is looked at once. Each search has its
/// own result, in their order; one that is refused does not spoil the others.
#[utoipa::path(
    post,
    path = "/v1/search/batch",
    operation_id = "batch_search",
    tag = "search",
    request_body(content = Searches, description = "What to look for."),
    responses(
        (status = 200, description = "What became of each search.", body = BatchFound),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `body_broken`, `body_too_slow`.", body = Problem),
        (status = 413, description = "`body_too_large`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_limit`, `too_many_searches`, `nul_character`; what else is wrong with a search is told in its result.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn batch(
    State(gateway): State<Gateway>,
    Posted { body, .. }: Posted<Searches>,
) -> Result<Json<BatchFound>, Error> {
    Ok(Json::ok(gateway.peers().batch_search(body.searches).await?))
}
