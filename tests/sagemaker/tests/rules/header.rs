//! What of a request and of an answer passes the platform.

use super::*;

#[tokio::test]
async fn only_documented_headers_reach_the_container() {
    let stage = Stage::start(single()).await;
    let sent = [
        ("accept", "application/json"),
        ("x-amzn-sagemaker-custom-attributes", "traceparent=00-1;idem=2"),
        ("x-amzn-sagemaker-inference-id", "i-1"),
        ("x-amzn-sagemaker-session-id", "NEW_SESSION"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
        ("idempotency-key", "k"),
        ("prefer", "wait=5"),
        ("x-request-id", "r"),
    ];
    let told = told(&stage, &sent).await;
    let mut names: Vec<_> =
        told["headers"].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "content-length",
            "content-type",
            "host",
            "x-amzn-sagemaker-custom-attributes",
            "x-amzn-sagemaker-forwarded-api",
            "x-amzn-sagemaker-inference-id",
            "x-amzn-sagemaker-session-id",
        ]
    );
    assert_eq!(told["headers"]["x-amzn-sagemaker-custom-attributes"], "traceparent=00-1;idem=2");
    assert_eq!((&told["method"], &told["path"]), (&json!("POST"), &json!("/invocations")));
}

#[tokio::test]
async fn only_documented_headers_come_back() {
    let stage = Stage::start(single()).await;
    let answered = json!({
        "Content-Type": "application/json",
        "X-Amzn-SageMaker-Custom-Attributes": "traceparent=00-2",
        "X-Amzn-SageMaker-New-Session-Id": "s1; Expires=2027-01-01T00:00:00Z",
        "Retry-After": "3",
        "Location": "/v1/jobs/1",
        "Set-Cookie": "a=b",
    });
    let answer = stage.call(&[], &json!({ "headers": answered })).await;
    let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "content-length",
            "content-type",
            "date",
            "x-amzn-invoked-production-variant",
            "x-amzn-requestid",
            "x-amzn-sagemaker-custom-attributes",
            "x-amzn-sagemaker-new-session-id",
        ]
    );
    assert_eq!(answer.headers["x-amzn-invoked-production-variant"], "AllTraffic");
}

#[tokio::test]
async fn headers_are_held_to_the_services_model() {
    let stage = Stage::start(single()).await;
    let fits = "a".repeat(1024);
    let answer = stage.call(&[("x-amzn-sagemaker-custom-attributes", &fits)], &json!({})).await;
    assert_eq!(answer.status, 200);
    for (name, value, member) in [
        ("x-amzn-sagemaker-custom-attributes", "a".repeat(1025), "customAttributes"),
        ("x-amzn-sagemaker-custom-attributes", "caf\u{e9}".to_owned(), "customAttributes"),
        ("x-amzn-sagemaker-inference-id", "i".repeat(65), "inferenceId"),
    ] {
        let answer = stage.call(&[(name, &value)], &json!({})).await;
        assert_eq!((answer.status, answer.error()), (400, Some("ValidationError")), "{answer:?}");
        assert!(answer.json()["Message"].as_str().unwrap().contains(member), "{answer:?}");
    }
}
