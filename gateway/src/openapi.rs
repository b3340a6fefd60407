//! The description of the HTTP interface, made from the code that serves it.

mod headers;
mod hoist;
mod ops;
mod responses;

pub(crate) use crate::openapi::headers::SubmitHeaders;
pub(crate) use crate::openapi::ops::{Invoked, Told};
pub(crate) use crate::openapi::responses::{Failures, JobRefusals};

use axum::Extension;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use utoipa::ToSchema;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server,
};

use crate::answer::Problem;
use crate::gateway::Gateway;

const BASIC: &str = "basic";

const TAGS: [(&str, &str); 6] = [
    ("jobs", "Runs of flows: hand them in, ask for them, watch them, stop them."),
    ("deliveries", "How results reach their webhooks."),
    ("flows", "Which kinds of jobs there are."),
    ("collections", "What is known: collections and their documents."),
    ("search", "Questions to a collection that need no job."),
    ("operations", "How this process is doing."),
];

/// The description as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Document(Bytes);

/// The description before any path is in it.
pub(crate) fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Throughline")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Turns a job into a checked answer and hands it back to a webhook, under one trace. Every error has the shape of `Problem`; an undeclared method is answered with 405 and `Allow`, an unknown path with 404. Every answer has the header `X-Request-Id`.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()));
    let tags =
        TAGS.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build());
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    let components = schemas
        .into_iter()
        .fold(ComponentsBuilder::new(), |components, (name, schema)| {
            components.schema(name, schema)
        })
        .schema_from::<Problem>();
    OpenApiBuilder::new()
        .info(info.build())
        .tags(Some(tags))
        .components(Some(components.build()))
        .build()
}

/// The description with what the settings say of it.
pub(crate) fn written(mut api: OpenApi, gateway: &Gateway) -> Document {
    let config = gateway.config();
    if config.asks_for_password() {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Basic));
        api.components.get_or_insert_default().add_security_scheme(BASIC, scheme);
        api.security = Some(vec![SecurityRequirement::new(BASIC, [] as [&str; 0])]);
    }
    if !config.public_url.is_empty() {
        api.servers = Some(vec![Server::new(config.public_url.clone())]);
    }
    match serde_json::to_value(&api) {
        Ok(mut api) => {
            hoist::descriptions(&mut api);
            ops::describe(&mut api, gateway.peers().schemas(gateway.takes()));
            Document(api.to_string().into())
        }
        Err(error) => {
            tracing::error!(%error, "the description of the interface cannot be written");
            Document(Bytes::from_static(b"{}"))
        }
    }
}

/// Describes this interface as OpenAPI 3.1
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "describe",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "The description.", body = Object),
        (status = 500, description = "`internal`: something broke; the log has it under the request id.", body = Problem),
    )
)]
pub(crate) async fn document(Extension(Document(text)): Extension<Document>) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}
