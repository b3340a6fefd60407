//! The wire's view of the retriever: convert, delegate, convert back.

mod attaching;
mod collections;
mod convert;
mod documents;
mod filter;
mod putting;
mod settings;

use std::error::Error as _;

use chassis::channel::MESSAGE_LIMIT;
use chassis::failure::{Failure, Kind};
use proto::retrieval::collection_service_server::{CollectionService, CollectionServiceServer};
use proto::retrieval::retrieval_service_server::{RetrievalService, RetrievalServiceServer};
use tonic::Status;

use crate::grpc::collections::Collections;
use crate::grpc::documents::Documents;
use crate::{Error, Retriever};

/// Serves a retriever over gRPC: searching and documents, and collections.
pub fn servers(
    retriever: Retriever,
) -> (RetrievalServiceServer<impl RetrievalService>, CollectionServiceServer<impl CollectionService>)
{
    let documents = RetrievalServiceServer::new(Documents(retriever.clone()))
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    let collections = CollectionServiceServer::new(Collections(retriever))
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    (documents, collections)
}

/// The status of a failure. The caller is told which, the log why, where it is ours.
#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn status(error: Error) -> Status {
    if matches!(error.kind(), Kind::Internal | Kind::Unavailable) {
        let cause = error.source().map(cause);
        tracing::error!(reason = error.reason(), cause, "a call of the retrieval store failed");
    }
    error.to_status()
}

/// What a database says, without the rows that it may quote.
fn cause(source: &(dyn std::error::Error + 'static)) -> String {
    match source.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(error)) => {
            format!("database error {}", error.code().unwrap_or_default())
        }
        Some(_) | None => source.to_string(),
    }
}
