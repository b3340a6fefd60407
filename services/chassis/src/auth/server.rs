use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::auth::caller::within;
use crate::auth::{TENANT, Tenant, Verifier, scope};
use crate::failure::Failure;

/// The one service that a probe may ask without credentials.
const OPEN: &str = "/grpc.health.v1.Health/";

/// Admits requests by their token, and serves each on behalf of its tenant.
///
/// The tenant is in the request's extensions and, for head and body alike, in [`current`]; the
/// token goes no further. Health stays open to all.
///
/// [`current`]: crate::auth::current
#[derive(Clone, Debug)]
pub struct ServerAuth(Arc<Verifier>);

impl ServerAuth {
    /// Admits whom this verifier admits.
    pub fn new(verifier: Verifier) -> Self {
        Self(Arc::new(verifier))
    }
}

/// A service that [`ServerAuth`] wraps.
#[derive(Clone, Debug)]
pub struct AuthServer<S> {
    inner: S,
    verifier: Arc<Verifier>,
}

impl<S> Layer<S> for ServerAuth {
    type Service = AuthServer<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthServer { inner, verifier: self.0.clone() }
    }
}

impl<S> Service<Request<Body>> for AuthServer<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let tenant = match self.verifier.verify(request.headers()) {
            Ok(tenant) => tenant,
            Err(_) if request.uri().path().starts_with(OPEN) => Tenant::default(),
            Err(refusal) => {
                return Box::pin(async move { Ok(refusal.to_status().into_http()) });
            }
        };
        request.headers_mut().remove(AUTHORIZATION);
        request.headers_mut().remove(TENANT);
        request.extensions_mut().insert(tenant.clone());
        let answer = scope(tenant.clone(), self.inner.call(request));
        Box::pin(async move { Ok(answer.await?.map(|body| Body::new(OnBehalf { body, tenant }))) })
    }
}

pin_project! {
    /// A body that is polled on behalf of the request's tenant, like the head before it.
    struct OnBehalf {
        #[pin]
        body: Body,
        tenant: Tenant,
    }
}

impl http_body::Body for OnBehalf {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.project();
        within(this.tenant, || this.body.poll_frame(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
