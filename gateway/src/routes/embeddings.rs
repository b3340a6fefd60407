use axum::extract::State;

use crate::answer::{EmbeddingList, Failed, Json, OpenAiProblem};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::request::{Embeddings, Posted};

/// Makes vectors of texts, as OpenAI's embeddings do
///
/// Clients of OpenAI work with it unchanged: requests, answers and failures have OpenAI's shape. It
/// makes no job.
#[utoipa::path(
    post,
    path = "/v1/embeddings",
    operation_id = "embeddings",
    tag = "search",
    request_body(content = Embeddings, description = "The texts."),
    responses(
        (status = 200, description = "A vector for each text.", body = EmbeddingList),
        (status = 400, description = "`malformed_json`, `duplicate_key`, `body_broken`, `body_too_slow`, `invalid_request`, `invalid_text`, `invalid_dimensions`, `nul_character`; `embedder_missing`: nothing that embeds is configured.", body = OpenAiProblem),
        (status = 401, description = "`unauthenticated`: credentials are asked for, and none or wrong ones came. It has the shape of `Problem`.", body = crate::answer::Problem),
        (status = 404, description = "`embedder_not_found`: nothing of the name `model` embeds here.", body = OpenAiProblem),
        (status = 413, description = "`body_too_large`.", body = OpenAiProblem),
        (status = 500, description = "`internal`; `embedder_denied`: what embeds refuses until a setting is changed.", body = OpenAiProblem),
        (status = 503, description = "`embedder_unavailable`: what embeds does not serve now.", body = OpenAiProblem),
        (status = 504, description = "`deadline_exceeded`: a service did not answer in time.", body = OpenAiProblem),
    )
)]
pub(crate) async fn embeddings(
    State(gateway): State<Gateway>,
    posted: Result<Posted<Embeddings>, Error>,
) -> Result<Json<EmbeddingList>, Failed> {
    let Posted { body, .. } = posted?;
    Ok(Json::ok(gateway.peers().embeddings(body).await?))
}
