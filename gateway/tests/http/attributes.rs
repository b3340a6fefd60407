//! The one header that passes SageMaker, in and out.

use serde_json::{Value, json};

use crate::door::Door;

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

/// What breaks the grammar is refused by name; what is merely unknown is not.
#[tokio::test]
async fn broken_attributes_are_refused() {
    let door = Door::open().await;
    let long = format!("a={}", "x".repeat(1023));
    for (sent, is_taken) in [
        (long.as_str(), false),
        (&long[..1024], true),
        ("a=\u{e9}", false),
        ("a=\tb", false),
        ("", true),
        (";;=;a=;=b", true),
        ("key=secret;tenant=other", true),
    ] {
        let answer = door
            .request("POST", "/invocations")
            .header(NAME, sent)
            .body("{}")
            .send()
            .await
            .unwrap();
        let (status, echo) = (answer.status().as_u16(), answer.headers().get(NAME).unwrap().len());
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(status, if is_taken { 202 } else { 400 }, "{sent}: {problem}");
        assert!(is_taken || problem["code"] == json!("invalid_custom_attributes"), "{problem}");
        assert!(echo <= 1024, "{echo}");
    }
    let twice =
        door.request("POST", "/invocations").header(NAME, "a=1").header(NAME, "b=2").body("{}");
    assert_eq!(twice.send().await.unwrap().status(), 400);
}

/// What comes back in the header, and with which status.
async fn echo(door: &Door, sent: Option<&str>, body: &str) -> (u16, String) {
    let request = door.request("POST", "/invocations").body(body.to_owned());
    let request = sent.into_iter().fold(request, |r, sent| r.header(NAME, sent));
    let answer = request.send().await.unwrap();
    let echo = answer.headers()[NAME].to_str().unwrap().to_owned();
    (answer.status().as_u16(), echo)
}
