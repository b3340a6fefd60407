use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::answer::reasoned;
use crate::channel::lost::Lost;
use crate::failure::Failure;

/// What went wrong on our own side while a request was sent, such as a message over the limit.
///
/// The network knows only that the stream was reset.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnFault(Arc<OnceLock<Status>>);

impl OwnFault {
    /// Watches the body of this request.
    pub(super) fn watch(&self, request: Request<Body>) -> Request<Body> {
        request.map(|body| Body::new(Outgoing { body, fault: self.clone() }))
    }

    /// The status of a call that the network lost: our own fault, if it was one.
    pub(super) fn status(&self, lost: Lost) -> Status {
        self.0.get().map_or_else(|| lost.to_status(), reasoned)
    }
}

struct Outgoing {
    body: Body,
    fault: OwnFault,
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Err(status))) = &frame {
            // Only the first fault ended the stream.
            let _ = self.fault.0.set(status.clone());
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
