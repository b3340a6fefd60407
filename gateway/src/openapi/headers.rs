use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// The headers that say more of a job than its body.
pub(crate) struct SubmitHeaders;

const HEADERS: [(&str, &str); 6] = [
    ("Idempotency-Key", "The same as `idempotency_key` in the body, bare or in quotation marks."),
    ("Prefer", "`wait=N`: the same as `wait_s` in the body, which wins."),
    ("traceparent", "The trace to continue, as W3C Trace Context writes it."),
    ("tracestate", "What vendors add to the trace."),
    (
        "X-Amzn-SageMaker-Custom-Attributes",
        "`traceparent=...;idem=...`: trace and idempotency key for callers whose other headers are stripped; comes back with the job's trace.",
    ),
    (
        "X-Amzn-Trace-Id",
        "The trace to continue, as Amazon's load balancers write it, where nothing else names one.",
    ),
];

impl IntoParams for SubmitHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        HEADERS.iter().map(|(name, text)| header(name, text)).collect()
    }
}

fn header(name: &str, text: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(text))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}
