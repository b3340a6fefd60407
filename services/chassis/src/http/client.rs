use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument, Span, field, info_span};

use crate::http::answer::{Chunks, Peer};
use crate::http::connect::Guard;
use crate::http::policy::Policy;
use crate::http::{Answer, Error, Resolve, Streamed, Target};
use crate::trace::{self, TRACEPARENT, TraceContext};

/// An answer's head may be as large as this.
const HEAD_LIMIT: usize = 64 << 10;
const IDLE_CONNECTIONS: usize = 8;
/// Shorter than the five seconds of Node's servers: a request on a connection that the peer just closed is lost.
const IDLE_TIME: Duration = Duration::from_secs(4);

/// Longer times are none; adding them to the clock would overflow it.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The trace as AWS's services write it.
const AMAZON: HeaderName = HeaderName::from_static("x-amzn-trace-id");

type Connections = legacy::Client<HttpsConnector<Guard>, Full<Bytes>>;

/// Calls over HTTP/1.1, under one of the two address policies.
///
/// Each call has a connection to itself, so that an answer can be dropped in the middle.
#[derive(Clone)]
pub struct Client {
    connections: Connections,
    policy: Arc<Policy>,
}

/// One call: what is sent, how long it may take, and how much of the answer is read.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL; path and query go out byte for byte.
    pub url: String,
    /// The headers; `traceparent` is added unless it is among them.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// The time for everything: name, connection, TLS, head and body.
    pub timeout: Duration,
    /// How many bytes of the answer's body are read.
    pub max_body: usize,
}

/// Which of a call's requests this is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// From 1.
    pub(super) number: u32,
    /// Who is called, where that has a name.
    pub(super) provider: Option<&'static str>,
    /// How long it waits for the head of an answer, where that is less than the whole call may take.
    pub(super) patience: Option<Duration>,
}

impl Default for Attempt {
    /// The only one.
    fn default() -> Self {
        Self { number: 1, provider: None, patience: None }
    }
}

impl Attempt {
    fn note(&self, span: &Span) {
        if let Some(provider) = self.provider {
            span.record("peer.service", provider);
        }
        if self.number > 1 {
            span.record("http.request.resend_count", self.number - 1);
        }
    }
}

impl Client {
    pub(super) fn new(policy: Policy, resolver: Arc<dyn Resolve>, tls: ClientConfig) -> Self {
        let policy = Arc::new(policy);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Guard { policy: Arc::clone(&policy), resolver });
        let connections = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIME)
            .http1_max_buf_size(HEAD_LIMIT)
            .build(connector);
        Self { connections, policy }
    }

    /// Whether a URL can be called, and a literal address may be; a name's addresses are checked when it is dialled.
    pub fn check(&self, url: &str) -> Result<Target, Error> {
        let target = Target::parse(url)?;
        if !self.policy.permits(target.host(), target.port()) {
            return Err(Error::Refused { host: target.host().to_string() });
        }
        Ok(target)
    }

    /// Calls, and reads the whole answer, at most [`Request::max_body`] of its body.
    pub async fn send(&self, request: Request) -> Result<Answer, Error> {
        let limit = request.max_body;
        self.stream(request).await?.collect(limit).await
    }

    /// Calls, and hands on the answer's body as it comes.
    pub async fn stream(&self, request: Request) -> Result<Streamed, Error> {
        self.attempt(request, &Attempt::default()).await
    }

    /// One of the requests that a call may take.
    pub(super) async fn attempt(
        &self,
        request: Request,
        attempt: &Attempt,
    ) -> Result<Streamed, Error> {
        let target = self.check(&request.url)?;
        let span = span(&request.method, &target);
        attempt.note(&span);
        let mut headers = request.headers;
        carry(&span, &mut headers);
        let mut call = http::Request::new(Full::new(request.body));
        *call.method_mut() = request.method;
        *call.uri_mut() = target.uri().clone();
        *call.headers_mut() = headers;
        let now = Instant::now();
        let deadline = now + request.timeout.min(LONGEST);
        let mut peer = Peer { host: target.host().to_string(), timeout: request.timeout, deadline };
        if let Some(patience) = attempt.patience.filter(|patience| *patience < request.timeout) {
            (peer.timeout, peer.deadline) = (patience, now + patience);
        }
        let response = self.call(call, &peer).instrument(span.clone()).await;
        let response = response.inspect_err(|error| peer.note(&span, error))?;
        // Once an answer began, only the time of the whole call counts.
        (peer.timeout, peer.deadline) = (request.timeout, deadline);
        span.record("http.response.status_code", response.status().as_u16());
        let (head, body) = response.into_parts();
        let body = Chunks::new(body, peer, request.max_body, span);
        let (status, headers, attempts) = (head.status, head.headers, attempt.number);
        Ok(Streamed { status, headers, body, attempts })
    }

    async fn call(
        &self,
        call: http::Request<Full<Bytes>>,
        peer: &Peer,
    ) -> Result<Response<Incoming>, Error> {
        match timeout_at(peer.deadline, self.connections.request(call)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(failure(&error, peer)),
            Err(_) => Err(peer.late()),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// The span of a call says which method and which place, and nothing that a caller may have hidden in a path.
fn span(method: &Method, target: &Target) -> Span {
    info_span!(
        "call",
        otel.kind = "client",
        otel.name = method.as_str(),
        otel.status_code = field::Empty,
        http.request.method = method.as_str(),
        http.request.resend_count = field::Empty,
        http.response.status_code = field::Empty,
        server.address = %target.host(),
        server.port = target.port(),
        peer.service = field::Empty,
        error.r#type = field::Empty,
    )
}

/// Makes the call a part of the current trace, or of the one that its headers already name.
fn carry(span: &Span, headers: &mut HeaderMap) {
    let parent = TraceContext::from_headers(headers).or_else(trace::current);
    let context = match parent {
        Some(parent) => Some(trace::adopt(span, &parent)),
        None => trace::of_span(span),
    };
    if let Some(context) = context.filter(|_| !headers.contains_key(TRACEPARENT)) {
        context.write(headers);
    }
    // Whoever records in X-Ray reads this one, and everybody else leaves it alone.
    let told = TraceContext::from_headers(headers).map(|context| context.to_amazon());
    if let Some(told) = told.and_then(|told| HeaderValue::try_from(told).ok()) {
        headers.insert(AMAZON, told);
    }
}

/// Our own refusal lies somewhere in the sources of the connection's error.
fn failure(error: &legacy::Error, peer: &Peer) -> Error {
    let mut source: Option<&(dyn StdError + 'static)> = error.source();
    let mut why = error.to_string();
    while let Some(inner) = source {
        if let Some(ours) = inner.downcast_ref::<Error>() {
            return ours.clone();
        }
        why = inner.to_string();
        source = inner.source();
    }
    let host = peer.host.clone();
    if error.is_connect() { Error::Connect { host, why } } else { Error::Broken { host, why } }
}
