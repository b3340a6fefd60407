//! A status as an answer on the wire, before the body, after it, or read from either.

mod bare;
mod fit;

pub(crate) use crate::answer::bare::{head, reasoned, tail};

use http::{HeaderMap, HeaderValue, Response};
use tonic::body::Body;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

use crate::failure::Failure;

/// The answer that is nothing but this failure.
pub(crate) fn refuse(failure: &impl Failure) -> Response<Body> {
    failure.to_status().into_http()
}

/// The end of a body that failed after its head was sent.
pub(crate) fn trailers(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    if status.add_header(&mut trailers).is_err() {
        trailers.insert(Status::GRPC_STATUS, HeaderValue::from(status.code() as i32));
    }
    trailers
}

/// The code that headers or trailers end the call with; `None` where they do not end it.
pub(crate) fn code(headers: &HeaderMap) -> Option<Code> {
    headers.get(Status::GRPC_STATUS).map(|code| Code::from_bytes(code.as_bytes()))
}

/// Takes out details that are no base64: tonic panics where it reads a status with such.
pub(crate) fn sound(headers: &mut HeaderMap) {
    let Some(details) = headers.get(Status::GRPC_STATUS_DETAILS).cloned() else { return };
    let alone = HeaderMap::from_iter([(Status::GRPC_STATUS_DETAILS, details)]);
    let read = MetadataMap::from_headers(alone);
    let details = read.get_bin(Status::GRPC_STATUS_DETAILS.as_str());
    if details.is_none_or(|details| details.to_bytes().is_err()) {
        headers.remove(Status::GRPC_STATUS_DETAILS);
    }
}
