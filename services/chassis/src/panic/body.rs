use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::answer;
use crate::failure::Failure;
use crate::panic::catch;
use crate::panic::server::report;

/// A body that ends with `INTERNAL` where what produces it panics.
pub(super) struct Sheltered {
    body: Option<Body>,
    method: Arc<str>,
}

impl Sheltered {
    pub(super) fn new(body: Body, method: Arc<str>) -> Self {
        Self { body: Some(body), method }
    }
}

impl http_body::Body for Sheltered {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(mut body) = self.body.take() else { return Poll::Ready(None) };
        let polled = catch(move || {
            let frame = Pin::new(&mut body).poll_frame(cx);
            (frame, body)
        });
        match polled {
            Ok((frame, body)) => {
                self.body = Some(body);
                frame
            }
            Err(caught) => {
                report(&self.method, &caught);
                let trailers = answer::trailers(&caught.to_status());
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, http_body::Body::size_hint)
    }
}
