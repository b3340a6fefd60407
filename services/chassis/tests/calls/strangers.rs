use std::convert::Infallible;

use bytes::Bytes;
use chassis::auth::Credentials;
use chassis::channel::Channel;
use chassis::failure::Kind;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::{Code, Status};

use crate::puppet::generate;
use crate::world::{client, of, remote, said, soon};

/// Makes an answer, as often as it is asked.
trait Answer: Fn() -> Response<Body> + Copy + Send + 'static {}

impl<F: Fn() -> Response<Body> + Copy + Send + 'static> Answer for F {}

/// A peer that is not ours, and gives this one answer.
async fn stranger(answer: impl Answer) -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = remote(&[listener.local_addr().unwrap()], Credentials::default());
    chassis::task::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service =
            service_fn(move |_: Request<Incoming>| async move { Ok::<_, Infallible>(answer()) });
        let serve = http2::Builder::new(TokioExecutor::new());
        serve.serve_connection(TokioIo::new(stream), service).await
    });
    channel
}

async fn told_by(answer: impl Answer) -> Status {
    let channel = stranger(answer).await;
    soon(generate(client(channel), "echo")).await.unwrap_err()
}

/// A status whose details are no base64, over which tonic's own reading panics.
fn broken_details() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("grpc-status", "9".parse().unwrap());
    headers.insert("grpc-status-details-bin", "!!!".parse().unwrap());
    headers
}

#[tokio::test]
async fn broken_details_are_left_out() {
    let in_head = told_by(|| {
        let mut answer = Response::new(Body::empty());
        *answer.headers_mut() = broken_details();
        answer
    });
    let in_tail = told_by(|| {
        let body = Full::new(Bytes::from_static(&[0, 0, 0, 0, 0]));
        Response::new(Body::new(body.with_trailers(async { Some(Ok(broken_details())) })))
    });
    for status in [in_head.await, in_tail.await] {
        assert_eq!(status.code(), Code::FailedPrecondition);
    }
}

#[tokio::test]
async fn answer_without_a_status_is_a_lost_one() {
    let nothing = told_by(|| Response::new(Body::empty()));
    let half = told_by(|| Response::new(Body::new(Full::new(Bytes::from_static(&[0, 0])))));
    for status in [nothing.await, half.await] {
        assert_eq!(said(&status), of(Kind::Unavailable, "PEER_LOST"));
    }
}

#[tokio::test]
async fn proxys_page_is_read_as_far_as_it_says_something() {
    for (status, kind) in [
        (503, Kind::Unavailable),
        (502, Kind::Unavailable),
        (403, Kind::Denied),
        (418, Kind::Internal),
    ] {
        let told = told_by(move || {
            let page = Full::new(Bytes::from_static(b"<html>"));
            Response::builder().status(status).body(Body::new(page)).unwrap()
        });
        assert_eq!(Kind::of(&told.await), kind, "{status}");
    }
}
