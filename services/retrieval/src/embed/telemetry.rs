//! The span around each call of a model, with the attributes of OpenTelemetry's conventions for
//! generative AI; it never says what was embedded.

use chassis::failure::Failure;
use tracing::{Span, field, info_span};

use crate::Error;
use crate::embed::Embedded;

/// Begins the span of a call.
pub(super) fn span(provider: &str, model: &str) -> Span {
    info_span!(
        "embeddings",
        otel.kind = "client",
        gen_ai.operation.name = "embeddings",
        gen_ai.provider.name = provider,
        gen_ai.request.model = model,
        gen_ai.usage.input_tokens = field::Empty,
        error.r#type = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// Notes what a call took, or why it failed.
pub(super) fn note(span: &Span, made: &Result<Embedded, Error>) {
    match made {
        Ok(made) => {
            let tokens = made.consumed.as_ref().map(|consumed| consumed.tokens);
            span.record("gen_ai.usage.input_tokens", tokens);
        }
        Err(error) => {
            span.record("error.type", error.reason());
            span.record("otel.status_code", "ERROR");
        }
    }
}
