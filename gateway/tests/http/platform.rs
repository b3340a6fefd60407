//! Behind a platform that lets in only whom it knows.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::door::Door;
use crate::fake::JOB;
use crate::raw;

const PATIENCE: Duration = Duration::from_secs(20);
/// How long a platform waits for its connection.
const ACCEPT: Duration = Duration::from_millis(250);

/// Nobody is asked who it is, nobody can call the process itself, and the answer says how to ask.
#[tokio::test]
async fn job_is_asked_for_by_an_op() {
    let door = Door::with(&[("gateway.auth", "platform"), ("gateway.tenant", "acme")]).await;
    let answer = door.request("POST", "/invocations").body("{}").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (202, None));
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body["status_url"], &body["job_id"]), (&Value::Null, &json!(JOB)));
    assert_eq!(body["poll"], json!({ "op": "status", "job_id": JOB }));
    assert_eq!(door.fake.last().tenant, "acme");
}

/// Connections that send nothing give way, so that all who come are answered, many more than there are places.
#[tokio::test]
async fn idle_connections_give_way() {
    let door = Door::with(&[("gateway.max_connections", "64")]).await;
    let mut idle = Vec::new();
    for _ in 0..1000 {
        let mut stream = TcpStream::connect(door.address).await.unwrap();
        stream.write_all(b"POST /invocations HTTP/1.1\r\nhost: a\r\nx-slow: ").await.unwrap();
        idle.push(stream);
    }
    assert!(quickest(&door, "/ping", 200).await < ACCEPT);
    let (status, _) = door.ask("POST", "/invocations", "{}").await;
    assert_eq!(status, 202);
    let mut read = Vec::new();
    // Whoever waited longest was closed, and can see it.
    let closed = timeout(PATIENCE, idle[0].read_to_end(&mut read)).await.unwrap();
    assert!(closed.is_err() || read.is_empty());
}

/// While every place is taken by a request that goes on, `/ping` is answered, and others are told to come back.
#[tokio::test]
async fn full_house_is_told() {
    let door = Door::with(&[("gateway.max_connections", "32")]).await;
    let mut slow = Vec::new();
    for _ in 0..32 {
        let mut stream = TcpStream::connect(door.address).await.unwrap();
        let head = "POST /invocations HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{";
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    assert!(quickest(&door, "/health", 503).await < ACCEPT);
    assert!(quickest(&door, "/ping", 200).await < ACCEPT);
    let (status, problem) = door.ask("POST", "/invocations", "{}").await;
    assert_eq!((status, &problem["code"]), (503, &json!("overloaded")), "{problem}");
    assert_eq!((&problem["retryable"], &problem["retry_after_ms"]), (&json!(true), &json!(1000)));
    slow.clear();
    timeout(PATIENCE, async {
        while door.ask("POST", "/invocations", "{}").await.0 != 202 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

/// A connection that is being answered does not give way.
#[tokio::test]
async fn answers_are_not_cut_off() {
    let door = Door::with(&[("gateway.max_connections", "8")]).await;
    let sender = door.fake.stream();
    let path = format!("/v1/jobs/{JOB}/events");
    let mut stream = door.request("GET", &path).send().await.unwrap();
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(door.address).await.unwrap());
    }
    assert_eq!(raw::send(&door, "GET", "/ping").await.status, 200);
    let delta = proto::jobs::Delta { step: "write".into(), ..Default::default() };
    let item = Some(proto::jobs::watch_job_response::Item::Delta(delta));
    sender.send(Ok(proto::jobs::WatchJobResponse { item })).await.unwrap();
    let chunk = timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap().unwrap();
    assert!(String::from_utf8_lossy(&chunk).contains("event: delta"));
}

/// How long an answer takes, connection and all, at its quickest, once it is the one expected.
async fn quickest(door: &Door, path: &str, status: u16) -> Duration {
    let asking = async {
        while raw::send(door, "GET", path).await.status != status {
            tokio::task::yield_now().await;
        }
        let mut quickest = PATIENCE;
        for _ in 0..20 {
            let begin = Instant::now();
            assert_eq!(raw::send(door, "GET", path).await.status, status);
            quickest = quickest.min(begin.elapsed());
        }
        quickest
    };
    timeout(PATIENCE, asking).await.unwrap()
}
