use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

/// One service of this process, whatever its type.
pub(super) type Served = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// Finds the service that a request's path names.
#[derive(Clone)]
pub(super) struct Router(Arc<HashMap<&'static str, Served>>);

impl Router {
    pub(super) fn new(services: HashMap<&'static str, Served>) -> Self {
        Self(Arc::new(services))
    }

    /// A path is `/package.Service/Method`.
    fn find(&self, path: &str) -> Option<Served> {
        let (service, _method) = path.strip_prefix('/')?.split_once('/')?;
        self.0.get(service).cloned()
    }
}

impl Service<Request<Body>> for Router {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self.find(request.uri().path()) {
            Some(service) => Box::pin(service.oneshot(request)),
            None => Box::pin(async { Ok(Status::unimplemented("").into_http()) }),
        }
    }
}
