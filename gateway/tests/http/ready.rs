//! Starting and stopping.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::door::{Door, JOBS, RETRIEVAL, told};
use crate::raw;

const PATIENCE: Duration = Duration::from_secs(20);

/// Until every service has served once `/ping` says so, and an outage after that changes nothing.
#[tokio::test]
async fn ready_once_every_service_served() {
    let door = Door::cold(&[("gateway.health_interval", "10ms")]).await;
    for method in ["GET", "POST"] {
        let (status, problem) = door.ask(method, "/ping", "").await;
        assert_eq!(
            (status, &problem["code"], &problem["retryable"]),
            (503, &json!("warming"), &json!(true))
        );
    }
    door.health.serving(JOBS);
    until(&door, "/dependencies/0/status", "serving").await;
    assert_eq!(door.ask("GET", "/ping", "").await.0, 503);
    assert_eq!(door.ask("GET", "/health", "").await.1["status"], "warming");
    door.health.serving(RETRIEVAL);
    until(&door, "/status", "ready").await;
    for method in ["GET", "HEAD", "POST"] {
        let answer = raw::send(&door, method, "/ping").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{method}");
    }
    door.health.not_serving(JOBS);
    until(&door, "/status", "degraded").await;
    assert_eq!(door.ask("GET", "/ping", "").await.0, 200);
}

/// `/ping` asks nobody, so that it answers at once whatever hangs behind it.
#[tokio::test]
async fn ping_asks_nobody() {
    let door = Door::open().await;
    door.fake.hang();
    let begin = std::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(door.ask("GET", "/ping", "").await.0, 200);
    }
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!(door.fake.count(), 0);
}

/// Services that cannot be reached are named, and the caller is told to come back.
#[tokio::test]
async fn unreachable_services_are_named() {
    let door = Door::before_nobody().await;
    until(&door, "/dependencies/1/status", "unreachable").await;
    assert_eq!(door.ask("GET", "/ping", "").await.0, 503);
    for (path, hop) in [("/v1/flows", "jobs"), ("/v1/collections", "retrieval")] {
        let (status, problem) = door.ask("GET", path, "").await;
        assert_eq!(
            (status, &problem["hop"], &problem["retryable"]),
            (503, &json!(hop), &json!(true)),
            "{problem}"
        );
        assert!(problem["retry_after_ms"].is_u64(), "{problem}");
    }
}

/// From the stop on `/ping` answers 503, what had begun is answered, and then the port is free.
#[tokio::test]
async fn stop_answers_what_had_begun() {
    let mut door = Door::open().await;
    let slow = chassis::task::spawn(told(
        door.request("POST", "/v1/jobs").body(r#"{"input":{},"wait_s":20}"#),
    ));
    asked(&door, 2).await;
    let idle = TcpStream::connect(door.address).await.unwrap();
    door.stop.cancel();
    let (status, answer) = timeout(PATIENCE, slow).await.unwrap().unwrap();
    assert_eq!((status, &answer["status"]), (202, &json!("accepted")));
    timeout(PATIENCE, &mut door.serving).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(door.address).await.is_err());
    drop(idle);
}

/// While others have to end, newcomers are told to go elsewhere.
#[tokio::test]
async fn newcomers_are_told_while_others_end() {
    let mut door = Door::open().await;
    door.fake.hang();
    let hanging = chassis::task::spawn(told(door.request("GET", "/v1/flows")));
    asked(&door, 1).await;
    door.stop.cancel();
    let answer = timeout(PATIENCE, async {
        loop {
            let answer = raw::send(&door, "GET", "/ping").await;
            if answer.status == 503 {
                return answer;
            }
        }
    });
    let answer = answer.await.unwrap();
    assert!(answer.body.contains("draining"), "{answer:?}");
    hanging.abort();
    timeout(PATIENCE, &mut door.serving).await.unwrap().unwrap().unwrap();
}

/// What does not end in time is cut off.
#[tokio::test]
async fn stop_does_not_wait_for_ever() {
    let mut door = Door::with(&[("gateway.drain", "50ms")]).await;
    door.fake.hang();
    let hanging = chassis::task::spawn(door.request("GET", "/v1/flows").send());
    asked(&door, 1).await;
    door.stop.cancel();
    timeout(PATIENCE, &mut door.serving).await.unwrap().unwrap().unwrap();
    assert!(timeout(PATIENCE, hanging).await.unwrap().unwrap().is_err());
}

/// A call that is not answered in time is given up.
#[tokio::test]
async fn calls_are_given_up_in_time() {
    let door = Door::with(&[("gateway.call_timeout", "50ms")]).await;
    door.fake.hang();
    let (status, problem) = timeout(PATIENCE, door.ask("GET", "/v1/flows", "")).await.unwrap();
    assert_eq!(
        (status, &problem["code"], &problem["hop"]),
        (504, &json!("deadline_exceeded"), &json!("jobs"))
    );
}

/// Heads that are too long, too many or too slow take no place for long.
#[tokio::test]
async fn heads_are_bounded() {
    let door =
        Door::with(&[("gateway.header_timeout", "100ms"), ("gateway.max_connections", "2")]).await;
    let many = "x: y\r\n".repeat(101);
    let head = format!("GET /ping HTTP/1.1\r\nhost: a\r\n{many}\r\n");
    assert_eq!(raw::exchange(&door, &head, b"").await.status, 431);
    let long = format!("GET /ping HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(70_000));
    assert_eq!(raw::exchange(&door, &long, b"").await.status, 431);
    let _first = TcpStream::connect(door.address).await.unwrap();
    let _second = TcpStream::connect(door.address).await.unwrap();
    let third = timeout(PATIENCE, raw::send(&door, "GET", "/ping")).await.unwrap();
    assert_eq!(third.status, 200);
}

/// A connection that is kept open without a further request is closed after a while.
#[tokio::test]
async fn idle_connections_are_closed() {
    let door = Door::with(&[("gateway.header_timeout", "100ms")]).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET /ping HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    }
    let mut read = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut read)).await.unwrap().unwrap();
    assert_eq!(read.matches("HTTP/1.1 200").count(), 2, "{read}");
}

/// Waits until the services were asked so many times.
async fn asked(door: &Door, times: usize) {
    let asking = async {
        while door.fake.count() < times {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, asking).await.unwrap();
}

/// Waits until `/health` says so.
async fn until(door: &Door, pointer: &str, value: &str) {
    let asking = async {
        while door.ask("GET", "/health", "").await.1.pointer(pointer) != Some(&json!(value)) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, asking).await.unwrap();
}
