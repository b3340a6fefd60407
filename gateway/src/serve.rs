//! The listener: bounded connections, bounded heads, and an end that loses no answer.
//!
//! Every connection is taken at once. What is too much is shed: connections without a request go
//! first, and requests beyond the bound are answered with 503, but for `/ping`.

mod held;
mod places;

use std::convert::Infallible;
use std::io;
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
use tokio::task::JoinSet;
use tower::{Service, ServiceExt, service_fn};

use crate::edge::Crowded;
use crate::gateway::Gateway;
use crate::serve::held::Held;
use crate::serve::places::{Busy, Places, Shared};

/// How large the head of a request may be; of headers it may have 100, hyper's own limit.
const HEAD: usize = 64 << 10;
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
    places: Places,
}

impl Door {
    fn new(gateway: &Gateway) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(gateway.config().header_timeout)
            .max_header_size(HEAD);
        let places = Places::new(gateway.config().max_connections);
        Self { router: gateway.router(), http, places }
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
            match listener.accept().await {
                Ok((stream, _)) => {
                    let watcher = graceful.map(GracefulShutdown::watcher);
                    if let Some((place, gone)) = self.places.take() {
                        let talk = self.talk(stream, watcher, place);
                        connections.spawn(async move {
                            gone.run_until_cancelled(talk).await;
                        });
                    }
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken for now");
                    self.places.make_room();
                    tokio::time::sleep(EXHAUSTED).await;
                }
            }
        }
    }

    fn talk(
        &self,
        stream: TcpStream,
        watcher: Option<Watcher>,
        place: Shared,
    ) -> impl Future<Output = ()> + Send + use<> {
        let service = self.service(place);
        let mut http = self.http.clone();
        async move {
            if stream.set_nodelay(true).is_err() {
                return;
            }
            http.keep_alive(watcher.is_some());
            let connection =
                http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
            // What breaks a connection is its client's affair, and is not worth a line.
            let _ = match watcher {
                Some(watcher) => watcher.watch(connection).await,
                None => connection.await,
            };
        }
    }

    /// The routes as one connection meets them.
    fn service(
        &self,
        place: Shared,
    ) -> impl Service<
        http::Request<Incoming>,
        Response = http::Response<Body>,
        Error = Infallible,
        Future: Send,
    > + Clone
    + Send
    + use<> {
        let (router, places) = (self.router.clone(), self.places.clone());
        service_fn(move |request: http::Request<Incoming>| {
            let busy = Busy::begin(&place);
            let mut request = request.map(Body::new);
            if busy.is_crowded() {
                request.extensions_mut().insert(Crowded);
            }
            let (answer, places) = (router.clone().oneshot(request), places.clone());
            async move {
                let mut response = answer.await?;
                if places.are_scarce() {
                    response.headers_mut().insert(CONNECTION, CLOSE);
                }
                Ok(response.map(|body| Body::new(Held { body, _busy: busy })))
            }
        })
    }
}

/// Whether only the one connection is lost that was about to be taken.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
