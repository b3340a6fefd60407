use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::Frame;
use hyper::body::Incoming;
use tonic::Status;
use tonic::body::Body;

use crate::answer::{self, refuse};
use crate::channel::lost::Lost;
use crate::channel::outgoing::OwnFault;

/// An answer's body that always ends with a status, also where the connection broke.
pub(super) struct Received {
    body: Option<Incoming>,
    fault: OwnFault,
}

impl Received {
    /// Watches over an answer that does not end with its head.
    pub(super) fn answer(mut answer: Response<Incoming>, fault: OwnFault) -> Response<Body> {
        answer::sound(answer.headers_mut());
        if answer::code(answer.headers()).is_some() {
            return answer.map(Body::new);
        }
        match answer.status() {
            StatusCode::OK => answer.map(|body| Body::new(Self { body: Some(body), fault })),
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => refuse(&Lost::HeadersTooLarge),
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => refuse(&Lost::Unreachable),
            // tonic reads a code from the HTTP status where the body does not distract it.
            _ => answer.map(|_page| Body::empty()),
        }
    }

    fn broken(&self) -> Frame<Bytes> {
        let status = self.fault.status(Lost::Broken);
        Frame::trailers(answer::trailers(&status))
    }
}

impl http_body::Body for Received {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = match ready!(Pin::new(body).poll_frame(cx)) {
            Some(Ok(frame)) if frame.is_data() => return Poll::Ready(Some(Ok(frame))),
            Some(Ok(trailers)) => sound(trailers),
            Some(Err(_)) | None => self.broken(),
        };
        self.body = None;
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }
}

fn sound(mut frame: Frame<Bytes>) -> Frame<Bytes> {
    if let Some(trailers) = frame.trailers_mut() {
        answer::sound(trailers);
    }
    frame
}
