//! What the span of a model's call says: whose model, how much, how it ended; never a query or a passage.

use tracing::{Span, field, info_span};

use crate::cohere::Brought;

/// What is done: always `rerank`.
pub const OPERATION: &str = "gen_ai.operation.name";
/// Who serves it.
pub const PROVIDER: &str = "gen_ai.provider.name";
/// The model that is asked for.
pub const REQUEST_MODEL: &str = "gen_ai.request.model";
/// How many documents are sent.
pub const DOCUMENTS: &str = "rerank.documents";
/// Searches, as the provider counts them.
pub const SEARCH_UNITS: &str = "rerank.search_units";
/// How many requests the call took.
pub const ATTEMPTS: &str = "rerank.attempts";
/// Why there was no new order, such as `throttled`.
pub const ERROR_TYPE: &str = "error.type";

const RERANK: &str = "rerank";
const STATUS: &str = "otel.status_code";

/// Begins the span of a call.
pub(crate) fn span(provider: &str, model: &str, documents: usize) -> Span {
    info_span!(
        "rerank",
        otel.kind = "client",
        { OPERATION } = RERANK,
        { PROVIDER } = provider,
        { REQUEST_MODEL } = model,
        { DOCUMENTS } = documents,
        { SEARCH_UNITS } = field::Empty,
        { ATTEMPTS } = field::Empty,
        { ERROR_TYPE } = field::Empty,
        { STATUS } = field::Empty,
    )
}

/// Notes what a call took, and why it failed.
pub(crate) fn note(span: &Span, brought: &Brought) {
    if let Some(call) = &brought.call {
        span.record(SEARCH_UNITS, call.search_units);
        span.record(ATTEMPTS, call.attempts);
    }
    if let Err(reason) = &brought.scores {
        span.record(ERROR_TYPE, field::display(reason));
        span.record(STATUS, "ERROR");
    }
}
