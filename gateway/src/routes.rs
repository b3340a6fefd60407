//! Every path there is, and what answers it.

mod collections;
mod deliveries;
mod documents;
mod echo;
mod embeddings;
mod events;
mod flows;
mod health;
mod jobs;
mod methods;
mod ops;
mod ping;
mod search;
mod sources;
mod submit;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use chassis::trace::ServerTrace;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::edge;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::openapi;
use crate::submission::Takes;

/// The paths where jobs are handed in by POST.
pub(crate) const DOORS: [&str; 2] = ["/invocations", "/v1/jobs"];

/// All routes inside their layers.
pub(crate) fn router(gateway: &Gateway) -> Router {
    let guarded = match gateway.takes() {
        Takes::Jobs => guarded(),
        Takes::Methods => methods(),
    };
    let (guarded, mut api) = guarded.split_for_parts();
    let (open, open_api) = open().split_for_parts();
    api.merge(open_api);
    let guarded = guarded
        .fallback(unknown_path)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(gateway.clone(), edge::within))
        .layer(ServerTrace)
        .layer(from_fn_with_state(gateway.clone(), edge::carry))
        .layer(from_fn_with_state(gateway.clone(), edge::admit));
    let open = open
        .method_not_allowed_fallback(method_not_allowed)
        .layer(Extension(openapi::written(api, gateway)));
    guarded
        .merge(open)
        .layer(from_fn(edge::shed))
        .layer(from_fn(edge::access))
        .with_state(gateway.clone())
}

/// What needs credentials, where any are needed.
fn guarded() -> OpenApiRouter<Gateway> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(submit::invoke))
        .routes(routes!(submit::submit, jobs::list))
        .routes(routes!(jobs::get))
        .routes(routes!(jobs::cancel))
        .routes(routes!(events::watch))
        .routes(routes!(jobs::timeline))
        .routes(routes!(deliveries::of_job))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::replay))
        .routes(routes!(flows::list))
        .routes(routes!(flows::get))
        .routes(routes!(collections::list, collections::create))
        .routes(routes!(collections::get, collections::update, collections::delete))
        .routes(routes!(sources::attach, sources::detach))
        .routes(routes!(documents::list))
        .routes(routes!(documents::delete_passing))
        .routes(routes!(documents::get, documents::put, documents::delete))
        .routes(routes!(search::search))
        .routes(routes!(search::batch))
        .routes(routes!(embeddings::embeddings))
        .routes(routes!(health::health))
}

/// The same where jobs are handed in elsewhere.
fn methods() -> OpenApiRouter<Gateway> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(methods::call))
        .routes(routes!(health::health))
}

/// What platforms and tools ask for without credentials.
fn open() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(ping::ping, ping::ping_by_post))
        .routes(routes!(openapi::document))
}

async fn unknown_path() -> Error {
    Error::UnknownPath
}

async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}
