//! Reads away what a handler left of a body, since a client that writes first reads no answer before.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONNECTION, EXPECT};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How much is read away at most.
const MOST: usize = 64 << 20;
/// How long that may take.
const LONGEST: Duration = Duration::from_secs(10);
/// How long a client may pause meanwhile; one that sends no more is reading already.
const PAUSE: Duration = Duration::from_secs(1);

/// Where what is left of a body comes back to.
pub(super) struct Rest(Option<oneshot::Receiver<Left>>);

/// What a handler left.
struct Left {
    body: Body,
    /// Whether the client waits for a word before it sends anything.
    is_awaited: bool,
}

/// A body that gives back what nobody read of it.
struct Lent {
    left: Option<Left>,
    back: Option<oneshot::Sender<Left>>,
}

impl Rest {
    /// Lends the request's body to its handler.
    pub(super) fn keep(request: Request) -> (Request, Self) {
        if request.body().is_end_stream() {
            return (request, Self(None));
        }
        let is_awaited = request.headers().contains_key(EXPECT);
        let (back, rest) = oneshot::channel();
        let lend = |body| Lent { left: Some(Left { body, is_awaited }), back: Some(back) };
        (request.map(|body| Body::new(lend(body))), Self(Some(rest)))
    }

    /// Reads away what came back; where that is too much, the connection ends with this answer.
    pub(super) async fn read_away(self, response: &mut Response) {
        let Some(left) = self.0.and_then(|mut rest| rest.try_recv().ok()) else { return };
        let is_away = !left.is_awaited && finish(left.body).await;
        if !is_away {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

async fn finish(mut body: Body) -> bool {
    let reading = async {
        let mut read = 0;
        while let Some(frame) = timeout(PAUSE, body.frame()).await.transpose() {
            let Ok(Ok(frame)) = frame else { return false };
            read += frame.data_ref().map_or(0, Bytes::len);
            if read > MOST {
                return false;
            }
        }
        true
    };
    timeout(LONGEST, reading).await.unwrap_or(false)
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(left) = self.left.as_mut() else { return Poll::Ready(None) };
        left.is_awaited = false;
        let frame = Pin::new(&mut left.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.left = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.left.as_ref().is_none_or(|left| left.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.left.as_ref().map(|left| left.body.size_hint()).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(left), Some(back)) = (self.left.take(), self.back.take())
            && !left.body.is_end_stream()
        {
            // Where nobody waits for it any more, the connection is gone, and the rest with it.
            let _ = back.send(left);
        }
    }
}
