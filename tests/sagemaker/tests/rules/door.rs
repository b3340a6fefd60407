//! Between a caller and a container: readiness, routing, limits, and errors in the service's form.

use super::*;

#[tokio::test]
async fn endpoint_that_is_not_ready_says_so() {
    let stage = Stage::cold(plan(vec![container("container-0", &[("WARM_UP", "3600")])])).await;
    let answer = stage.call(&[], &json!({})).await;
    assert_eq!((answer.status, answer.error()), (429, Some("ModelNotReadyException")));
}

#[tokio::test]
async fn unknown_endpoint_is_a_validation_error() {
    let stage = Stage::cold(single()).await;
    let answer = stage.caller.invoke("other", &[], "{}").await.unwrap();
    assert_eq!((answer.status, answer.error()), (400, Some("ValidationError")));
    assert_eq!(answer.json()["Message"], "Endpoint other of account 111122223333 not found.");
}

#[tokio::test]
async fn failure_of_the_container_comes_inside_a_424() {
    let stage = Stage::start(single()).await;
    for (status, side, code) in
        [(422, "client", "CLIENT_ERROR_FROM_MODEL"), (503, "server", "INTERNAL_FAILURE_FROM_MODEL")]
    {
        let order = json!({ "status": status, "answer": { "code": "x" }, "headers": { "Retry-After": "3" } });
        let answer = stage.call(&[], &order).await;
        assert_eq!((answer.status, answer.error()), (424, Some("ModelError")));
        assert_eq!(answer.original(), (status, json!({ "code": "x" })));
        let body = answer.json();
        assert_eq!(body["ErrorCode"], code);
        let message = body["Message"].as_str().unwrap();
        assert!(
            message.starts_with(&format!(
                "Received {side} error ({status}) from primary with message "
            )),
            "{message}"
        );
        assert!(
            body["LogStreamArn"]
                .as_str()
                .unwrap()
                .ends_with(":log-group:/aws/sagemaker/Endpoints/shop"),
            "{body}"
        );
        assert!(!answer.headers.contains_key("retry-after"));
    }
}

#[tokio::test]
async fn any_success_is_a_200() {
    let stage = Stage::start(single()).await;
    let answer = stage.call(&[], &json!({ "status": 202, "answer": { "job_id": "j" } })).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "job_id": "j" })));
}

#[tokio::test]
async fn answer_that_is_late_is_a_model_error_with_status_0() {
    let mut plan = single();
    plan.limits.answer = Duration::from_millis(300);
    let stage = Stage::start(plan).await;
    let answer = stage.call(&[], &json!({ "sleep": 20 })).await;
    assert_eq!((answer.status, answer.error()), (424, Some("ModelError")));
    let body = answer.json();
    assert_eq!((&body["OriginalStatusCode"], body.get("ErrorCode")), (&json!(0), None), "{body}");
    assert!(
        body["OriginalMessage"].as_str().unwrap().starts_with("Your invocation timed out"),
        "{body}"
    );
}

#[tokio::test]
async fn bodies_are_bounded_in_both_directions() {
    let mut plan = single();
    (plan.limits.body, plan.limits.safe_body) = (100_000, 50_000);
    let stage = Stage::start(plan).await;
    let large = |size: usize| stage.caller.invoke("shop", &[], vec![b'x'; size]);
    let answer = large(100_001).await.unwrap();
    assert_eq!((answer.status, answer.error()), (413, None));
    assert_eq!(answer.json()["message"], "HTTP content length exceeded 100000 bytes.");
    assert_eq!(stage.endpoint.beyond_safe(), 0);

    let answer = large(100_000).await.unwrap();
    assert_eq!((answer.status, &answer.json()["received"]), (200, &json!(100_000)));
    assert_eq!(stage.endpoint.beyond_safe(), 1);

    let answer = stage.call(&[], &json!({ "size": 100_001 })).await;
    assert_eq!((answer.status, &answer.json()["OriginalStatusCode"]), (424, &json!(0)));
    assert_eq!(stage.call(&[], &json!({ "size": 100_000 })).await.body.len(), 100_000);
}

#[tokio::test]
async fn container_of_a_direct_endpoint_must_be_named() {
    let stage = Stage::start(plan(vec![container("left", &[]), container("right", &[])])).await;
    for (headers, word) in [(vec![], "must have"), (vec![target("middle")], "middle")] {
        let answer = stage.call(&headers, &json!({})).await;
        assert_eq!((answer.status, answer.error()), (400, Some("ValidationError")));
        assert!(answer.json()["Message"].as_str().unwrap().contains(word), "{answer:?}");
    }
    let ports: Vec<_> =
        stage.endpoint.instances()[0].containers().iter().map(|c| c.port().to_string()).collect();
    for (hostname, port) in ["left", "right"].iter().zip(ports) {
        let told = told(&stage, &[target(hostname)]).await;
        assert_eq!(told["environment"]["SAGEMAKER_BIND_TO_PORT"], json!(port));
    }
    let answer = stage.call(&[target("left")], &json!({ "status": 500 })).await;
    assert!(answer.json()["Message"].as_str().unwrap().contains("from left with"), "{answer:?}");
}

#[tokio::test]
async fn container_of_a_single_endpoint_must_not_be_named() {
    let stage = Stage::start(single()).await;
    let answer = stage.call(&[target("container-0")], &json!({})).await;
    assert_eq!((answer.status, answer.error()), (400, Some("ValidationError")));
}

#[tokio::test]
async fn container_that_accepts_no_connection_is_given_250_ms() {
    let stage = Stage::start(single()).await;
    let port = stage.endpoint.instances()[0].containers()[0].port();
    let _stuffed = stuff(&stage, port).await;
    let began = std::time::Instant::now();
    let answer = stage.call(&[], &json!({})).await;
    assert_eq!(
        (answer.status, &answer.json()["OriginalStatusCode"]),
        (424, &json!(0)),
        "{answer:?}"
    );
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    assert!(
        answer.json()["OriginalMessage"].as_str().unwrap().contains("not accepted within 250ms"),
        "{answer:?}"
    );
}

/// Stops the container's process where it stands, and fills the queue of its connections.
async fn stuff(stage: &Stage, port: u16) -> Vec<tokio::net::TcpStream> {
    let pid = told(stage, &[]).await["pid"].to_string();
    assert!(
        std::process::Command::new("kill").args(["-s", "STOP", &pid]).status().unwrap().success()
    );
    let mut stuffed = Vec::new();
    let limit = Duration::from_millis(200);
    while let Ok(stream) =
        tokio::time::timeout(limit, tokio::net::TcpStream::connect(("127.0.0.1", port))).await
    {
        stuffed.push(stream.unwrap());
    }
    stuffed
}

pub(crate) fn target(hostname: &str) -> (&str, &str) {
    ("x-amzn-sagemaker-target-container-hostname", hostname)
}
