use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, Response, Uri};
use http_body::Frame;
use http_body_util::BodyExt;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};

use crate::answer;
use crate::failure::reason;
use crate::panic::PANIC;

/// Sees to it that every failure that leaves this process has a kind and a reason.
///
/// Handlers give theirs. tonic gives none, and calls an oversize message out of range, a truncated
/// one an internal error and an unknown method unimplemented without a word. Failures that are
/// bugs are logged here, by their reason.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worded;

/// A service that [`Worded`] wraps.
#[derive(Clone, Debug)]
pub(super) struct WordedServer<S>(S);

impl<S> Layer<S> for Worded {
    type Service = WordedServer<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WordedServer(inner)
    }
}

impl<S> Service<Request<Body>> for WordedServer<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let uri = request.uri().clone();
        let answer = self.0.call(request);
        Box::pin(async move {
            let answer = answer::head(answer.await?);
            report(uri.path(), answer.headers());
            Ok(answer.map(|body| Body::new(body.map_frame(move |frame| ended(&uri, frame)))))
        })
    }
}

fn ended(uri: &Uri, frame: Frame<Bytes>) -> Frame<Bytes> {
    let frame = answer::tail(frame);
    if let Some(trailers) = frame.trailers_ref() {
        report(uri.path(), trailers);
    }
    frame
}

/// A caller's fault, an absent peer and a passed deadline are told and not logged.
fn report(method: &str, headers: &HeaderMap) {
    if answer::code(headers) != Some(Code::Internal) {
        return;
    }
    let reason = Status::from_header_map(headers).and_then(|status| reason(&status));
    // A panic is logged where it is caught, with its place.
    if let Some(reason) = reason.filter(|reason| reason != PANIC) {
        tracing::error!(method, reason, "a request failed by a fault of ours");
    }
}
