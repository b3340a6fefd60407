use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

type Responses = BTreeMap<String, RefOr<Response>>;

/// How any call may fail.
pub(crate) struct Failures;

/// How handing a job in may be refused.
pub(crate) struct JobRefusals;

const FAILURES: [(&str, &str); 5] = [
    ("401", "`unauthenticated`: credentials are asked for, and none or wrong ones came."),
    (
        "429",
        "`throttled`, `queue_full`, or a reason of the service's own: come back after `retry_after_ms`.",
    ),
    ("500", "`internal`: something broke; the log has it under the request id."),
    (
        "503",
        "`unavailable`: a service that is needed cannot be reached; come back after `retry_after_ms`.",
    ),
    ("504", "`deadline_exceeded`: a service did not answer in time."),
];

const JOB_REFUSALS: [(&str, &str); 5] = [
    (
        "400",
        "`malformed_json`, `duplicate_key`, `idempotency_keys_differ`, `body_broken`, `body_too_slow`.",
    ),
    ("403", "`callback_not_allowed`: the callback's address may not be called."),
    ("404", "`flow_not_found`; `job_not_found` where a job was asked for."),
    ("413", "`body_too_large`."),
    (
        "422",
        "`invalid_request`, `invalid_input`, `invalid_callback`, `invalid_deadline`, `invalid_priority`, `invalid_idempotency_key`, `invalid_correlation`, `invalid_id`, `nul_character`, and those of an op: `op_not_served`, or of its service; `key_reused`: the key came with another request.",
    ),
];

impl IntoResponses for Failures {
    fn responses() -> Responses {
        problems(&FAILURES)
    }
}

impl IntoResponses for JobRefusals {
    fn responses() -> Responses {
        problems(&JOB_REFUSALS)
    }
}

fn problems(table: &[(&str, &str)]) -> Responses {
    table
        .iter()
        .map(|(status, text)| ((*status).to_owned(), problem(status, text).into()))
        .collect()
}

fn problem(status: &str, text: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(text).content("application/json", content);
    if !matches!(status, "429" | "503") {
        return response.build();
    }
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).build();
    let header = HeaderBuilder::new()
        .schema(Some(seconds))
        .description(Some("How many seconds to wait before coming back."));
    response.header("Retry-After", header.build()).build()
}
