use std::task::{Context, Poll};

use http::Request;
use tower::{Layer, Service};

use crate::auth::Credentials;

/// Presents credentials, and the tenant of the running task, with each request.
#[derive(Clone, Debug)]
pub struct ClientAuth(pub Credentials);

/// A service that [`ClientAuth`] wraps.
#[derive(Clone, Debug)]
pub struct AuthClient<S> {
    inner: S,
    credentials: Credentials,
}

impl<S> Layer<S> for ClientAuth {
    type Service = AuthClient<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthClient { inner, credentials: self.0.clone() }
    }
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for AuthClient<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        self.credentials.write(request.headers_mut());
        self.inner.call(request)
    }
}
