use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::answer::refuse;
use crate::panic::body::Sheltered;
use crate::panic::{Caught, catch, contain};

/// Answers `INTERNAL` where a handler panics, be it before or after the head.
///
/// The connection and its other requests live on. The panic is logged here, once, by its place.
#[derive(Clone, Copy, Debug)]
pub struct ServerPanic;

/// A service that [`ServerPanic`] wraps.
#[derive(Clone, Debug)]
pub struct PanicServer<S>(S);

impl<S> Layer<S> for ServerPanic {
    type Service = PanicServer<S>;

    fn layer(&self, inner: S) -> Self::Service {
        PanicServer(inner)
    }
}

impl<S> Service<Request<Body>> for PanicServer<S>
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

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let method: Arc<str> = request.uri().path().into();
        let answer = catch(|| self.0.call(request));
        Box::pin(async move {
            let answer = match answer {
                Ok(answer) => contain(answer).await,
                Err(caught) => Err(caught),
            };
            match answer {
                Ok(answer) => Ok(answer?.map(|body| Body::new(Sheltered::new(body, method)))),
                Err(caught) => {
                    report(&method, &caught);
                    Ok(refuse(&caught))
                }
            }
        })
    }
}

pub(super) fn report(method: &str, caught: &Caught) {
    tracing::error!(method, location = caught.location(), "a request panicked");
}
