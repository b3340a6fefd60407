//! The one header that passes SageMaker, in and out.

use serde_json::{Value, json};

use crate::door::{Door, told};

const NAME: &str = "x-amzn-sagemaker-custom-attributes";
const TRACE: &str = "22222222222222222222222222222222";

/// The attributes come back behind the job's trace.
#[tokio::test]
async fn attributes_come_back_with_the_trace() {
    let door = Door::open().await;
    let sent =
        format!("tenant=acme;traceparent=00-{TRACE}-00f067aa0ba902b7-01; x = 1;nonsense;idem=k");
    let echo = echo(&door, Some(&sent), "{}").await.1;
    let parts: Vec<_> = echo.split(';').collect();
    assert!(parts[0].starts_with(&format!("traceparent=00-{TRACE}-")), "{echo}");
    assert_eq!(parts[1..], [format!("trace_id={TRACE}").as_str(), "tenant=acme", "x=1", "idem=k"]);
}

/// Without any the trace comes back alone, also with a refusal, and a repeated answer tells the first one's.
#[tokio::test]
async fn trace_comes_back_alone() {
    let door = Door::open().await;
    let (status, alone) = echo(&door, None, "{}").await;
    assert_eq!(status, 202);
    assert!(alone.contains(&format!("trace_id={}", door.fake.last().trace_id)), "{alone}");
    let (status, refused) = echo(&door, None, "{").await;
    assert_eq!(status, 400);
    assert!(refused.starts_with("traceparent=00-"), "{refused}");
    let (_, repeated) = echo(&door, Some("idem=known"), "{}").await;
    assert_eq!(repeated, "trace_id=0af7651916cd43dd8448eb211c80319c;idem=known");
}

/// Nothing in them fails a request, and the answer's own are never longer than may be.
#[tokio::test]
async fn garbage_fails_nothing() {
    let door = Door::open().await;
    let long = format!("a={}", "x".repeat(1023));
    let cut = format!("a={};idem=ke", "x".repeat(1016));
    let many = "a=1;".repeat(10_000);
    for sent in [
        long.as_bytes(),
        &long.as_bytes()[..1024],
        cut.as_bytes(),
        many.as_bytes(),
        b"a=\xe9;\xff\xfe",
        b"a=\tb",
        b"",
        b";;=;a=;=b;idem=",
        b"traceparent=00-zz-zz-01;trace_id=x",
        b"=====;;;;{\"a\":1}",
    ] {
        let request = door.request("POST", "/invocations").header(NAME, sent).body("{}");
        let answer = request.send().await.unwrap();
        let echo = answer.headers()[NAME].to_str().unwrap().to_owned();
        let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert_eq!(status, 202, "{body}");
        assert!(echo.len() <= 1024 && echo.contains("trace_id="), "{echo}");
        let is_told = body["warnings"].to_string().contains("longer than 1024");
        assert_eq!(is_told, sent.len() > 1024, "{body}");
        assert_eq!(door.fake.submitted().idempotency_key, "");
    }
}

/// A credential or a tenant in them is not believed, and the credential is not repeated.
#[tokio::test]
async fn credentials_are_not_believed() {
    let door = Door::with(&[("gateway.tenant", "acme")]).await;
    let (status, echo) = echo(&door, Some("key=hunter2;tenant=other;idem=k"), "{}").await;
    assert_eq!((status, door.fake.last().tenant.as_str()), (202, "acme"));
    assert!(!echo.contains("hunter2") && echo.ends_with(";tenant=other;idem=k"), "{echo}");
    assert_eq!(door.fake.submitted().idempotency_key, "k");
}

/// Sent twice they are one; two keys contradict each other, and one in the body.
#[tokio::test]
async fn contradicting_keys_are_refused() {
    let door = Door::open().await;
    let request = |first: &str, second: &str, body: &str| {
        let request = door.request("POST", "/invocations").header(NAME, first);
        told(request.header(NAME, second).body(body.to_owned()))
    };
    assert_eq!(request("a=1", "idem=k", "{}").await.0, 202);
    assert_eq!(door.fake.submitted().idempotency_key, "k");
    for (second, body) in
        [("idem=other", "{}"), ("a=2", r#"{"input":{},"idempotency_key":"other"}"#)]
    {
        let (status, problem) = request("idem=k", second, body).await;
        assert_eq!((status, &problem["code"]), (400, &json!("idempotency_keys_differ")));
    }
}

/// What comes back in the header, and with which status.
async fn echo(door: &Door, sent: Option<&str>, body: &str) -> (u16, String) {
    let request = door.request("POST", "/invocations").body(body.to_owned());
    let request = sent.into_iter().fold(request, |r, sent| r.header(NAME, sent));
    let answer = request.send().await.unwrap();
    let echo = answer.headers()[NAME].to_str().unwrap().to_owned();
    (answer.status().as_u16(), echo)
}
