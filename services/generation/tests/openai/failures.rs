use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chassis::failure::retry_after;
use proto::generation::GenerateRequest;
use serde_json::{Value, json};
use tonic::Code;

use crate::ask::{generate, message, problem, stream, template};
use crate::fake::{Fake, client, completion, within};

const SAID: &str = "You sent: my secret prompt with sk-secret";

fn failing(status: u16, kind: &str, code: &str) -> Response {
    let error = json!({ "error": { "message": SAID, "type": kind, "code": code, "param": "messages.[0].content" } });
    (StatusCode::from_u16(status).unwrap(), [("x-request-id", "req_9")], Json(error))
        .into_response()
}

#[tokio::test]
async fn each_status_has_its_failure_and_none_quotes_the_provider() {
    let rows = [
        (
            400,
            "invalid_request_error",
            "context_length_exceeded",
            Code::InvalidArgument,
            "provider_refused",
        ),
        (
            401,
            "invalid_request_error",
            "invalid_api_key",
            Code::PermissionDenied,
            "provider_denied",
        ),
        (403, "permission_error", "", Code::PermissionDenied, "provider_denied"),
        (
            404,
            "invalid_request_error",
            "model_not_found",
            Code::InvalidArgument,
            "provider_refused",
        ),
        (408, "timeout", "", Code::Unavailable, "provider_unavailable"),
        (422, "invalid_request_error", "", Code::InvalidArgument, "provider_refused"),
        (429, "requests", "rate_limit_exceeded", Code::ResourceExhausted, "provider_throttled"),
        (
            429,
            "insufficient_quota",
            "insufficient_quota",
            Code::PermissionDenied,
            "provider_denied",
        ),
        (302, "", "", Code::InvalidArgument, "provider_refused"),
        (500, "server_error", "", Code::Unavailable, "provider_unavailable"),
        (503, "overloaded", "", Code::Unavailable, "provider_unavailable"),
        (529, "overloaded", "", Code::Unavailable, "provider_unavailable"),
    ];
    for (http, kind, code, wanted, reason) in rows {
        let fake = Fake::answering(move || failing(http, kind, code)).await;
        let whole = generate(fake.client(), message("Hi")).await.unwrap_err();
        let (_, streamed) = stream(fake.client(), message("Hi")).await;
        for status in [whole, streamed.unwrap_err()] {
            assert_eq!(
                (status.code(), problem(&status).0.as_str()),
                (wanted, reason),
                "{http}: {status:?}"
            );
            let told = format!("{status:?}");
            assert!(
                told.contains(&http.to_string()) && told.contains("req_9") && told.contains(code),
                "{told}"
            );
            assert!(!told.contains("secret"), "{told}");
        }
    }
}

#[tokio::test]
async fn the_wait_that_a_provider_asks_for_is_passed_on() {
    let fake = Fake::answering(|| {
        (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "17")], "").into_response()
    })
    .await;
    let status = generate(fake.client(), message("Hi")).await.unwrap_err();
    assert_eq!(retry_after(&status), Some(Duration::from_secs(17)));
}

#[tokio::test]
async fn what_is_no_completion_is_no_answer() {
    let html = || ([("content-type", "text/html")], "<html>sk-secret</html>").into_response();
    let answers: [(&str, Value); 4] = [
        ("no choice", json!({ "choices": [] })),
        ("empty", completion("")),
        ("wrong types", json!({ "choices": "many" })),
        (
            "an unasked tool",
            json!({ "choices": [{
            "finish_reason": "tool_calls",
            "message": { "content": null, "tool_calls": [{ "id": "1", "function": { "name": "rm" } }] },
        }] }),
        ),
    ];
    let fake = Fake::answering(html).await;
    let mut statuses = vec![("html", generate(fake.client(), message("Hi")).await.unwrap_err())];
    for (name, answer) in answers {
        let fake = Fake::answering(move || Json(answer.clone()).into_response()).await;
        statuses.push((name, generate(fake.client(), message("Hi")).await.unwrap_err()));
    }
    for (name, status) in statuses {
        assert_eq!(
            (status.code(), problem(&status).0.as_str()),
            (Code::Unavailable, "provider_unavailable"),
            "{name}: {status:?}"
        );
        assert!(!status.message().contains("secret"), "{status:?}");
    }
}

