//! Jobs that are handed in.

use proto::jobs::callback_auth::Kind;
use proto::jobs::{BasicAuth, HeaderAuth};
use serde_json::json;

use crate::door::{Door, told};
use crate::fake::JOB;

/// The answer says what the job is called, where to look, and how to ask.
#[tokio::test]
async fn answer_says_where_to_look() {
    let door = Door::open().await;
    for path in ["/invocations", "/v1/jobs"] {
        let answer = door.request("POST", path).body(r#"{"title":"t"}"#).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        let body: serde_json::Value = answer.json().await.unwrap();
        let url = format!("http://{}/v1/jobs/{JOB}", door.address);
        assert_eq!(location, url);
        assert_eq!(
            body,
            json!({
                "job_id": JOB, "status": "accepted", "flow": "proposal",
                "trace_id": door.fake.last().trace_id, "status_url": url,
                "poll": { "op": "status", "job_id": JOB }, "warnings": [],
            })
        );
    }
}

/// What the answer says to post is answered with the job.
#[tokio::test]
async fn poll_is_answered() {
    let door = Door::open().await;
    let (_, answer) = door.ask("POST", "/invocations", "{}").await;
    let (status, job) = door.ask("POST", "/invocations", &answer["poll"].to_string()).await;
    assert_eq!((status, &job["job_id"], &job["status"]), (200, &json!(JOB), &json!("queued")));
    assert!(door.fake.last().asked.starts_with("GetJobRequest"));
}

/// With `input` or `flow` a body is an envelope, and all of it reaches the service.
#[tokio::test]
async fn envelope_reaches_the_service() {
    let door = Door::open().await;
    let body = r#"{"flow":"proposal","input":{"title":"t"},"callback":{"url":"https://a/b?c=%2F"},"idempotency_key":"k",
        "correlation":null,"deadline_s":1.5,"priority":-3,"run_at":"2026-11-21T10:00:00.5+02:00","wait_s":0}"#;
    let (status, answer) = door.ask("POST", "/v1/jobs", body).await;
    assert_eq!((status, &answer["warnings"]), (202, &json!([])), "{answer}");
    let job = door.fake.submitted();
    assert_eq!((job.flow.as_str(), job.input_json.as_str()), ("proposal", r#"{"title":"t"}"#));
    assert_eq!(job.callback.unwrap().url, "https://a/b?c=%2F");
    assert_eq!((job.idempotency_key.as_str(), job.correlation_json.as_str()), ("k", ""));
    assert_eq!(job.deadline, Some(prost_types::Duration { seconds: 1, nanos: 500_000_000 }));
    assert_eq!(job.priority, -3);
    let eight = prost_types::Timestamp { seconds: 1_795_248_000, nanos: 500_000_000 };
    assert_eq!(job.run_at, Some(eight));
}

/// A callback's own credential reaches the service as it was sent; what is no credential is refused by its path.
#[tokio::test]
async fn callback_auth_reaches_the_service() {
    let door = Door::open().await;
    let body =
        |auth: &str| format!(r#"{{"input":{{}},"callback":{{"url":"https://a/","auth":{auth}}}}}"#);
    for (auth, kind) in [
        (
            r#"{"basic":{"user":"me","pass":"0123"}}"#,
            Kind::Basic(BasicAuth { user: "me".into(), pass: "0123".into() }),
        ),
        (
            r#"{"basic":null,"header":{"name":"X-Key","value":"a b"}}"#,
            Kind::Header(HeaderAuth { name: "X-Key".into(), value: "a b".into() }),
        ),
    ] {
        assert_eq!(door.ask("POST", "/invocations", &body(auth)).await.0, 202);
        let sent = door.fake.submitted().callback.unwrap().auth.unwrap();
        assert_eq!(sent.kind, Some(kind));
    }
    assert_eq!(door.ask("POST", "/invocations", &body("null")).await.0, 202);
    assert_eq!(door.fake.submitted().callback.unwrap().auth, None);
    let bare = r#"{"title":"t","callback":{"url":"https://a/","auth":{}}}"#;
    let (status, answer) = door.ask("POST", "/invocations", bare).await;
    assert_eq!((status, &answer["errors"][0]["path"]), (422, &json!("callback.auth")));
    for (auth, path) in [
        (r#""canary""#, "callback.auth"),
        ("{}", "callback.auth"),
        (r#"{"basic":{"user":"u","pass":"p"},"header":{"name":"n","value":"v"}}"#, "callback.auth"),
        (r#"{"bearer":"canary"}"#, "callback.auth"),
        (r#"{"basic":{"user":"u"}}"#, "callback.auth.basic.pass"),
        (r#"{"basic":{"user":"u","pass":12345}}"#, "callback.auth.basic.pass"),
        (r#"{"basic":{"user":"u","pass":"p","realm":"r"}}"#, "callback.auth.basic.realm"),
        (r#"{"header":{"value":"canary"}}"#, "callback.auth.header.name"),
        (r#"{"header":{"name":"n","value":["canary"]}}"#, "callback.auth.header.value"),
    ] {
        let (status, answer) = door.ask("POST", "/invocations", &body(auth)).await;
        let paths: Vec<_> =
            answer["errors"].as_array().unwrap().iter().map(|e| &e["path"]).collect();
        assert!(status == 422 && paths.contains(&&json!(path)), "{auth}: {answer}");
        assert!(!answer.to_string().contains("canary"), "{answer}");
    }
}

/// An input that is missing, or an empty value, is left to the flow's schema.
#[tokio::test]
async fn empty_values_count_as_absent() {
    let door = Door::open().await;
    let body = r#"{"flow":null,"input":null,"callback":null,"idempotency_key":null,"deadline_s":null,"trace":null}"#;
    assert_eq!(door.ask("POST", "/v1/jobs", body).await.0, 202);
    let job = door.fake.submitted();
    assert_eq!((job.flow.as_str(), job.input_json.as_str()), ("", "{}"));
    assert!(job.callback.is_none() && job.deadline.is_none());
}

/// Members that nobody reads are told, and so are those that a bare input swallows.
#[tokio::test]
async fn unread_members_are_told() {
    let door = Door::open().await;
    let (_, answer) = door.ask("POST", "/v1/jobs", r#"{"input":{},"callbck":{},"key":"x"}"#).await;
    assert_eq!(
        answer["warnings"],
        json!(["callbck: nobody reads this member", "key: nobody reads this member"])
    );
    let bare = r#"{"title":"t","callback":{"url":"http://x"}}"#;
    let (_, answer) = door.ask("POST", "/v1/jobs", bare).await;
    assert!(
        answer["warnings"][0].as_str().unwrap().starts_with("callback: taken as a part"),
        "{answer}"
    );
    assert_eq!(door.fake.submitted().input_json, bare);
}

/// The key may come by header, in the body and in the custom attributes, as long as it is one.
#[tokio::test]
async fn one_key_from_three_places() {
    let door = Door::open().await;
    let custom = "x-amzn-sagemaker-custom-attributes";
    for (headers, body, key) in [
        (vec![("idempotency-key", "k")], "{}", "k"),
        (vec![("idempotency-key", "\"k\"")], "{}", "k"),
        (vec![("idempotency-key", r#""a\"b""#)], "{}", r#"a"b"#),
        (vec![(custom, "idem=k")], "{}", "k"),
        (
            vec![("idempotency-key", "k"), (custom, "idem=k")],
            r#"{"input":{},"idempotency_key":"k"}"#,
            "k",
        ),
    ] {
        let request =
            headers.iter().fold(door.request("POST", "/v1/jobs"), |r, (n, v)| r.header(*n, *v));
        assert_eq!(told(request.body(body)).await.0, 202, "{headers:?}");
        assert_eq!(door.fake.submitted().idempotency_key, key);
    }
    for (headers, body, status, code, field) in [
        (
            vec![("idempotency-key", "a")],
            r#"{"input":{},"idempotency_key":"b"}"#,
            400,
            "idempotency_keys_differ",
            "idempotency_key",
        ),
        (
            vec![("idempotency-key", "a"), (custom, "idem=b")],
            "{}",
            400,
            "idempotency_keys_differ",
            "Idempotency-Key",
        ),
        (
            vec![("idempotency-key", "a"), ("idempotency-key", "b")],
            "{}",
            400,
            "idempotency_keys_differ",
            "Idempotency-Key",
        ),
        (vec![("idempotency-key", "a b")], "{}", 422, "invalid_idempotency_key", "Idempotency-Key"),
        (vec![("idempotency-key", "")], "{}", 422, "invalid_idempotency_key", "Idempotency-Key"),
        (
            vec![("idempotency-key", "ключ")],
            "{}",
            422,
            "invalid_idempotency_key",
            "Idempotency-Key",
        ),
    ] {
        let request =
            headers.iter().fold(door.request("POST", "/v1/jobs"), |r, (n, v)| r.header(*n, *v));
        let (got, problem) = told(request.body(body)).await;
        assert_eq!((got, &problem["code"]), (status, &json!(code)), "{problem}");
        assert!(
            problem["errors"].as_array().unwrap().iter().any(|e| e["path"] == field),
            "{problem}"
        );
    }
}

/// A repeated request gets the first one's answer, and can see that it is one.
#[tokio::test]
async fn repeated_requests_can_be_seen() {
    let door = Door::open().await;
    let request = door.request("POST", "/v1/jobs").header("idempotency-key", "known").body("{}");
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["idempotent-replayed"]),
        (202, &"true".parse().unwrap())
    );
    let fresh = door.request("POST", "/v1/jobs").body("{}").send().await.unwrap();
    assert!(!fresh.headers().contains_key("idempotent-replayed"));
}

/// The address that is told is the configured one, else the one that the caller used, if it is one.
#[tokio::test]
async fn address_is_the_callers_or_the_configured_one() {
    let door = Door::open().await;
    for (host, expected) in [
        ("jobs.example.com:81", Some("http://jobs.example.com:81")),
        ("[::1]:8080", Some("http://[::1]:8080")),
        ("user@evil.example", None),
        ("a\"b", None),
        ("a/b", None),
    ] {
        let request = door.request("POST", "/v1/jobs").header("host", host).body("{}");
        let (status, answer) = told(request).await;
        let url = expected.map(|base| format!("{base}/v1/jobs/{JOB}"));
        assert_eq!((status, &answer["status_url"]), (202, &json!(url)), "{host}");
    }
    let door = Door::with(&[("gateway.public_url", "https://example.com/line/")]).await;
    let (_, answer) = door.ask("POST", "/v1/jobs", "{}").await;
    assert_eq!(answer["status_url"], format!("https://example.com/line/v1/jobs/{JOB}"));
}
