//! What goes over the wire.

use bytes::Bytes;
use chassis::trace::{self, TraceContext};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tracing::Span;

use crate::server::{OK, Script, Server};
use crate::{get, operator};

#[tokio::test]
async fn target_goes_out_byte_for_byte() {
    let mut server = Server::start(Script::Always(OK)).await;
    for (target, sent) in [
        ("/webhook-waiting/16?signature=0A1b", "/webhook-waiting/16?signature=0A1b"),
        ("/a/../b//c/./d;e=f?x=%2f%2F&y=+&z=a%20b", "/a/../b//c/./d;e=f?x=%2f%2F&y=+&z=a%20b"),
        ("/?b=2&a=1&&=", "/?b=2&a=1&&="),
        ("/~%7E!$&'()*,:@-._{}|", "/~%7E!$&'()*,:@-._{}|"),
        ("/x?y?z=/?", "/x?y?z=/?"),
        ("/x#fragment", "/x"),
        ("/x?#fragment", "/x?"),
        ("?q=1", "/?q=1"),
        ("", "/"),
    ] {
        let answer = operator().send(get(&server.url(target))).await.unwrap();
        assert_eq!((answer.status, &answer.body[..]), (StatusCode::OK, &b"ok"[..]));
        let head = server.head().await;
        assert_eq!(head.lines().next(), Some(format!("GET {sent} HTTP/1.1").as_str()));
    }
}

#[tokio::test]
async fn headers_and_body_go_out_as_given() {
    let mut server = Server::start(Script::Always(OK)).await;
    let mut request = get(&server.url("/"));
    request.method = Method::POST;
    request.body = Bytes::from_static(b"{}");
    request.headers.insert("webhook-id", HeaderValue::from_static("dlv_1"));
    let answer = operator().send(request).await.unwrap();
    assert!(!answer.is_cut);
    let head = server.head().await;
    for line in ["POST / HTTP/1.1", "webhook-id: dlv_1", "content-length: 2"] {
        assert!(head.lines().any(|sent| sent == line), "{head}");
    }
    assert!(head.contains(&format!("host: {}", server.address)), "{head}");
}

#[tokio::test]
async fn redirect_is_an_answer() {
    let moved = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    let mut server = Server::start(Script::Always(moved)).await;
    let answer = operator().send(get(&server.url("/"))).await.unwrap();
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.headers["location"], "http://169.254.169.254/");
    server.head().await;
    assert!(!server.was_reached());
}

#[tokio::test]
async fn current_trace_goes_out() {
    let mut server = Server::start(Script::Always(OK)).await;
    let context = TraceContext::random().with_state(Some("vendor=1"));
    let call = async { operator().send(get(&server.url("/"))).await };
    trace::scope(context.clone(), Span::none(), call).await.unwrap();
    let head = server.head().await;
    assert!(head.contains(&format!("traceparent: {context}\r\n")), "{head}");
    assert!(head.contains("tracestate: vendor=1\r\n"), "{head}");
    let (trace, span) = (context.trace_id(), context.span_id());
    let (time, rest) = trace.split_at(8);
    let amazon = format!("x-amzn-trace-id: Root=1-{time}-{rest};Parent={span};Sampled=0\r\n");
    assert!(head.contains(&amazon), "{head}");
}

#[tokio::test]
async fn trace_in_the_headers_stays() {
    let mut server = Server::start(Script::Always(OK)).await;
    let (own, current) = (TraceContext::random(), TraceContext::random());
    let mut request = get(&server.url("/"));
    let mut headers = HeaderMap::new();
    own.write(&mut headers);
    request.headers = headers;
    let call = async { operator().send(request).await };
    trace::scope(current, Span::none(), call).await.unwrap();
    let head = server.head().await;
    assert!(head.contains(&format!("traceparent: {own}\r\n")), "{head}");
    assert_eq!(head.matches("traceparent").count(), 1);
}

#[tokio::test]
async fn without_a_trace_none_goes_out() {
    let mut server = Server::start(Script::Always(OK)).await;
    operator().send(get(&server.url("/"))).await.unwrap();
    let head = server.head().await;
    assert!(!head.contains("traceparent") && !head.contains("x-amzn-trace-id"), "{head}");
}
