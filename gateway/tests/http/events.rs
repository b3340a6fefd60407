//! What happens to a job, as it happens.

use std::time::Duration;

use futures_util::StreamExt;
use proto::jobs::watch_job_response::Item;
use proto::jobs::{Delta, Event, Reset, WatchJobResponse};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::door::{Door, told};
use crate::fake::JOB;

const PATIENCE: Duration = Duration::from_secs(20);

/// Events come with their numbers, pieces of text without, and the stream ends with the job.
#[tokio::test]
async fn events_come_until_the_end() {
    let door = Door::open().await;
    let stream = door.fake.stream();
    for item in [
        Item::Event(event(3, "step_finished", r#"{"ms": 5}"#)),
        Item::Delta(Delta { step: "draft".into(), attempt: 1, offset: 4, text: "a\nb\rc".into() }),
        Item::Reset(Reset { step: "draft".into(), attempt: 2 }),
        Item::Event(event(4, "succeeded", "")),
    ] {
        stream.send(Ok(WatchJobResponse { item: Some(item) })).await.unwrap();
    }
    drop(stream);
    let answer = door.request("GET", &path()).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"text/event-stream".parse().unwrap())
    );
    let text = answer.text().await.unwrap();
    let blocks: Vec<_> = text.split("\n\n").filter(|block| !block.is_empty()).collect();
    assert_eq!(
        blocks,
        [
            "id: 3\nevent: step_finished\ndata: {\"seq\":3,\"at\":null,\"type\":\"step_finished\",\"step\":null,\"attempt\":1,\"detail\":{\"ms\": 5}}",
            "event: delta\ndata: {\"step\":\"draft\",\"attempt\":1,\"offset\":4,\"text\":\"a\\nb\\rc\"}",
            "event: reset\ndata: {\"step\":\"draft\",\"attempt\":2}",
            "id: 4\nevent: succeeded\ndata: {\"seq\":4,\"at\":null,\"type\":\"succeeded\",\"step\":null,\"attempt\":1,\"detail\":null}",
        ]
    );
}

/// Who comes back says what was seen, by header or by query; the header wins.
#[tokio::test]
async fn streams_go_on_where_they_broke_off() {
    let door = Door::open().await;
    for (query, header, after) in
        [("", None, 0), ("?after=7", None, 7), ("", Some("5"), 5), ("?after=7", Some("9"), 9)]
    {
        drop(door.fake.stream());
        let request = door.request("GET", &format!("{}{query}", path()));
        let request = header.into_iter().fold(request, |r, id| r.header("last-event-id", id));
        assert_eq!(request.send().await.unwrap().text().await.unwrap(), "");
        let watched = door.fake.watched();
        assert_eq!((watched.job_id.as_str(), watched.after_seq), (JOB, after));
    }
    let (status, problem) = told(door.request("GET", &path()).header("last-event-id", "x")).await;
    assert_eq!((status, &problem["errors"][0]["path"]), (422, &json!("Last-Event-ID")));
}

/// A stream that breaks says so before it ends; one that cannot begin is a problem.
#[tokio::test]
async fn broken_streams_say_so() {
    let door = Door::open().await;
    let stream = door.fake.stream();
    stream.send(Err(tonic::Status::unavailable("gone"))).await.unwrap();
    let text = door.request("GET", &path()).send().await.unwrap().text().await.unwrap();
    assert!(text.starts_with("event: problem\ndata: {"), "{text}");
    let data = text.lines().nth(1).unwrap().trim_start_matches("data: ");
    let problem: Value = serde_json::from_str(data).unwrap();
    assert_eq!((&problem["code"], &problem["hop"]), (&json!("unavailable"), &json!("jobs")));

    door.fake.refuse(tonic::Status::not_found("no such job"));
    let (status, problem) = told(door.request("GET", &path())).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
}

/// An idle stream says that it lives; one that has lasted long enough ends, and so does every one at a stop.
#[tokio::test]
async fn idle_streams_live_and_end() {
    let door = Door::with(&[("gateway.keep_alive", "20ms"), ("gateway.max_stream", "200ms")]).await;
    let _held = door.fake.stream();
    let answer = door.request("GET", &path()).send().await.unwrap();
    let text = timeout(PATIENCE, answer.text()).await.unwrap().unwrap();
    assert!(text.starts_with(": alive\n\n") && !text.contains("problem"), "{text}");

    let door = Door::open().await;
    let stream = door.fake.stream();
    let answer = door.request("GET", &path()).send().await.unwrap();
    let mut bytes = answer.bytes_stream();
    stream
        .send(Ok(WatchJobResponse { item: Some(Item::Event(event(1, "accepted", ""))) }))
        .await
        .unwrap();
    assert!(timeout(PATIENCE, bytes.next()).await.unwrap().unwrap().is_ok());
    door.gateway.readiness().drain();
    assert!(timeout(PATIENCE, bytes.next()).await.unwrap().is_none());
}

fn path() -> String {
    format!("/v1/jobs/{JOB}/events")
}

fn event(seq: u64, kind: &str, detail: &str) -> Event {
    Event { seq, r#type: kind.into(), attempt: 1, detail_json: detail.into(), ..Event::default() }
}
