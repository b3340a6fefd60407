//! How bodies arrive: large, slow, broken off, under any name.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::door::{Door, told};
use crate::raw::exchange;

/// A client that writes 30 MB before it reads still reads why it was refused.
#[tokio::test]
async fn large_bodies_are_read_away() {
    let door = Door::open().await;
    let body = vec![b' '; 30 << 20];
    for path in ["/invocations", "/v1/search", "/v1/collections/a/documents/b"] {
        let method = if path.ends_with('b') { "PUT" } else { "POST" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let answer = exchange(&door, &head, &body).await;
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, &problem["code"]), (413, &json!("body_too_large")), "{problem}");
        assert!(problem["message"].as_str().unwrap().contains("6291456 bytes"), "{problem}");
    }
    assert_eq!(door.fake.count(), 0);
}

/// The same where the length is not told beforehand.
#[tokio::test]
async fn large_chunked_bodies_are_read_away() {
    let door = Door::with(&[("gateway.body_limit", "1KiB")]).await;
    let head = "POST /v1/jobs HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let body = format!("{}0\r\n\r\n", chunk.repeat(64));
    let answer = exchange(&door, head, body.as_bytes()).await;
    assert_eq!(answer.status, 413, "{answer:?}");
}

/// A body that nobody wants is read away too, so that the refusal is read.
#[tokio::test]
async fn unwanted_bodies_are_read_away() {
    let door = Door::open().await;
    let body = vec![b'x'; 8 << 20];
    for (line, status) in [
        ("POST /nothing", 404),
        ("DELETE /v1/search", 405),
        ("POST /ping", 200),
        ("GET /v1/flows", 200),
    ] {
        let head = format!(
            "{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        assert_eq!(exchange(&door, &head, &body).await.status, status, "{line}");
    }
}

/// A client that asks first is refused before it sends anything.
#[tokio::test]
async fn expecting_clients_are_refused_at_once() {
    let door = Door::open().await;
    let head = "POST /v1/jobs HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 30000000\r\n\r\n";
    let answer = exchange(&door, head, b"").await;
    assert_eq!(
        (answer.status, answer.headers["connection"].as_str()),
        (413, "close"),
        "{answer:?}"
    );
}

/// A body of exactly the limit is taken, one byte more is not.
#[tokio::test]
async fn limit_is_exact() {
    let door = Door::with(&[("gateway.body_limit", "100B")]).await;
    let body = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    assert_eq!(door.ask("POST", "/v1/jobs", &body(100)).await.0, 202);
    assert_eq!(door.ask("POST", "/v1/jobs", &body(101)).await.0, 413);
}

/// A body that does not arrive is not waited for.
#[tokio::test]
async fn slow_bodies_are_given_up() {
    let door = Door::with(&[("gateway.body_timeout", "100ms")]).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    stream
        .write_all(b"POST /v1/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{")
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let mut read = Vec::new();
    stream.read_to_end(&mut read).await.unwrap();
    assert_eq!(door.fake.count(), 0, "{}", String::from_utf8_lossy(&read));

    let mut stream = TcpStream::connect(door.address).await.unwrap();
    stream
        .write_all(b"POST /v1/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{")
        .await
        .unwrap();
    let mut read = vec![0; 12];
    let reading = tokio::time::timeout(Duration::from_secs(20), stream.read_exact(&mut read));
    reading.await.unwrap().unwrap();
    assert_eq!(read, b"HTTP/1.1 400");
}

/// The name of a body's type says nothing; n8n sends JSON as a form.
#[tokio::test]
async fn content_type_is_ignored() {
    let door = Door::open().await;
    for kind in ["application/x-www-form-urlencoded; charset=utf-8", "text/plain", "nonsense"] {
        let request = door.request("POST", "/invocations").header("content-type", kind);
        let (status, answer) = told(request.body("\u{feff}{\"title\":\"t\"}")).await;
        assert_eq!(status, 202, "{kind}: {answer}");
        assert_eq!(door.fake.submitted().input_json, r#"{"title":"t"}"#);
    }
}

/// The caller's JSON goes on as it was written: no number, order or space is touched.
#[tokio::test]
async fn json_goes_on_as_written() {
    let door = Door::open().await;
    let input = r#"{ "z":12345678901234567890123, "a" : 1.0e0,"t":"\u00e9é\/" }"#;
    let correlation = r#"[9007199254740993,-0.0, {"b":1,"a":2}]"#;
    let body = format!(r#"{{"input":{input},"correlation":{correlation}}}"#);
    assert_eq!(door.ask("POST", "/v1/jobs", &body).await.0, 202);
    let submitted = door.fake.submitted();
    assert_eq!(
        (submitted.input_json.as_str(), submitted.correlation_json.as_str()),
        (input, correlation)
    );
}

/// Half a surrogate pair is replaced, and the caller is told where; whole pairs stay.
#[tokio::test]
async fn halves_of_surrogate_pairs_are_replaced() {
    let door = Door::open().await;
    let body = r#"{"input":{"a":"x\ud83d","b":["\uDE00y\\ud83d"],"c":"\ud83d\ude00","d":"\ud83d\ud83d\ude00"}}"#;
    let (status, answer) = door.ask("POST", "/v1/jobs", body).await;
    assert_eq!(status, 202, "{answer}");
    let told =
        |path: &str| json!(format!("{path}: half of a surrogate pair was replaced by U+FFFD"));
    assert_eq!(answer["warnings"], json!([told("input.a"), told("input.b[0]"), told("input.d")]));
    let expected =
        r#"{"a":"x\ufffd","b":["\ufffdy\\ud83d"],"c":"\ud83d\ude00","d":"\ufffd\ud83d\ude00"}"#;
    assert_eq!(door.fake.submitted().input_json, expected);

    let (_, put) = door.ask("PUT", "/v1/collections/n/documents/d", r#"{"text":"x\ud83d"}"#).await;
    assert_eq!(put["warnings"], json!([told("text")]));
    let many = format!(r#"{{"input":{{"a":[{}"x"]}}}}"#, r#""\ud83d","#.repeat(20));
    let (_, answer) = door.ask("POST", "/v1/jobs", &many).await;
    assert_eq!(answer["warnings"].as_array().unwrap().len(), 9, "{answer}");
}
