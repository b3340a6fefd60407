use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep_until};
use tonic::body::Body;
use tonic::{Code, Status};

use crate::answer;
use crate::deadline::current::within;
use crate::deadline::{Deadline, Error};
use crate::failure::Failure;

pin_project! {
    /// A body that ends with `DEADLINE_EXCEEDED` where it has not ended by its deadline.
    ///
    /// What produces it is dropped then, and told of the deadline whenever it is polled before.
    pub(super) struct InTime {
        body: Option<Body>,
        deadline: Deadline,
        #[pin]
        timer: Sleep,
    }
}

impl InTime {
    pub(super) fn new(body: Body, deadline: Deadline) -> Self {
        Self { body: Some(body), deadline, timer: sleep_until(deadline.instant()) }
    }
}

impl http_body::Body for InTime {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.project();
        let Some(body) = this.body else { return Poll::Ready(None) };
        let deadline = *this.deadline;
        let frame = match within(deadline, || Pin::new(body).poll_frame(cx)) {
            Poll::Ready(frame) if !is_cut(frame.as_ref(), deadline) => return Poll::Ready(frame),
            Poll::Ready(_) => late(),
            Poll::Pending if this.timer.poll(cx).is_ready() => late(),
            Poll::Pending => return Poll::Pending,
        };
        *this.body = None;
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        // The trailers may come before everything that the body announced.
        SizeHint::default()
    }
}

/// Whether the deadline itself broke the answer off, which others call a cancellation.
fn is_cut(frame: Option<&Result<Frame<Bytes>, Status>>, deadline: Deadline) -> bool {
    let code = match frame {
        None => None,
        Some(Ok(frame)) => frame.trailers_ref().and_then(answer::code),
        Some(Err(status)) => Some(status.code()),
    };
    code == Some(Code::Cancelled) && deadline.has_passed()
}

fn late() -> Frame<Bytes> {
    Frame::trailers(answer::trailers(&Error::Passed.to_status()))
}
