//! A status as an answer on the wire, before the body, after it, or read from either.

mod bare;

pub(crate) use crate::answer::bare::{head, reasoned, tail};

use http::{HeaderMap, HeaderValue, Response};
use tonic::body::Body;
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
