//! What is asked for again, what that costs, and what is not.

use std::time::{Duration, Instant};

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use proto::generation::GenerateRequest;
use serde_json::json;

use crate::ask::{SCHEMA, generate, message, problem, stream};
use crate::fake::{Fake, broken, chunk, completion, counted, events, last};

fn good() -> Response {
    Json(completion("Hello.")).into_response()
}

fn down() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": { "message": "sk-secret" } })))
        .into_response()
}

fn throttled() -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [("retry-after-ms", "100")], "").into_response()
}

fn spent() -> Response {
    let error = json!({ "error": { "message": "pay", "type": "insufficient_quota", "code": "insufficient_quota" } });
    (StatusCode::TOO_MANY_REQUESTS, Json(error)).into_response()
}

fn structured(text: &str) -> Response {
    Json(completion(text)).into_response()
}

#[tokio::test]
async fn a_throttled_call_waits_as_asked_and_is_made_again() {
    let mut fake = Fake::in_turn(vec![throttled, good]).await;
    let began = Instant::now();
    let answer = generate(fake.client(), message("Hi")).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(100));
    let usage = answer.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.calls.len(), fake.calls()), (1000, 1, 2));
}

#[tokio::test]
async fn two_failures_are_healed_by_the_third_attempt() {
    let mut fake = Fake::in_turn(vec![down, down, good]).await;
    let answer = generate(fake.client(), message("Hi")).await.unwrap();
    assert_eq!((answer.text.as_str(), fake.calls()), ("Hello.", 3));
    let mut fake =
        Fake::in_turn(vec![down, || events(vec![chunk("Hi"), last("stop"), counted()])]).await;
    let (deltas, done) = stream(fake.client(), message("Hi")).await;
    assert_eq!(
        (deltas.concat().as_str(), done.unwrap().text.as_str(), fake.calls()),
        ("Hi", "Hi", 2)
    );
}

#[tokio::test]
async fn what_was_answered_is_not_asked_for_again() {
    let cases: [fn() -> Response; 3] =
        [spent, || "{\"choices\": [".into_response(), || broken(vec![chunk("Half")])];
    for answer in cases {
        let mut fake = Fake::in_turn(vec![answer, good]).await;
        let (_, done) = stream(fake.client(), message("Hi")).await;
        done.unwrap_err();
        assert_eq!(fake.calls(), 1);
    }
    let mut fake = Fake::in_turn(vec![|| "{\"choices\": [".into_response(), good]).await;
    generate(fake.client(), message("Hi")).await.unwrap_err();
    assert_eq!(fake.calls(), 1);
}

#[tokio::test]
async fn an_outage_does_not_multiply_the_calls() {
    let mut fake = Fake::in_turn(vec![down]).await;
    let settings = [("generation.retry.share", "0.1"), ("generation.retry.reserve", "1")];
    let client = fake.client_with(&settings);
    for _ in 0..10 {
        let status = generate(client.clone(), message("Hi")).await.unwrap_err();
        assert_eq!(problem(&status).0, "provider_unavailable");
    }
    let calls = fake.calls();
    assert!((11..=13).contains(&calls), "10 calls became {calls} requests");
}

#[tokio::test]
async fn an_answer_that_misses_its_schema_is_repaired_once_and_both_are_counted() {
    let wrong = || structured("{\"skills\": 7}");
    let mut fake = Fake::in_turn(vec![wrong, || structured("{\"skills\": []}")]).await;
    let request = GenerateRequest { schema_json: SCHEMA.into(), ..message("Which?") };
    let answer = generate(fake.client(), request).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.warnings.len()), ("{\"skills\": []}", 1));
    let usage = answer.usage.unwrap();
    assert_eq!((usage.calls.len(), usage.input_tokens, usage.output_tokens), (2, 2000, 200));
    assert!((usage.cost_usd.unwrap() - 0.001).abs() < 1e-9, "{usage:?}");

    fake.next().await;
    let messages = fake.next().await.body["messages"].clone();
    assert_eq!(messages[1], json!({ "role": "assistant", "content": "{\"skills\": 7}" }));
    let told = messages[2]["content"].as_str().unwrap();
    assert!(told.contains("skills breaks /properties/skills/type of the schema"), "{told}");
}

#[tokio::test]
async fn a_second_miss_is_the_last() {
    let mut fake = Fake::in_turn(vec![|| structured("a poem")]).await;
    let request = GenerateRequest { schema_json: SCHEMA.into(), ..message("Which?") };
    let status = generate(fake.client(), request).await.unwrap_err();
    assert_eq!((problem(&status).0.as_str(), fake.calls()), ("schema_not_met", 2));
}
