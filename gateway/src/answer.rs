//! What the gateway answers, where `proto::json` has no word for it.

mod accepted;
mod collection;
mod document;
mod embeddings;
mod event;
mod flow;
mod found;
mod health;
mod openai;
mod page;
mod problem;

pub(crate) use crate::answer::accepted::{Accepted, Ended, Poll};
pub(crate) use crate::answer::collection::{
    Attachment, Collection, Detached, EmbeddingSpace, Emptied,
};
pub(crate) use crate::answer::document::{Deleted, Document, Put};
pub(crate) use crate::answer::embeddings::{Embedding, EmbeddingList, EmbeddingUsage, Numbers};
pub(crate) use crate::answer::event::{Delta, Reset, Seen};
pub(crate) use crate::answer::flow::{Flow, FlowList, FlowStep};
pub(crate) use crate::answer::found::{BatchFound, Found, Refused, SearchResult};
pub(crate) use crate::answer::health::{Dependency, Health, ServiceStatus};
pub(crate) use crate::answer::openai::{Failed, OpenAiProblem};
pub(crate) use crate::answer::page::{CollectionPage, DeliveryPage, DocumentPage, JobPage};
pub(crate) use crate::answer::problem::{Problem, Violation};

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::error::Error;

/// An answer of JSON, with status 200 or another.
pub(crate) struct Json<T>(pub(crate) StatusCode, pub(crate) T);

impl<T> Json<T> {
    /// An answer with status 200.
    pub(crate) fn ok(answer: T) -> Self {
        Self(StatusCode::OK, answer)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let Self(status, answer) = self;
        match serde_json::to_vec(&answer) {
            Ok(body) => {
                let kind = HeaderValue::from_static("application/json");
                // What is asked for again and again must not come out of a cache.
                let fresh = HeaderValue::from_static("no-store");
                (status, [(CONTENT_TYPE, kind), (CACHE_CONTROL, fresh)], body).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Error::Broken.into_response()
            }
        }
    }
}
