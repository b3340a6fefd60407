use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use tokio::time::timeout_at;
use tonic::Code;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::answer::{code, refuse};
use crate::deadline::body::InTime;
use crate::deadline::{Deadline, Error, current, header, scope};

/// What is kept back at each hop, to tell the caller above before its own patience ends.
const MARGIN: Duration = Duration::from_millis(5);

/// Passes on what is left of the budget, and waits no longer than that for head and body.
///
/// The budget is the nearer of [`current`] and what the request itself asks for. Where nothing is
/// left the peer is not asked. A silent peer, and one that calls it a cancellation, have both
/// missed the deadline.
#[derive(Clone, Copy, Debug)]
pub struct ClientDeadline;

/// A service that [`ClientDeadline`] wraps.
#[derive(Clone, Debug)]
pub struct DeadlineClient<S>(S);

impl<S> Layer<S> for ClientDeadline {
    type Service = DeadlineClient<S>;

    fn layer(&self, inner: S) -> Self::Service {
        DeadlineClient(inner)
    }
}

impl<S> Service<Request<Body>> for DeadlineClient<S>
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
        let budget = match budget(request.headers()) {
            Ok(None) => return Box::pin(self.0.call(request)),
            Ok(Some(budget)) if budget.is_zero() => return refused(Error::Passed),
            Ok(Some(budget)) => budget,
            Err(error) => return refused(error),
        };
        let deadline = Deadline::after(header::write(budget, request.headers_mut()));
        let answer = scope(deadline, self.0.call(request));
        Box::pin(async move {
            match timeout_at(deadline.instant(), answer).await {
                Ok(answer) => Ok(within(answer?, deadline)),
                Err(_) => Ok(refuse(&Error::Passed)),
            }
        })
    }
}

/// What this call may take: `None` without a limit, zero where nothing is left.
fn budget(headers: &HeaderMap) -> Result<Option<Duration>, Error> {
    let asked = header::read(headers)?;
    let left = current().map(|deadline| deadline.remaining().saturating_sub(MARGIN));
    Ok(asked.into_iter().chain(left).min())
}

fn within(answer: Response<Body>, deadline: Deadline) -> Response<Body> {
    let is_cut = code(answer.headers()) == Some(Code::Cancelled) && deadline.has_passed();
    if is_cut {
        return refuse(&Error::Passed);
    }
    answer.map(|body| Body::new(InTime::new(body, deadline)))
}

fn refused<E: Send + 'static>(error: Error) -> BoxFuture<'static, Result<Response<Body>, E>> {
    Box::pin(async move { Ok(refuse(&error)) })
}
