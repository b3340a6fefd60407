use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tonic::body::Body;
use tonic::transport;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tower::{Service, ServiceExt};
use tracing::Span;

use crate::channel::Channel;
use crate::trace::{self, TraceContext};

const EVERY: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_millis(500);

/// A service in a process beside this one, where that is found, and in this process otherwise.
///
/// It begins with this process; [`Preferred::look`] changes that.
#[derive(Clone)]
pub struct Preferred {
    address: SocketAddr,
    service: String,
    beside: Channel,
    here: Channel,
    is_beside: Arc<AtomicBool>,
}

impl Preferred {
    /// The service of this name at an address, over one channel, and in this process, over the other.
    pub fn new(address: SocketAddr, service: &str, beside: Channel, here: Channel) -> Self {
        let is_beside = Arc::default();
        Self { address, service: service.to_owned(), beside, here, is_beside }
    }

    /// The way to whichever serves at the moment.
    pub fn channel(&self) -> Channel {
        Channel::new(self.clone())
    }

    /// Looks again and again whether the process beside this one serves, for as long as it is polled.
    pub async fn look(&self) {
        // Nobody asked for these calls: they belong to a trace that is not recorded.
        trace::scope(TraceContext::random(), Span::none(), async {
            loop {
                self.note(self.is_serving_beside().await);
                sleep(EVERY).await;
            }
        })
        .await;
    }

    fn note(&self, is_beside: bool) {
        if self.is_beside.swap(is_beside, Ordering::Relaxed) == is_beside {
            return;
        }
        let (service, address) = (&self.service, self.address);
        if is_beside {
            tracing::info!(service, %address, "a process beside this one serves, and is asked from now on");
        } else {
            tracing::warn!(service, %address, "the process beside this one is gone, so this one serves by itself");
        }
    }

    /// An absent peer is the usual case at first, so it is looked for without a word of failure.
    async fn is_serving_beside(&self) -> bool {
        if !matches!(timeout(PATIENCE, TcpStream::connect(self.address)).await, Ok(Ok(_))) {
            return false;
        }
        let mut client = HealthClient::new(self.beside.clone());
        let asked = client.check(HealthCheckRequest { service: self.service.clone() });
        match timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => answer.into_inner().status() == ServingStatus::Serving,
            Ok(Err(_)) | Err(_) => false,
        }
    }
}

impl Service<Request<Body>> for Preferred {
    type Response = Response<Body>;
    type Error = transport::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, transport::Error>>;

    /// Either channel is always ready: what keeps a peer from answering is told as a status.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), transport::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let is_beside = self.is_beside.load(Ordering::Relaxed);
        let chosen = if is_beside { self.beside.clone() } else { self.here.clone() };
        Box::pin(async move { chosen.oneshot(request).await })
    }
}
