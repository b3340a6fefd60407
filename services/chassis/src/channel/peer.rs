use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use http::Uri;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout};
use tonic::body::Body;
use tower::{BoxError, ServiceExt};

use crate::channel::lost::Lost;

const CONNECT: Duration = Duration::from_secs(2);
const LEFT_OUT: Duration = Duration::from_secs(1);
const PING_EVERY: Duration = Duration::from_secs(10);
const PING_ANSWER: Duration = Duration::from_secs(5);

/// What a connection is used through; all of its clones share the connection.
pub(super) type Sender = SendRequest<Body>;
type Connecting = Shared<BoxFuture<'static, Result<Sender, Lost>>>;

/// One member of a service, and the one connection to it.
#[derive(Debug)]
pub(super) struct Peer {
    uri: Uri,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connection: Option<Connecting>,
    out_until: Option<Instant>,
}

impl Peer {
    pub(super) fn new(uri: Uri) -> Self {
        Self { uri, state: Mutex::default() }
    }

    /// The address, as requests name it.
    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Whether it could not be reached a moment ago.
    pub(super) fn is_left_out(&self) -> bool {
        self.state().out_until.is_some_and(|until| Instant::now() < until)
    }

    /// The connection; whoever needs one at the same time waits for the same attempt.
    pub(super) async fn sender(&self) -> Result<Sender, Lost> {
        let connecting = self.connecting();
        let sender = connecting.clone().await;
        if sender.is_err() {
            self.leave_out(&connecting);
        }
        sender
    }

    fn connecting(&self) -> Connecting {
        let mut state = self.state();
        match state.connection.as_ref().filter(|connecting| is_usable(connecting)) {
            Some(connecting) => connecting.clone(),
            None => state.connection.insert(connect(self.uri.clone()).boxed().shared()).clone(),
        }
    }

    /// The first of those who waited for the attempt says that it failed.
    fn leave_out(&self, failed: &Connecting) {
        let mut state = self.state();
        if state.connection.as_ref().is_some_and(|current| current.ptr_eq(failed)) {
            *state = State { connection: None, out_until: Some(Instant::now() + LEFT_OUT) };
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Still being made, or made and open.
fn is_usable(connecting: &Connecting) -> bool {
    match connecting.peek() {
        None => true,
        Some(Ok(sender)) => !sender.is_closed(),
        Some(Err(_)) => false,
    }
}

/// Connects in a task of its own, so that neither the request that needs the connection first nor
/// its trace takes the connection along when it ends.
#[allow(clippy::disallowed_methods, reason = "a connection belongs to no trace")]
async fn connect(uri: Uri) -> Result<Sender, Lost> {
    let attempt = tokio::spawn(timeout(CONNECT, open(uri.clone())));
    let problem = match attempt.await {
        Ok(Ok(Ok(sender))) => return Ok(sender),
        Ok(Ok(Err(error))) => root(&*error),
        Ok(Err(elapsed)) => elapsed.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(peer = %uri, problem, "cannot reach a peer, leaving it out for a second");
    Err(Lost::Unreachable)
}

#[allow(clippy::disallowed_methods, reason = "a connection belongs to no trace")]
async fn open(uri: Uri) -> Result<Sender, BoxError> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let io = connector.oneshot(uri).await?;
    let (sender, connection) = Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_ANSWER)
        .keep_alive_while_idle(true)
        .handshake(io)
        .await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to a peer broke");
        }
    });
    Ok(sender)
}

/// The innermost cause says the most: `connection refused` where the outer ones say `error`.
fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
