//! The span around each call of a model: who was asked, what it took, and never what was said.
//!
//! Its name is `chat`, its attributes are those of OpenTelemetry's conventions for generative AI.

use tracing::{Span, field, info_span};

use crate::{Error, Finish, Usage};

/// What was asked for; always `chat`.
pub const OPERATION: &str = "gen_ai.operation.name";
/// Who was asked, such as `openai`.
pub const PROVIDER: &str = "gen_ai.provider.name";
/// The model that was asked for.
pub const REQUEST_MODEL: &str = "gen_ai.request.model";
/// The model that answered.
pub const RESPONSE_MODEL: &str = "gen_ai.response.model";
/// Tokens read, cached ones included.
pub const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
/// Tokens written, reasoning ones included.
pub const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
/// Why the text ended.
pub const FINISH_REASON: &str = "gen_ai.response.finish_reasons";
/// Seconds until the first piece of a stream came.
pub const TIME_TO_FIRST_TOKEN: &str = "gen_ai.server.time_to_first_token";
/// The reason of a failure, such as `PROVIDER_THROTTLED`.
pub const ERROR_TYPE: &str = "error.type";

const CHAT: &str = "chat";
const STATUS: &str = "otel.status_code";

/// Begins the span of a call.
pub(crate) fn span(provider: &str, model: &str) -> Span {
    info_span!(
        "chat",
        otel.kind = "client",
        { OPERATION } = CHAT,
        { PROVIDER } = provider,
        { REQUEST_MODEL } = model,
        { RESPONSE_MODEL } = field::Empty,
        { INPUT_TOKENS } = field::Empty,
        { OUTPUT_TOKENS } = field::Empty,
        { FINISH_REASON } = field::Empty,
        { TIME_TO_FIRST_TOKEN } = field::Empty,
        { ERROR_TYPE } = field::Empty,
        { STATUS } = field::Empty,
    )
}

/// Notes what the calls for one answer took.
pub(crate) fn note(span: &Span, calls: &[Usage], finish: Finish) {
    if let Some(last) = calls.last() {
        span.record(RESPONSE_MODEL, last.model.as_str());
    }
    span.record(INPUT_TOKENS, calls.iter().map(|call| call.tokens.input).sum::<u64>());
    span.record(OUTPUT_TOKENS, calls.iter().map(|call| call.tokens.output).sum::<u64>());
    span.record(FINISH_REASON, finish.name());
}

/// Notes why a call failed.
pub(crate) fn note_failure(span: &Span, error: &Error) {
    span.record(ERROR_TYPE, chassis::failure::Failure::reason(error));
    span.record(STATUS, "ERROR");
}
