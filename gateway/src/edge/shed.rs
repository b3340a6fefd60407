use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Error;

/// What the listener says of a request that came while too many are being answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowded;

/// Turns a request away that came while too many are being answered, but for the one that asks whether we live.
pub(crate) async fn shed(request: Request, next: Next) -> Response {
    let is_crowded = request.extensions().get::<Crowded>().is_some();
    let route = request.extensions().get().map(MatchedPath::as_str);
    if is_crowded && route != Some("/ping") {
        return Error::Crowded.into_response();
    }
    next.run(request).await
}
