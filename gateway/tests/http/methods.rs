use std::collections::BTreeSet;

use serde_json::Value;

use crate::door::Door;
use crate::raw;

const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/// Every method that a path does not declare is a problem, with what it does take in `Allow`.
#[tokio::test]
async fn undeclared_methods_are_refused() {
    let door = Door::open().await;
    let (_, api) = door.ask("GET", "/openapi.json", "").await;
    let paths = api["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 23, "{:?}", paths.keys());
    for (path, item) in paths {
        let declared = declared(item);
        let target = path.replace(['{', '}'], "");
        for method in METHODS.iter().filter(|method| !declared.contains(**method)) {
            let answer = raw::send(&door, method, &target).await;
            assert_eq!(answer.status, 405, "{method} {path}: {answer:?}");
            let allow: BTreeSet<_> = answer.headers["allow"].split(',').map(str::trim).collect();
            assert_eq!(allow, declared, "{method} {path}");
            let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            let is_told = *method == "HEAD" || problem["code"] == "method_not_allowed";
            assert!(is_told, "{method} {path}: {answer:?}");
        }
    }
}

/// CONNECT to somewhere else is no proxy's business here.
#[tokio::test]
async fn nothing_is_proxied() {
    let door = Door::open().await;
    for (method, target) in
        [("CONNECT", "example.com:443"), ("TRACE", "/nothing"), ("OPTIONS", "*")]
    {
        let answer = raw::send(&door, method, target).await;
        assert_eq!(answer.status, 404, "{method} {target}: {answer:?}");
    }
    // An absolute target is the path that it names.
    assert_eq!(raw::send(&door, "GET", "http://example.com/ping").await.status, 200);
}

/// HEAD is answered wherever GET is, without a body.
#[tokio::test]
async fn head_is_answered_without_a_body() {
    let door = Door::open().await;
    for path in ["/ping", "/health", "/v1/flows", "/openapi.json"] {
        let answer = raw::send(&door, "HEAD", path).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{path}");
    }
}

fn declared(item: &Value) -> BTreeSet<&'static str> {
    let has = |method: &str| item.get(method.to_lowercase()).is_some();
    let mut declared: BTreeSet<_> = METHODS.into_iter().filter(|method| has(method)).collect();
    if declared.contains("GET") {
        declared.insert("HEAD");
    }
    declared
}
