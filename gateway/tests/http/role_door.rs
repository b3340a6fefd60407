//! The door of a process without a gateway: its own methods, and the ops of its roles.

use chassis::failure::{Kind, Refusal, Violation};
use serde_json::{Value, json};

use crate::door::{COLLECTIONS, Door, GENERATION, JOBS, RERANK, RETRIEVAL, told};
use crate::raw;

const ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";

/// A method is called by its name, short or whole, and answers with the names of the protos.
#[tokio::test]
async fn methods_are_called() {
    let door = Door::of_roles(&[RETRIEVAL, COLLECTIONS]).await;
    for method in ["Search", &format!("{RETRIEVAL}/Search"), &format!("/{RETRIEVAL}/Search")] {
        let request = json!({ "collection": "notes", "query": "rust", "filter": { "all": [{ "field": "n", "equals": null }] } });
        let body = json!({ "method": method, "request": request }).to_string();
        let (status, answer) = door.ask("POST", "/invocations", &body).await;
        assert_eq!(
            (status, &answer["passages"][0]["document_id"]),
            (200, &json!("first")),
            "{answer}"
        );
        assert_eq!(
            (&answer["collection_documents"], &answer["under_returned"]),
            (&json!(1), &json!(""))
        );
        let asked = door.fake.last().asked;
        assert!(asked.contains(r#"query: "rust""#) && asked.contains("NullValue"), "{asked}");
    }
    let body = r#"{"method":"GetDocument","request":{"collection":"notes","document_id":"first"}}"#;
    let (_, answer) = door.ask("POST", "/invocations", body).await;
    assert_eq!(answer["document"]["metadata"], json!({ "n": 9_007_199_254_740_993_u64 }));
    assert_eq!(answer["document"]["version"], json!(1));
    let (status, answer) =
        door.ask("POST", "/invocations", r#"{"method":"ListCollections"}"#).await;
    assert_eq!((status, &answer["collections"][0]["collection"]), (200, &json!("notes")));
}

/// The ops of its roles are answered, those of others are not.
#[tokio::test]
async fn ops_of_its_roles_are_answered() {
    let door = Door::of_roles(&[RERANK, GENERATION]).await;
    for body in [r#"{"op":"rerank","query":"q"}"#, r#"{"op":"generate","template":{"user":"u"}}"#] {
        assert_eq!(door.ask("POST", "/invocations", body).await.0, 200, "{body}");
    }
    for body in [r#"{"op":"search","query":"q"}"#, r#"{"op":"status","job_id":"j"}"#] {
        let (status, problem) = door.ask("POST", "/invocations", body).await;
        assert_eq!((status, &problem["code"]), (422, &json!("op_not_served")), "{problem}");
        assert!(problem["message"].as_str().unwrap().ends_with("rerank, generate"), "{problem}");
    }
}

/// What cannot be called is refused with what can.
#[tokio::test]
async fn what_cannot_be_called_is_told() {
    let door = Door::of_roles(&[GENERATION]).await;
    let generate = format!("{GENERATION}/Generate");
    for (body, code, path) in [
        (json!({ "method": "Dance" }), "unknown_method", "method"),
        (json!({ "method": "Search" }), "unknown_method", "method"),
        (json!({ "method": 7 }), "invalid_request", "method"),
        (json!({ "method": "GenerateStream" }), "streaming_method", "method"),
        (json!({ "title": "a job" }), "invalid_request", "method"),
        (json!({ "input": {} }), "invalid_request", "method"),
        (json!({ "method": "Generate", "requests": {} }), "invalid_request", "requests"),
        (json!({ "method": "Generate", "request": 5 }), "invalid_request", "request"),
        (
            json!({ "method": "Generate", "request": { "modell": "x" } }),
            "invalid_request",
            "request.modell",
        ),
        (
            json!({ "method": "Generate", "request": { "passages": [{ "score": "x" }] } }),
            "invalid_request",
            "request.passages[0].score",
        ),
    ] {
        let (status, problem) = door.ask("POST", "/invocations", &body.to_string()).await;
        assert_eq!(
            (status, &problem["code"], &problem["errors"][0]["path"]),
            (422, &json!(code), &json!(path)),
            "{body}: {problem}"
        );
        let is_told = path != "method"
            || code == "invalid_request"
            || problem["message"].to_string().contains(&generate);
        assert!(is_told, "{problem}");
    }
    for (body, status, code) in [
        ("{", 400, "malformed_json"),
        (r#"{"method":"Generate","method":"Generate"}"#, 400, "duplicate_key"),
        (r#"{"method":"Generate","request":{"model":"\u0000"}}"#, 422, "nul_character"),
        ("[]", 422, "invalid_input"),
    ] {
        let (got, problem) = door.ask("POST", "/invocations", body).await;
        assert_eq!((got, &problem["code"]), (status, &json!(code)), "{body}: {problem}");
    }
    assert_eq!(door.fake.count(), 0);
}

/// A service's refusal is the same problem as everywhere, with the paths of the body.
#[tokio::test]
async fn refusals_are_problems() {
    let door = Door::of_roles(&[RETRIEVAL]).await;
    let violations = vec![Violation { path: "query".into(), message: "is blank".into() }];
    door.fake.refuse(
        Refusal::new(Kind::Invalid, "BLANK_QUERY").violations(violations).to_status("blank"),
    );
    let request = door.request("POST", "/invocations").header(ATTRIBUTES, "a=1;trace=x");
    let answer = request.body(r#"{"method":"Search"}"#).send().await.unwrap();
    let echo = answer.headers()[ATTRIBUTES].to_str().unwrap().to_owned();
    assert!(echo.contains("trace_id=") && echo.ends_with(";a=1;trace=x"), "{echo}");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(
        (&problem["status"], &problem["code"], &problem["hop"]),
        (&json!(422), &json!("blank_query"), &json!("retrieval"))
    );
    assert_eq!(problem["errors"][0]["path"], "request.query");
    assert!(problem["request_id"].is_string() && problem["trace_id"].is_string(), "{problem}");
    door.fake.refuse(tonic::Status::unavailable("gone"));
    let (status, problem) = door.ask("POST", "/invocations", r#"{"op":"search"}"#).await;
    assert_eq!((status, &problem["retry_after_ms"]), (503, &json!(1000)));
}

/// It is ready once its own services serve, and says 503 before and after.
#[tokio::test]
async fn health_is_that_of_its_services() {
    let mut door = Door::cold_of_roles(&[RETRIEVAL, COLLECTIONS]).await;
    assert_eq!(raw::send(&door, "GET", "/ping").await.status, 503);
    door.health.serving(RETRIEVAL);
    door.health.serving(JOBS);
    assert_eq!(raw::send(&door, "POST", "/ping").await.status, 503);
    door.health.serving(COLLECTIONS);
    door.gateway.readiness().ready().await;
    for method in ["GET", "HEAD", "POST"] {
        assert_eq!(raw::send(&door, method, "/ping").await.status, 200, "{method}");
    }
    let (_, health) = door.ask("GET", "/health", "").await;
    assert_eq!(health["dependencies"][0]["name"], "retrieval");
    for (method, path) in [("GET", "/v1/jobs"), ("POST", "/v1/search")] {
        assert_eq!(told(door.request(method, path)).await.0, 404, "{path}");
    }
    door.stop.cancel();
    (&mut door.serving).await.unwrap().unwrap();
}

/// Its description is its own.
#[tokio::test]
async fn it_describes_itself() {
    let door = Door::of_roles(&[RETRIEVAL]).await;
    let (status, api) = door.ask("GET", "/openapi.json", "").await;
    let paths: Vec<_> = api["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((status, paths), (200, vec!["/health", "/invocations", "/openapi.json", "/ping"]));
}
