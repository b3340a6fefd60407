//! What is wrong comes back inside the platform's 424, with everything that its reader needs.

use e2e::{Hosted, Setup, TARGET, hosted, sample};
use serde_json::json;

hosted! {
    /// The code names what is wrong and the path where, whatever it is.
    async fn bad_input_comes_with_code_and_path(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        let nowhere = "job_00000000000000000000000000";
        for (body, status, code, path) in [
            (json!({ "input": { "description": 7 } }), 422, "invalid_input", Some("input.title")),
            (json!({ "flow": "none", "input": sample() }), 404, "flow_not_found", None),
            (json!({ "op": "dance" }), 422, "invalid_request", Some("op")),
            (json!({ "op": "status" }), 422, "invalid_request", Some("job_id")),
            (json!({ "op": "status", "job_id": nowhere }), 404, "job_not_found", None),
            (json!({ "op": "cancel", "job_id": nowhere }), 404, "job_not_found", None),
            (json!({ "op": "search", "collection": "nowhere", "query": "x" }), 404, "collection_not_found", None),
            (json!({ "op": "rerank", "query": "x", "pasages": [] }), 422, "invalid_request", Some("pasages")),
        ] {
            let (got, problem) = hosted.refusal(&body).await;
            assert_eq!((got, &problem["code"]), (status, &json!(code)), "{body}: {problem}");
            assert!(problem["message"].is_string() && problem["request_id"].is_string(), "{problem}");
            let paths: Vec<_> = problem["errors"].as_array().into_iter().flatten().map(|e| e["path"].as_str().unwrap()).collect();
            if let Some(path) = path {
                assert!(paths.iter().any(|named| path_is(named, path)), "{body}: {problem}");
            }
        }
    }

    /// What is no JSON is told as such.
    async fn what_is_no_json_is_told(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        let target = [(TARGET, "gateway")];
        let headers = if hosted.endpoint.plan().is_direct() { &target[..] } else { &[] };
        for (body, code) in [("{", "malformed_json"), ("", "malformed_json"), (r#"{"title":"a","title":"b"}"#, "duplicate_key")] {
            let answer = hosted.caller.invoke(e2e::ENDPOINT, headers, body).await.unwrap();
            let (status, problem) = answer.original();
            assert_eq!((status, &problem["code"]), (400, &json!(code)), "{body}: {answer:?}");
        }
    }

    /// Custom attributes of garbage disturb nobody; longer ones than the platform allows are its own refusal.
    async fn garbage_attributes_are_borne(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        let ask = |attributes: String| {
            let hosted = &hosted;
            async move { hosted.invoke(&[("x-amzn-sagemaker-custom-attributes", &attributes)], &sample()).await }
        };
        for garbage in ["", ";;;", "=", "no pairs", "a=b=c;;=d;key=secret;tenant=red;\u{7e}", "traceparent=00-zz", &"x".repeat(1024)] {
            let answer = ask(garbage.to_owned()).await;
            assert_eq!(answer.status, 200, "{garbage}: {answer:?}");
            let echo = answer.headers["x-amzn-sagemaker-custom-attributes"].to_str().unwrap().to_owned();
            let trace = answer.json()["trace_id"].as_str().unwrap().to_owned();
            assert!(echo.contains(&trace) && echo.len() <= 1024 && !echo.contains("secret"), "{garbage}: {echo}");
        }
        let answer = ask("x".repeat(1025)).await;
        assert_eq!((answer.status, answer.error()), (400, Some("ValidationError")));
    }
}

/// Paths are written as `input.title` or as `title` below the input.
fn path_is(named: &str, path: &str) -> bool {
    named == path || path.ends_with(&format!(".{named}"))
}
