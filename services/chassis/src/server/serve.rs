use std::io;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::ServiceExt;

use crate::server::Stack;

/// Calls that one connection may have open.
const STREAMS: u32 = 1024;
/// Calls that a client gave up before they were begun. The default of 20 takes a burst of passed
/// deadlines for an attack, and cuts the connection under all other calls.
const MOST_RESETS: usize = 1024;
/// Connections that are open at once; more wait in the listener's backlog.
const CONNECTIONS: usize = 1024;
/// Everything that precedes a message: names, tokens, traces.
const HEADERS: u32 = 32 * 1024;
const PING_EVERY: Duration = Duration::from_secs(20);
const PING_ANSWER: Duration = Duration::from_secs(10);
/// A listener that fails this often in a row is broken; fewer failures are want of file handles.
const MOST_FAILURES: u32 = 100;
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Why a server stopped before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listener takes no connection any more.
    #[error("the gRPC listener takes no connections any more")]
    Deaf(#[source] io::Error),
}

/// Serves connections until `stop`, then lets the calls in flight end.
///
/// At the stop health says `NOT_SERVING` and the listener closes. Calls have the stack's grace
/// to end in, after which their connections are cut.
///
/// # Errors
///
/// A listener that keeps failing ends the server.
pub async fn serve(
    listener: TcpListener,
    stack: Stack,
    stop: CancellationToken,
) -> Result<(), Error> {
    let closing = CancellationToken::new();
    let mut connections = JoinSet::new();
    let outcome = tokio::select! {
        () = stop.cancelled() => Ok(()),
        error = accept(&listener, &stack, &closing, &mut connections) => Err(Error::Deaf(error)),
    };
    stack.health().drain();
    drop(listener);
    closing.cancel();
    let ended = timeout(stack.grace(), async { while connections.join_next().await.is_some() {} });
    if ended.await.is_err() {
        tracing::warn!(connections = connections.len(), "cutting connections that did not end");
        connections.shutdown().await;
    }
    outcome
}

/// Takes connections until the listener fails for good.
async fn accept(
    listener: &TcpListener,
    stack: &Stack,
    closing: &CancellationToken,
    connections: &mut JoinSet<()>,
) -> io::Error {
    let mut failures = 0;
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= CONNECTIONS {
            connections.join_next().await;
            continue;
        }
        match listener.accept().await {
            Ok((stream, _)) => {
                failures = 0;
                connections.spawn(connection(stream, stack.clone(), closing.clone()));
            }
            Err(error) if failures >= MOST_FAILURES => return error,
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, "cannot take a gRPC connection");
                sleep(AFTER_FAILURE).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, stack: Stack, closing: CancellationToken) {
    // Small frames must not wait for each other; a socket that refuses this still works.
    let _ = stream.set_nodelay(true);
    let service = stack.map_request(|request: Request<Incoming>| request.map(Body::new));
    let connection = Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_pending_accept_reset_streams(MOST_RESETS)
        .max_header_list_size(HEADERS)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_ANSWER)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = &mut connection => outcome,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a gRPC connection broke");
    }
}
