use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, StatusCode};
use http_body::Body;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};
use tracing::Span;

use crate::failure::Failure;
use crate::http::Error;

/// A whole answer, or the beginning of one that was too large.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status, whatever it is: an answer is not a failure.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or as much of it as was asked for.
    pub body: Bytes,
    /// Whether there was more of the body.
    pub is_cut: bool,
    /// How many requests it took, from 1.
    pub attempts: u32,
}

/// An answer whose body is still coming.
#[derive(Debug)]
pub struct Streamed {
    /// The status, whatever it is.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, piece by piece; it fails when the time is over or the body is too large.
    pub body: Chunks,
    /// How many requests it took, from 1.
    pub attempts: u32,
}

/// The pieces of a body, within the time and the size of the call.
#[derive(Debug)]
pub struct Chunks {
    body: Option<Incoming>,
    /// What was read to be looked at, and not taken yet.
    ahead: BytesMut,
    late: Pin<Box<Sleep>>,
    peer: Peer,
    limit: usize,
    read: usize,
    span: Span,
}

/// Who was called, and how long the call may take.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) host: String,
    pub(super) timeout: Duration,
    pub(super) deadline: Instant,
}

impl Peer {
    pub(super) fn late(&self) -> Error {
        Error::Timeout { host: self.host.clone(), timeout: self.timeout }
    }

    pub(super) fn note(&self, span: &Span, error: &Error) {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", error.reason());
    }
}

impl Streamed {
    /// Reads the body, or its first `limit` bytes.
    pub(super) async fn collect(self, limit: usize) -> Result<Answer, Error> {
        let Self { status, headers, body, attempts } = self;
        let (body, is_cut) = body.collect(limit).await?;
        Ok(Answer { status, headers, body, is_cut, attempts })
    }
}

impl Chunks {
    pub(super) fn new(body: Incoming, peer: Peer, limit: usize, span: Span) -> Self {
        let late = Box::pin(sleep_until(peer.deadline));
        Self { body: Some(body), ahead: BytesMut::new(), late, peer, limit, read: 0, span }
    }

    /// Reads to the end, or up to `limit` and says that there was more.
    pub(super) async fn collect(mut self, limit: usize) -> Result<(Bytes, bool), Error> {
        let mut whole = BytesMut::new();
        self.limit = usize::MAX;
        while let Some(chunk) = self.next().await {
            let chunk = chunk?;
            let room = limit - whole.len();
            whole.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if chunk.len() > room {
                return Ok((whole.freeze(), true));
            }
        }
        Ok((whole.freeze(), false))
    }

    /// Looks at the body's beginning, to its end or a little over `limit`; it is still there to be read.
    ///
    /// What fails on the way ends the body with what came before.
    pub(super) async fn peek(&mut self, limit: usize) {
        while self.ahead.len() < limit {
            let Some(Ok(chunk)) = poll_fn(|cx| self.poll_piece(cx)).await else { break };
            self.ahead.extend_from_slice(&chunk);
        }
    }

    /// What was looked at so far.
    pub(super) fn peeked(&self) -> &[u8] {
        &self.ahead
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let span = self.span.clone();
        let item = ready!(span.in_scope(|| self.poll(cx)));
        if let Some(Err(error)) = &item {
            self.peer.note(&self.span, error);
        }
        if !matches!(item, Some(Ok(_))) {
            // Dropping the body closes the connection and ends what the peer still sends.
            self.body = None;
        }
        Poll::Ready(item)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        if self.late.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(self.peer.late())));
        }
        loop {
            let frame = match ready!(Pin::new(&mut *body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    let host = self.peer.host.clone();
                    return Poll::Ready(Some(Err(Error::Broken { host, why: error.to_string() })));
                }
            };
            // Trailers are nothing that anybody here reads.
            let Ok(chunk) = frame.into_data() else { continue };
            self.read += chunk.len();
            if self.read > self.limit {
                let (host, limit) = (self.peer.host.clone(), self.limit);
                return Poll::Ready(Some(Err(Error::TooLarge { host, limit })));
            }
            return Poll::Ready(Some(Ok(chunk)));
        }
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.ahead.is_empty() {
            return Poll::Ready(Some(Ok(self.ahead.split().freeze())));
        }
        self.poll_piece(cx)
    }
}
