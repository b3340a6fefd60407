//! Who may call.

use serde_json::json;

use crate::door::{Door, told};

const BASIC: [(&str, &str); 3] =
    [("gateway.auth", "basic"), ("gateway.basic.user", "n8n"), ("gateway.basic.pass", "0:1 2ü")];

/// With a password asked for, only who knows it is served.
#[tokio::test]
async fn only_who_knows_the_password_is_served() {
    let door = Door::with(&BASIC).await;
    let right = door.request("GET", "/v1/flows").basic_auth("n8n", Some("0:1 2ü"));
    assert_eq!(told(right).await.0, 200);
    for (user, pass) in
        [("n8n", "0:1 2"), ("n8n", ""), ("", "0:1 2ü"), ("N8N", "0:1 2ü"), ("n8n:0", "1 2ü")]
    {
        let request = door.request("GET", "/v1/flows").basic_auth(user, Some(pass));
        let expected = if user == "n8n:0" { 200 } else { 401 };
        assert_eq!(told(request).await.0, expected, "{user}:{pass}");
    }
    for header in ["", "Basic", "Basic !!", "Bearer bjhuOjA=", "bjhuOjA="] {
        let request = door.request("GET", "/v1/flows").header("authorization", header);
        assert_eq!(told(request).await.0, 401, "{header}");
    }
}

/// Who is not known reads how to become known, on every path but those for platforms and tools.
#[tokio::test]
async fn strangers_read_how_to_prove_themselves() {
    let door = Door::with(&BASIC).await;
    for (method, path) in [
        ("GET", "/v1/jobs"),
        ("POST", "/invocations"),
        ("GET", "/health"),
        ("GET", "/nothing"),
        ("PUT", "/v1/jobs"),
    ] {
        let request = door.request(method, path).body("x".repeat(1000));
        let parent = "00-11111111111111111111111111111111-00f067aa0ba902b7-01";
        let answer = request.header("traceparent", parent).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{method} {path}");
        assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic "));
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(
            (&problem["code"], &problem["retryable"]),
            (&json!("unauthenticated"), &json!(false))
        );
    }
    for path in ["/ping", "/openapi.json"] {
        assert_eq!(door.ask("GET", path, "").await.0, 200, "{path}");
    }
    assert_eq!(door.fake.count(), 0);
}
