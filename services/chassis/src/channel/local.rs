use std::convert::Infallible;
use std::task::{Context, Poll};

use http::{Extensions, Request, Response};
use tonic::body::Body;
use tower::Service;

use crate::server::Stack;

/// Hands a request to this process's own services as the network would: without its extensions.
#[derive(Clone, Debug)]
pub(super) struct Local(Stack);

impl Local {
    pub(super) fn new(stack: Stack) -> Self {
        Self(stack)
    }
}

impl Service<Request<Body>> for Local {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Stack as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        *request.extensions_mut() = Extensions::new();
        self.0.call(request)
    }
}
