//! What is asked for at `/invocations` that is no job.

use chassis::failure::{Kind, Refusal, Violation};
use serde_json::{Value, json};

use crate::door::Door;
use crate::fake::JOB;

const TRACE: &str = "33333333333333333333333333333333";

/// Each op is answered as its own route or method would, under the trace that the body names.
#[tokio::test]
async fn every_op_is_answered() {
    let door = Door::whole(&[]).await;
    for (op, asked, pointer, value) in [
        (json!({"op":"status","job_id":JOB}), "GetJobRequest", "/job_id", json!(JOB)),
        (json!({"op":"cancel","job_id":JOB}), "CancelJobRequest", "/status", json!("cancelled")),
        (
            json!({"op":"search","collection":"notes","query":"rust","limit":3}),
            "SearchRequest",
            "/passages/0/document_id",
            json!("first"),
        ),
        (
            json!({"op":"embed","texts":["rust"],"purpose":"query"}),
            "EmbedRequest",
            "/embedding_space/model",
            json!("hashed"),
        ),
        (
            json!({"op":"rerank","query":"rust","passages":[]}),
            "RerankRequest",
            "/passages",
            json!([]),
        ),
        (
            json!({"op":"generate","template":{"user":"Hi"}}),
            "GenerateRequest",
            "/text",
            json!("Dear Sir [1]"),
        ),
    ] {
        let mut body = op.clone();
        body["trace"] = json!({ "traceparent": format!("00-{TRACE}-00f067aa0ba902b7-01") });
        let (status, answer) = door.ask("POST", "/invocations", &body.to_string()).await;
        assert_eq!((status, answer.pointer(pointer)), (200, Some(&value)), "{op}: {answer}");
        let call = door.fake.last();
        assert!(call.asked.starts_with(asked), "{call:?}");
        assert_eq!(call.trace_id, TRACE);
        assert!(answer["warnings"].is_array(), "{answer}");
    }
}

/// Members reach the service as they are, in either spelling, and come back with nothing left out.
#[tokio::test]
async fn members_cross_whole() {
    let door = Door::whole(&[]).await;
    let metadata = r#"{"n":9007199254740993,"a":null}"#;
    let body = format!(
        r#"{{"op":"rerank","query":"q","keep":2,"stages":[{{"pass_through":{{}}}},{{"keywordBoost":{{"keywords":[{{"term":"rust","weight":0.5}}],"weight":null}}}}],
        "passages":[{{"document_id":"a","text":"A","metadata":{metadata},"start":1}},{{"documentId":"b","title":null,"metadata":{{"json":"{{\"m\":1}}"}}}}]}}"#
    );
    let request = door.request("POST", "/invocations").body(body).send().await.unwrap();
    let text = request.text().await.unwrap();
    let asked = door.fake.last().asked;
    assert!(
        asked.contains("keep: 2") && asked.contains(r#"term: "rust", weight: Some(0.5)"#),
        "{asked}"
    );
    assert!(asked.contains("PassThrough") && asked.contains("weight: None"), "{asked}");
    assert!(text.contains(metadata), "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        answer["passages"][0],
        json!({
            "document_id": "b", "chunk_id": "", "text": "", "title": "", "metadata": {"m": 1},
            "score": 0.0, "scores": [], "start": 0, "end": 0, "collection": "",
            "before": "", "after": "",
        })
    );
}

