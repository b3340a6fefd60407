//! Callers that wait for their job.

use std::time::Duration;

use proto::jobs::JobState;
use serde_json::json;
use tokio::time::timeout;

use crate::door::{Door, told};
use crate::fake::JOB;

const PATIENCE: Duration = Duration::from_secs(20);

/// A job that ends while its caller waits is the answer.
#[tokio::test]
async fn job_that_ends_is_the_answer() {
    let door = Door::open().await;
    let waiting = chassis::task::spawn(told(
        door.request("POST", "/v1/jobs").header("prefer", "respond-async, wait=20").body("{}"),
    ));
    watched(&door).await;
    door.fake.set(JobState::Succeeded);
    let (status, job) = timeout(PATIENCE, waiting).await.unwrap().unwrap();
    assert_eq!((status, &job["status"], &job["job_id"]), (200, &json!("succeeded"), &json!(JOB)));
    assert_eq!(job["result"]["n"], json!(9_007_199_254_740_993_u64));
    assert_eq!(job["warnings"], json!([]));
}

/// A job that failed is no failure of the question.
#[tokio::test]
async fn job_that_failed_is_the_answer_too() {
    let door = Door::open().await;
    door.fake.set(JobState::Failed);
    let (status, job) = door.ask("POST", "/invocations", r#"{"input":{},"wait_s":20}"#).await;
    assert_eq!((status, &job["status"]), (200, &json!("failed")));
}

/// A job that does not end in time is accepted all the same, and never longer than may be waited.
#[tokio::test]
async fn job_that_does_not_end_is_accepted() {
    let door = Door::with(&[("gateway.max_wait", "50ms")]).await;
    for body in [r#"{"input":{},"wait_s":0.05}"#, r#"{"input":{},"wait_s":86400}"#] {
        let (status, answer) = timeout(PATIENCE, door.ask("POST", "/v1/jobs", body)).await.unwrap();
        assert_eq!((status, &answer["status"]), (202, &json!("accepted")));
    }
}

/// Whatever goes wrong while a caller waits, its job was accepted.
#[tokio::test]
async fn broken_wait_is_an_acceptance() {
    let door = Door::open().await;
    let stream = door.fake.stream();
    stream.send(Err(tonic::Status::unavailable("gone"))).await.unwrap();
    let (status, answer) = door.ask("POST", "/v1/jobs", r#"{"input":{},"wait_s":20}"#).await;
    assert_eq!((status, &answer["status"]), (202, &json!("accepted")));
}

/// A preference that is none is ignored, as its standard asks.
#[tokio::test]
async fn strange_preferences_are_ignored() {
    let door = Door::open().await;
    for preference in ["wait=-1", "wait=abc", "wait", "wait=", "return=minimal"] {
        let request = door.request("POST", "/v1/jobs").header("prefer", preference).body("{}");
        assert_eq!(told(request).await.0, 202, "{preference}");
    }
    assert_eq!(door.fake.count(), 5);
}

/// A caller that goes away takes nothing with it: nobody cancels its job.
#[tokio::test]
async fn caller_that_goes_away_kills_nothing() {
    let door = Door::open().await;
    let request = door.request("POST", "/v1/jobs").body(r#"{"input":{},"wait_s":20}"#);
    let waiting = chassis::task::spawn(told(request));
    watched(&door).await;
    waiting.abort();
    let (_, job) = door.ask("GET", &format!("/v1/jobs/{JOB}"), "").await;
    assert_eq!(job["status"], "queued");
}

/// Waits until the gateway watches the job.
async fn watched(door: &Door) {
    let watching = async {
        while door.fake.count() < 2 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, watching).await.unwrap();
}
