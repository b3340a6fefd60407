use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::time::timeout_at;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::answer::refuse;
use crate::deadline::body::InTime;
use crate::deadline::{Deadline, Error, GRPC_TIMEOUT, header, scope};

/// Answers `DEADLINE_EXCEEDED` once the caller's budget is spent, be it before, in or after the head.
///
/// The handler is dropped then, or not begun; until then it finds the deadline in [`current`].
///
/// [`current`]: crate::deadline::current
#[derive(Clone, Copy, Debug)]
pub struct ServerDeadline;

/// A service that [`ServerDeadline`] wraps.
#[derive(Clone, Debug)]
pub struct DeadlineServer<S>(S);

impl<S> Layer<S> for ServerDeadline {
    type Service = DeadlineServer<S>;

    fn layer(&self, inner: S) -> Self::Service {
        DeadlineServer(inner)
    }
}

impl<S> Service<Request<Body>> for DeadlineServer<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let deadline = match header::read(request.headers()) {
            Ok(None) => return Box::pin(self.0.call(request)),
            Ok(Some(budget)) if budget.is_zero() => return refused(Error::Passed),
            Ok(Some(budget)) => Deadline::after(budget),
            Err(error) => return refused(error),
        };
        request.headers_mut().remove(GRPC_TIMEOUT);
        let answer = scope(deadline, self.0.call(request));
        Box::pin(async move {
            match timeout_at(deadline.instant(), answer).await {
                Ok(answer) => Ok(answer?.map(|body| Body::new(InTime::new(body, deadline)))),
                Err(_) => Ok(refuse(&Error::Passed)),
            }
        })
    }
}

fn refused<E: Send + 'static>(error: Error) -> BoxFuture<'static, Result<Response<Body>, E>> {
    Box::pin(async move { Ok(refuse(&error)) })
}
