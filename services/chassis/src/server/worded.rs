use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body_util::BodyExt;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::answer;

/// Sees to it that every failure that leaves this process has a kind and a reason.
///
/// Handlers give theirs. tonic gives none, and calls an oversize message out of range, a truncated
/// one an internal error and an unknown method unimplemented without a word.
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
        let answer = self.0.call(request);
        Box::pin(async move {
            let answer = answer::head(answer.await?);
            Ok(answer.map(|body| Body::new(body.map_frame(answer::tail))))
        })
    }
}
