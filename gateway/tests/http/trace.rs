//! Which trace a request belongs to.

use serde_json::json;

use crate::door::{Door, told};

const HEADER: &str = "11111111111111111111111111111111";
const ATTRIBUTE: &str = "22222222222222222222222222222222";
const BODY: &str = "33333333333333333333333333333333";
const AMAZON: &str = "4444444455555555555555555555aaaa";

/// The first valid one counts, of header, custom attributes, body and load balancer.
#[tokio::test]
async fn first_valid_trace_counts() {
    let door = Door::open().await;
    let good = |id: &str| format!("00-{id}-00f067aa0ba902b7-01");
    let amazon = "Root=1-44444444-55555555555555555555aaaa;Parent=53995c3f42cd8ad8;Sampled=1";
    let zero = "00-00000000000000000000000000000000-0000000000000000-01";
    for (header, attribute, body, balancer, expected) in [
        (good(HEADER), good(ATTRIBUTE), good(BODY), amazon, Some(HEADER)),
        (String::new(), good(ATTRIBUTE), good(BODY), amazon, Some(ATTRIBUTE)),
        (zero.into(), good(ATTRIBUTE), good(BODY), amazon, Some(ATTRIBUTE)),
        ("garbage".into(), "garbage".into(), good(BODY), amazon, Some(BODY)),
        (zero.into(), zero.into(), zero.into(), amazon, Some(AMAZON)),
        (
            String::new(),
            String::new(),
            String::new(),
            "Root=1-44444444-55555555555555555555aaaa",
            Some(AMAZON),
        ),
        (
            String::new(),
            String::new(),
            String::new(),
            "Self=1-1-1;Root=1-44444444-55555555555555555555AAAA",
            Some(AMAZON),
        ),
        (String::new(), String::new(), String::new(), "Root=1-4444-5555", None),
        (good(&HEADER.replace('1', "A")), String::new(), String::new(), "", None),
    ] {
        for path in ["/invocations", "/v1/jobs"] {
            let shown = format!("{header:?} {attribute:?} {body:?} {balancer:?}");
            let request = door
                .request("POST", path)
                .header("traceparent", &header)
                .header("x-amzn-sagemaker-custom-attributes", format!("traceparent={attribute}"))
                .header("x-amzn-trace-id", balancer)
                .body(json!({ "input": {}, "trace": { "traceparent": body } }).to_string());
            let (status, answer) = told(request).await;
            assert_eq!(status, 202, "{shown}");
            let trace_id = answer["trace_id"].as_str().unwrap();
            assert_eq!(trace_id, door.fake.last().trace_id);
            assert_eq!(expected.unwrap_or(trace_id), trace_id, "{shown}");
            assert!(trace_id.len() == 32 && !trace_id.trim_matches('0').is_empty(), "{trace_id}");
        }
    }
}

/// The body of a bare input names a trace too, and one that is refused still belongs to its header's.
#[tokio::test]
async fn bare_inputs_and_refusals_belong_to_a_trace() {
    let door = Door::open().await;
    let bare =
        format!(r#"{{"title":"t","trace":{{"traceparent":"00-{BODY}-00f067aa0ba902b7-00"}}}}"#);
    assert_eq!(door.ask("POST", "/v1/jobs", &bare).await.1["trace_id"], BODY);

    let parent = format!("00-{HEADER}-00f067aa0ba902b7-01");
    for (method, path, body) in [
        ("POST", "/v1/jobs", "{"),
        ("GET", "/v1/jobs?limit=x", ""),
        ("GET", "/nothing", ""),
        ("PUT", "/v1/jobs", ""),
    ] {
        let request = door.request(method, path).header("traceparent", &parent).body(body);
        let (_, problem) = told(request).await;
        assert_eq!(problem["trace_id"], HEADER, "{method} {path}");
    }
}

/// Other routes go by their headers.
#[tokio::test]
async fn other_routes_belong_to_their_headers_trace() {
    let door = Door::open().await;
    let custom = format!("traceparent=00-{ATTRIBUTE}-00f067aa0ba902b7-01");
    let request =
        door.request("GET", "/v1/flows").header("x-amzn-sagemaker-custom-attributes", custom);
    assert_eq!(told(request).await.0, 200);
    assert_eq!(door.fake.last().trace_id, ATTRIBUTE);
}
