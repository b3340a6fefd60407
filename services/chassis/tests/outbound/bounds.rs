//! Where a call stops: time, size, and what an error says.

use std::time::{Duration, Instant};

use chassis::failure::{Failure, Kind};
use chassis::http::Error;
use futures_util::StreamExt;

use crate::server::{Script, Server};
use crate::{get, operator};

const ENDLESS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n";
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn dripping_body_ends_with_the_time() {
    let mut server = Server::start(Script::Drip(ENDLESS)).await;
    let mut request = get(&server.url("/?signature=s3cret"));
    request.timeout = SHORT;
    let began = Instant::now();
    let error = operator().send(request).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!((error.kind(), error.reason()), (Kind::Deadline, "PEER_TIMEOUT"));
    assert_eq!(error.to_string(), "no whole answer from 127.0.0.1 within 300ms");
    server.sent_until_closed().await;
}

#[tokio::test]
async fn silence_ends_with_the_time() {
    for scheme in ["http", "https"] {
        let server = Server::start(Script::Silence).await;
        let mut request = get(&format!("{scheme}://{}/", server.address));
        request.timeout = SHORT;
        let error = operator().send(request).await.unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{scheme}: {error}");
    }
}

#[tokio::test]
async fn large_body_is_cut_and_the_rest_is_not_fetched() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 400000000\r\n\r\n";
    let mut server = Server::start(Script::Flood(announced, vec![b'x'; 64 << 10])).await;
    let answer = operator().send(get(&server.url("/"))).await.unwrap();
    assert!(answer.is_cut);
    assert_eq!(answer.body.len(), 16 << 10);
    let sent = server.sent_until_closed().await;
    assert!(sent < 40_000_000, "{sent} bytes left before the connection was closed");
}

#[tokio::test]
async fn body_of_exactly_the_limit_is_whole() {
    let server = Server::start(Script::Always(crate::server::OK)).await;
    for (limit, body, is_cut) in [(3, "ok", false), (2, "ok", false), (1, "o", true), (0, "", true)]
    {
        let mut request = get(&server.url("/"));
        request.max_body = limit;
        let answer = operator().send(request).await.unwrap();
        assert_eq!((&answer.body[..], answer.is_cut), (body.as_bytes(), is_cut), "{limit}");
    }
}

#[tokio::test]
async fn endless_head_is_refused() {
    let piece = format!("x-header: {}\r\n", "x".repeat(1_000)).into_bytes();
    let mut server = Server::start(Script::Flood("HTTP/1.1 200 OK\r\n", piece)).await;
    let error = operator().send(get(&server.url("/"))).await.unwrap_err();
    assert!(matches!(error, Error::Broken { .. }), "{error}");
    let sent = server.sent_until_closed().await;
    assert!(sent < 40_000_000, "{sent} bytes left before the connection was closed");
}

#[tokio::test]
async fn stream_comes_piece_by_piece() {
    let server = Server::start(Script::Drip(ENDLESS)).await;
    let mut answer = operator().stream(get(&server.url("/"))).await.unwrap();
    assert_eq!(answer.headers["content-type"], "text/plain");
    for _ in 0..3 {
        let piece = answer.body.next().await.unwrap().unwrap();
        assert!(!piece.is_empty());
    }
}

#[tokio::test]
async fn stream_ends_with_the_time_or_the_size() {
    let mut server = Server::start(Script::Drip(ENDLESS)).await;
    for (timeout, max_body) in [(SHORT, 16 << 10), (Duration::from_secs(10), 4)] {
        let mut request = get(&server.url("/"));
        (request.timeout, request.max_body) = (timeout, max_body);
        let mut body = operator().stream(request).await.unwrap().body;
        let error = loop {
            match body.next().await.unwrap() {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        let is_late = matches!(error, Error::Timeout { .. });
        let is_large = matches!(error, Error::TooLarge { limit: 4, .. });
        assert!(if max_body == 4 { is_large } else { is_late }, "{error}");
        assert!(body.next().await.is_none());
        server.sent_until_closed().await;
    }
}

#[tokio::test]
async fn body_that_breaks_off_is_broken() {
    let half = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n";
    let server = Server::start(Script::Always(half)).await;
    let error = operator().send(get(&server.url("/"))).await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (Kind::Unavailable, "PEER_BROKEN"));
}

#[tokio::test]
async fn nobody_there_is_said_without_the_query() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("http://{closed}/path?signature=s3cret");
    let error = operator().send(get(&url)).await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (Kind::Unavailable, "PEER_UNREACHABLE"));
    let text = format!("{error} {error:?}");
    assert!(text.contains("refused") && !text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn what_is_no_http_is_broken() {
    let server = Server::start(Script::Always("220 mail.example ESMTP\r\n")).await;
    let error = operator().send(get(&server.url("/"))).await.unwrap_err();
    assert!(matches!(error, Error::Broken { .. }), "{error}");
}