/// Enums, whole numbers of 64 bits, durations and absent values come as a reader expects them.
#[tokio::test]
async fn generated_text_is_told_whole() {
    let door = Door::whole(&[]).await;
    let body = r#"{"op":"generate","messages":{"messages":[{"role":"user","parts":[{"text":"Hi \ud83d"}]},{"role":"ROLE_SYSTEM"}]},
        "variables_json":{"a":[1]},"schema_json":"{}","seed":"9007199254740993","temperature":1}"#;
    let (status, answer) = door.ask("POST", "/invocations", body).await;
    let asked = door.fake.last().asked;
    assert!(asked.contains("role: User") && asked.contains("role: System"), "{asked}");
    assert!(asked.contains(r#"variables_json: "{\"a\":[1]}""#), "{asked}");
    assert!(asked.contains("seed: Some(9007199254740993)"), "{asked}");
    assert_eq!((status, &answer["finish_reason"]), (200, &json!("stop")));
    assert_eq!(answer["usage"]["input_tokens"], json!(9_007_199_254_740_993_u64));
    assert_eq!(answer["usage"]["cost_usd"], Value::Null);
    assert_eq!(answer["usage"]["calls"][0]["duration"], "1.500s");
    let warnings = answer["warnings"].as_array().unwrap();
    assert!(
        warnings.len() == 2 && warnings[1].as_str().unwrap().contains("parts[0].text"),
        "{answer}"
    );
}

/// Whatever is wrong is refused with the path of its field, and reaches no service.
#[tokio::test]
async fn wrong_members_are_named() {
    let door = Door::whole(&[]).await;
    for (body, code, field, message) in [
        (
            r#"{"op":"dance"}"#,
            "invalid_request",
            "op",
            "status, cancel, search, embed, rerank, generate",
        ),
        (r#"{"op":5}"#, "invalid_request", "op", "must be a text"),
        (r#"{"op":"status"}"#, "invalid_request", "job_id", "is missing"),
        (r#"{"op":"cancel","job_id":7}"#, "invalid_request", "job_id", "must be a text"),
        (r#"{"op":"status","job_id":"j","id":1}"#, "invalid_request", "id", "not known"),
        (r#"{"op":"search","limit":0}"#, "invalid_limit", "limit", "between 1 and 200"),
        (r#"{"op":"search","top":1}"#, "invalid_request", "top", "known are collection"),
        (
            r#"{"op":"rerank","passage":[]}"#,
            "invalid_request",
            "passage",
            "known are query, passages",
        ),
        (r#"{"op":"rerank","passages":{}}"#, "invalid_request", "passages", "must be a list"),
        (
            r#"{"op":"rerank","passages":[1]}"#,
            "invalid_request",
            "passages[0]",
            "must be an object",
        ),
        (r#"{"op":"rerank","keep":1.5}"#, "invalid_request", "keep", "whole number"),
        (r#"{"op":"rerank","keep":99999999999}"#, "invalid_request", "keep", "32 bits"),
        (
            r#"{"op":"rerank","passages":[{},{"score":"much"}]}"#,
            "invalid_request",
            "passages[1].score",
            "must be a number",
        ),
        (
            r#"{"op":"rerank","passages":[{"metadata":5}]}"#,
            "invalid_request",
            "passages[0].metadata",
            "must be an object",
        ),
        (
            r#"{"op":"rerank","stages":[{"pass_through":{},"keyword_boost":{}}]}"#,
            "invalid_request",
            "stages[0].pass_through",
            "stands beside",
        ),
        (
            r#"{"op":"generate","messages":{"messages":[{"role":"boss"}]}}"#,
            "invalid_request",
            "messages.messages[0].role",
            "must be one of system, user, assistant",
        ),
        (r#"{"op":"generate","tools":[]}"#, "invalid_request", "tools", "not known"),
    ] {
        let (status, problem) = door.ask("POST", "/invocations", body).await;
        let error = &problem["errors"][0];
        assert_eq!(
            (status, &problem["code"], &error["path"]),
            (422, &json!(code), &json!(field)),
            "{body}: {problem}"
        );
        assert!(error["message"].as_str().unwrap().contains(message), "{body}: {problem}");
    }
    assert_eq!(door.fake.count(), 0);
}

/// What a service refuses comes with its own paths; a refusal about a job names it in the body.
#[tokio::test]
async fn refusals_of_services_are_told() {
    let door = Door::whole(&[]).await;
    let violations =
        vec![Violation { path: "passages[0].score".into(), message: "is no number".into() }];
    door.fake.refuse(
        Refusal::new(Kind::Invalid, "INVALID_SCORE").violations(violations).to_status("no"),
    );
    let (status, problem) = door.ask("POST", "/invocations", r#"{"op":"rerank"}"#).await;
    assert_eq!(
        (status, &problem["code"], &problem["hop"]),
        (422, &json!("invalid_score"), &json!("rerank"))
    );
    assert_eq!(problem["errors"][0]["path"], "passages[0].score");

    door.fake.refuse(Refusal::new(Kind::NotFound, "JOB_NOT_FOUND").to_status("no such job"));
    let (status, problem) =
        door.ask("POST", "/invocations", r#"{"op":"status","job_id":"job_x"}"#).await;
    assert_eq!(
        (status, &problem["job_id"], &problem["status"]),
        (404, &json!("job_x"), &json!(404))
    );
    assert_eq!(problem["code"], "job_not_found");
}

/// An op whose role is nowhere says so, with those that are there.
#[tokio::test]
async fn ops_without_a_role_are_refused() {
    let door = Door::open().await;
    for op in ["rerank", "generate"] {
        let body = json!({ "op": op }).to_string();
        let (status, problem) = door.ask("POST", "/invocations", &body).await;
        assert_eq!((status, &problem["code"]), (422, &json!("op_not_served")), "{problem}");
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains(op) && message.contains("status, cancel, search"), "{message}");
    }
}

/// An op is given up when a caller has waited as long as it may.
#[tokio::test]
async fn ops_are_given_up_in_time() {
    let door = Door::whole(&[("gateway.max_wait", "100ms")]).await;
    door.fake.hang();
    for body in [r#"{"op":"generate"}"#, r#"{"op":"search"}"#, r#"{"op":"status","job_id":"j"}"#] {
        let (status, problem) = door.ask("POST", "/invocations", body).await;
        assert_eq!((status, &problem["code"]), (504, &json!("deadline_exceeded")), "{problem}");
        assert_eq!(problem["retryable"], true);
    }
}

/// An empty expression is no op, and what has an input is a job.
#[tokio::test]
async fn jobs_are_no_ops() {
    let door = Door::open().await;
    for body in [r#"{"op":null,"title":"t"}"#, r#"{"op":"search","input":{}}"#] {
        assert_eq!(door.ask("POST", "/invocations", body).await.0, 202, "{body}");
    }
}
