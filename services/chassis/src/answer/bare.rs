use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::Frame;
use proto::codec::UNDECODABLE;
use tonic::{Code, Status};

use crate::answer::fit::{fits, fitted};
use crate::answer::{code, trailers};
use crate::failure::{Kind, Refusal, reason};

/// What tonic says of a request whose frames are no gRPC message; it calls them internal errors.
const UNFRAMED: [&str; 3] = [
    "Missing request message.",
    "Unexpected EOF decoding stream.",
    "protocol error: received message with",
];

/// Gives a kind and a reason to an answer that ends with its head, where it has none, and a size
/// that every client takes.
pub(crate) fn head<B>(mut answer: Response<B>) -> Response<B> {
    restate(answer.headers_mut());
    answer
}

/// The same for an answer that ends with trailers.
pub(crate) fn tail(mut frame: Frame<Bytes>) -> Frame<Bytes> {
    if let Some(trailers) = frame.trailers_mut() {
        restate(trailers);
    }
    frame
}

/// The same for a status that is no answer yet.
pub(crate) fn reasoned(status: &Status) -> Status {
    if reason(status).is_some() {
        return status.clone();
    }
    let (kind, reason) = classify(status);
    let mut reasoned = Refusal::new(kind, reason).to_status(words(reason, status.message()));
    *reasoned.metadata_mut() = status.metadata().clone();
    reasoned
}

fn restate(headers: &mut HeaderMap) {
    if code(headers).is_none_or(|code| code == Code::Ok) {
        return;
    }
    let Some(status) = Status::from_header_map(headers) else { return };
    if reason(&status).is_some() && fits(&status) {
        return;
    }
    headers.remove(Status::GRPC_MESSAGE);
    headers.extend(trailers(&fitted(&reasoned(&status))));
}

fn classify(status: &Status) -> (Kind, &'static str) {
    let code = status.code();
    let says = |words: &str| status.message().starts_with(words);
    if code == Code::Unimplemented && status.message().is_empty() {
        // The generated router says nothing more of a method that it does not know.
        (Kind::Unsupported, "UNKNOWN_METHOD")
    } else if code == Code::InvalidArgument && says(UNDECODABLE) {
        (Kind::Malformed, Kind::Malformed.name())
    } else if code == Code::Internal && UNFRAMED.into_iter().any(says) {
        (Kind::Malformed, "UNFRAMED")
    } else {
        let kind = Kind::of(status);
        (kind, kind.name())
    }
}

fn words(reason: &'static str, message: &str) -> String {
    match reason {
        "UNKNOWN_METHOD" => "no such method here: reflection lists those that are".to_owned(),
        "UNFRAMED" => "the request is no complete gRPC message".to_owned(),
        "TOO_LARGE" => "the message is over the limit of 32 MiB: send less at once".to_owned(),
        _ => message.to_owned(),
    }
}
