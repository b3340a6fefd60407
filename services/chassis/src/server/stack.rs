use std::convert::Infallible;
use std::fmt;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tonic::body::Body;
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt};

use crate::auth::{ServerAuth, Verifier};
use crate::deadline::ServerDeadline;
use crate::panic::ServerPanic;
use crate::server::Health;
use crate::server::router::{Router, Served};
use crate::server::worded::Worded;
use crate::trace::ServerTrace;

/// Less than the 25 s in which a whole process drains.
const GRACE: Duration = Duration::from_secs(20);

/// The services of a process inside their layers, ready for a listener and for local channels.
#[derive(Clone)]
pub struct Stack {
    served: Served,
    health: Health,
    grace: Duration,
}

impl Stack {
    pub(super) fn new(router: Router, health: Health, verifier: Verifier) -> Self {
        let admitted = ServerAuth::new(verifier).layer(router);
        let sheltered = ServerPanic.layer(ServerDeadline.layer(admitted));
        let traced = ServerTrace.layer(Worded.layer(sheltered));
        let served = traced.map_response(|answer: Response<_>| answer.map(Body::new));
        Self { served: BoxCloneSyncService::new(served), health, grace: GRACE }
    }

    /// Where to say which services are ready.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// The same stack with another time for calls to end in when its server stops.
    #[must_use]
    pub fn with_grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    pub(super) fn grace(&self) -> Duration {
        self.grace
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack").finish_non_exhaustive()
    }
}

impl Service<Request<Body>> for Stack {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.served.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.served.call(request)
    }
}