#[tokio::test]
async fn refusals_and_filters_are_final() {
    let mut refused = completion("");
    refused["choices"][0]["message"] =
        json!({ "content": null, "refusal": "I can't help with that secret." });
    let mut filtered = completion("");
    filtered["choices"][0]["finish_reason"] = json!("content_filter");
    let mut spent = completion("");
    spent["choices"][0]["finish_reason"] = json!("length");
    for (answer, hint) in
        [(refused, "declined"), (filtered, "filter"), (spent, "max_output_tokens")]
    {
        let fake = Fake::answering(move || Json(answer.clone()).into_response()).await;
        let status = generate(fake.client(), message("Hi")).await.unwrap_err();
        assert_eq!(problem(&status).0, "provider_refused");
        assert!(
            status.message().contains(hint) && !status.message().contains("secret"),
            "{status:?}"
        );
    }
}

#[tokio::test]
async fn nobody_at_home_is_unavailable() {
    let settings = [("generation.openai.base_url", "http://127.0.0.1:1/v1")];
    let client = client(settings.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec());
    let status = generate(client, message("Hi")).await.unwrap_err();
    assert_eq!(
        (status.code(), problem(&status).0.as_str()),
        (Code::Unavailable, "provider_unavailable")
    );
}

#[tokio::test]
async fn a_provider_that_hangs_costs_its_timeout() {
    let (fake, mut given_up) = Fake::hanging().await;
    let client = fake.client_with(&[("generation.timeout", "200ms")]);
    let status = generate(client, message("Hi")).await.unwrap_err();
    assert_eq!(problem(&status).0, "provider_unavailable");
    within(given_up.recv()).await.unwrap();
}

#[tokio::test]
async fn a_deadline_that_is_nearer_counts() {
    let (fake, mut given_up) = Fake::hanging().await;
    let mut request = tonic::Request::new(message("Hi"));
    request.set_timeout(Duration::from_millis(200));
    let status = within(fake.client().generate(request)).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    within(given_up.recv()).await.unwrap();
}

#[tokio::test]
async fn a_caller_that_gives_up_ends_the_providers_work() {
    let (mut fake, mut given_up) = Fake::hanging().await;
    let mut client = fake.client();
    let call = chassis::task::spawn(async move { client.generate(message("Hi")).await.map(drop) });
    fake.next().await;
    call.abort();
    within(given_up.recv()).await.unwrap();
}

#[tokio::test]
async fn a_template_that_fails_is_named_with_its_line() {
    let rows = [
        ("One\n{{ nobody }}", "flow/write.md:2: undefined value in `nobody`"),
        ("{{ ", "flow/write.md:1: syntax error"),
        ("{{ own.missing.deeper }}", "flow/write.md:1: undefined value"),
    ];
    for (user, wanted) in rows {
        let status =
            generate(client(Vec::new()), template("", user, r#"{"own": {}}"#)).await.unwrap_err();
        assert_eq!(problem(&status), ("invalid_template".into(), "template".into()));
        assert!(status.message().contains(wanted), "{status:?}");
    }
}

#[tokio::test]
async fn a_template_that_cuts_a_fence_is_refused() {
    let request = template(
        "",
        "{{ a[:60] }}",
        r#"{"a": "a long text that a stranger wrote, and that goes on"}"#,
    );
    let request = GenerateRequest { untrusted: vec!["a".into()], ..request };
    let status = generate(client(Vec::new()), request).await.unwrap_err();
    assert_eq!(problem(&status), ("invalid_parameter".into(), "untrusted".into()));
}
