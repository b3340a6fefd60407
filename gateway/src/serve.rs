//! The listener: bounded connections, bounded heads, and an end that loses no answer.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use chassis::task::CancellationToken;
use http::HeaderValue;
use http::header::CONNECTION;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::gateway::Gateway;

/// How large the head of a request may be; of headers it may have 100, hyper's own limit.
const HEAD: usize = 64 << 10;
/// With less than this share of the connections left, each ends with its answer: an idle one would
/// keep others waiting.
const SPARE: usize = 8;
const CLOSE: HeaderValue = HeaderValue::from_static("close");
/// How long to rest when the machine has no sockets left.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// Serves HTTP until it is told to stop, and until what had begun then is answered.
///
/// From the stop on `/ping` answers 503. Connections are still taken while others have to end.
pub async fn serve(
    listener: TcpListener,
    gateway: Gateway,
    stop: CancellationToken,
) -> io::Result<()> {
    let door = Door::new(&gateway);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::select! {
        () = stop.cancelled() => {}
        () = door.open(&listener, &mut connections, Some(&graceful)) => {}
    }
    gateway.readiness().drain();
    tokio::select! {
        () = graceful.shutdown() => {}
        () = door.open(&listener, &mut connections, None) => {}
        () = tokio::time::sleep(gateway.config().drain) => {
            tracing::warn!(connections = connections.len(), "requests were cut off by the stop");
        }
    }
    connections.shutdown().await;
    Ok(())
}

/// What stands at the listener.
struct Door {
    router: Router,
    http: http1::Builder,
    places: Arc<Semaphore>,
    spare: usize,
}

impl Door {
    fn new(gateway: &Gateway) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(gateway.config().header_timeout)
            .max_header_size(HEAD);
        let connections = gateway.config().max_connections;
        let (places, spare) = (Arc::new(Semaphore::new(connections)), connections.div_ceil(SPARE));
        Self { router: gateway.router(), http, places, spare }
    }

    /// Takes connections for as long as it is polled; those without a watcher end after one answer.
    async fn open(
        &self,
        listener: &TcpListener,
        connections: &mut JoinSet<()>,
        graceful: Option<&GracefulShutdown>,
    ) {
        loop {
            while connections.try_join_next().is_some() {}
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let watcher = graceful.map(GracefulShutdown::watcher);
                    connections.spawn(self.talk(stream, watcher, place));
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken for now");
                    tokio::time::sleep(EXHAUSTED).await;
                }
            }
        }
    }

    fn talk(
        &self,
        stream: TcpStream,
        watcher: Option<Watcher>,
        place: OwnedSemaphorePermit,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (places, spare) = (Arc::clone(&self.places), self.spare);
        let router = self
            .router
            .clone()
            .map_request(|request: http::Request<Incoming>| request.map(Body::new))
            .map_response(move |mut response: http::Response<Body>| {
                if places.available_permits() < spare {
                    response.headers_mut().insert(CONNECTION, CLOSE);
                }
                response
            });
        let mut http = self.http.clone();
        async move {
            if stream.set_nodelay(true).is_err() {
                return;
            }
            http.keep_alive(watcher.is_some());
            let connection =
                http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
            // What breaks a connection is its client's affair, and is not worth a line.
            let _ = match watcher {
                Some(watcher) => watcher.watch(connection).await,
                None => connection.await,
            };
            drop(place);
        }
    }
}

/// Whether only the one connection is lost that was about to be taken.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
