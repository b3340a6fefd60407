use http::HeaderMap;
use http::header::CONTENT_TYPE;
use opentelemetry::trace::SpanKind;
use tonic::Code;
use tracing::Span;

use crate::answer;

/// The attribute that says how a call ended, as gRPC numbers it.
pub const STATUS_CODE: &str = "rpc.grpc.status_code";

/// The longest name that a span gets from a path, which a stranger may have chosen.
const LONGEST_NAME: usize = 120;

/// A call's name: `package.Service/Method`.
pub(super) fn name(path: &str) -> &str {
    let name = path.trim_start_matches('/');
    name.get(..LONGEST_NAME).unwrap_or(name)
}

/// What a request is a call of: gRPC, unless it is plain HTTP.
pub(super) fn system(headers: &HeaderMap) -> Option<&'static str> {
    let kind = headers.get(CONTENT_TYPE)?.as_bytes();
    kind.starts_with(b"application/grpc").then_some("grpc")
}

/// Writes into the span how the call ended, if these headers or trailers end it.
pub(super) fn record(span: &Span, headers: &HeaderMap, kind: &SpanKind) {
    let Some(code) = answer::code(headers) else { return };
    span.record(STATUS_CODE, code as i32);
    if is_error(code, kind) {
        span.record("otel.status_code", "error");
    }
}

/// What a caller did wrong is an error for the caller, not for the server that told it so.
fn is_error(code: Code, kind: &SpanKind) -> bool {
    let is_ours = matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    );
    is_ours || (*kind == SpanKind::Client && code != Code::Ok)
}
