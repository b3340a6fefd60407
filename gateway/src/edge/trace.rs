use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chassis::{auth, trace};
use tracing::Span;

use crate::gateway::Gateway;

/// Works for the gateway's tenant, and tells the span and the log which route and trace it is.
pub(crate) async fn within(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get().map_or("(none)", MatchedPath::as_str);
    trace::rename(format!("{} {route}", request.method()));
    let mut response = auth::scope(gateway.config().tenant(), next.run(request)).await;
    if response.status().is_server_error() {
        Span::current().record("otel.status_code", "error");
    }
    if let Some(context) = trace::current() {
        response.extensions_mut().insert(context);
    }
    response
}
