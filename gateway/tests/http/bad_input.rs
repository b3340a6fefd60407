//! What callers get wrong, and what they read of it.

use chassis::failure::{Kind, Refusal, Violation};
use serde_json::{Value, json};

use crate::door::{Door, told};

/// Method, path, body, then status, code, and the path of a refused field ("" where none is named).
type Row = (&'static str, &'static str, Vec<u8>, u16, &'static str, &'static str);

/// Every row gets its status, its code, its field and a request id, and nothing reaches a service.
#[tokio::test]
async fn every_row_is_refused_clearly() {
    let door = Door::open().await;
    let rows = rows();
    assert!(rows.len() >= 100, "{} rows", rows.len());
    for (method, path, body, status, code, field) in rows {
        let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
        let (got, problem) = told(door.request(method, path).body(body)).await;
        assert_eq!(
            (got, &problem["code"]),
            (status, &json!(code)),
            "{method} {path} {shown}: {problem}"
        );
        let fields: Vec<_> =
            problem["errors"].as_array().into_iter().flatten().map(|e| &e["path"]).collect();
        assert!(
            field.is_empty() || fields.contains(&&json!(field)),
            "{method} {path} {shown}: {problem}"
        );
        assert!(
            problem["request_id"].is_string() && problem["message"] == problem["detail"],
            "{problem}"
        );
        assert!(problem["error"].is_null() && problem["retryable"] == json!(false), "{problem}");
    }
    assert_eq!(door.fake.count(), 0);
}

/// What is wrong is told with its place, and all fields at once.
#[tokio::test]
async fn refusals_say_where() {
    let door = Door::open().await;
    for (body, message) in [
        ("{\"input\":{},\n \"flow\" \"x\"}", "line 2 column 9"),
        ("{\"a\":1}}", "line 1 column 8"),
        (r#"{"input":{},"deadline_s":0.5}"#, "deadline_s must be a number between 1 and 86400"),
        (
            r#"{"input":{},"deadline_s":"x","priority":1.5}"#,
            "deadline_s must be a number between 1 and 86400; priority must be a whole number between -100 and 100",
        ),
        (r#"{"input":{"a":[{"b":1},{"b":1,"b":2}]}}"#, "input.a[1].b stands twice"),
        (r#"{"input":{"a b":[["\u0000"]]}}"#, "input.a b[0][0] holds the character U+0000"),
    ] {
        let (_, problem) = door.ask("POST", "/invocations", body).await;
        let told = problem["message"].as_str().unwrap();
        assert!(told.contains(message), "{body}: {told}");
    }
    let (_, problem) =
        told(door.request("POST", "/v1/jobs").body(b"{\"a\":\n\"\xff\"}".to_vec())).await;
    assert!(problem["message"].as_str().unwrap().contains("UTF-8 at line 2 column 2"), "{problem}");
}

/// What a service refuses comes back in the caller's own names, with the service's.
#[tokio::test]
async fn refusals_of_services_are_translated() {
    let door = Door::open().await;
    let violation = |path: &str| vec![Violation { path: path.into(), message: "is wrong".into() }];
    for (kind, reason, field, status, named) in [
        (Kind::Invalid, "INVALID_INPUT", "input.title", 422, "input.title"),
        (Kind::Invalid, "INVALID_INPUT", "input_json.title", 422, "input.title"),
        (Kind::Invalid, "INVALID_LIMIT", "page_size", 422, "limit"),
        (Kind::Invalid, "INVALID_PAGE_TOKEN", "page_token", 422, "cursor"),
        (Kind::Invalid, "INVALID_CORRELATION", "correlation_json", 422, "correlation"),
        (Kind::Invalid, "INVALID_DEADLINE", "deadline", 422, "deadline_s"),
        (Kind::KeyReused, "KEY_REUSED", "idempotency_key", 422, "idempotency_key"),
        (Kind::Denied, "CALLBACK_NOT_ALLOWED", "callback.url", 403, "callback.url"),
        (Kind::Throttled, "QUEUE_FULL", "", 429, ""),
    ] {
        door.fake.refuse(Refusal::new(kind, reason).violations(violation(field)).to_status("no"));
        let (got, problem) = door.ask("POST", "/invocations", "{}").await;
        assert_eq!((got, &problem["code"]), (status, &json!(reason.to_lowercase())), "{problem}");
        assert_eq!(
            (&problem["hop"], &problem["errors"][0]["path"]),
            (&json!("jobs"), &json!(named))
        );
        assert_eq!(problem["message"], "no");
    }
}

/// What is nobody's fault but the suite's is told as such, and when to come back.
#[tokio::test]
async fn failures_of_services_are_no_fault_of_the_caller() {
    let door = Door::open().await;
    for (refusal, status, code, wait) in [
        (tonic::Status::unavailable("gone"), 503, "unavailable", json!(1000)),
        (tonic::Status::cancelled("reset"), 503, "peer_stopped", json!(1000)),
        (tonic::Status::unauthenticated("who"), 500, "peer_refused", Value::Null),
        (tonic::Status::unimplemented("what"), 500, "peer_version", Value::Null),
        (tonic::Status::internal("oops"), 500, "internal", Value::Null),
        (tonic::Status::deadline_exceeded("late"), 504, "deadline", Value::Null),
    ] {
        door.fake.refuse(refusal);
        let answer = door.request("POST", "/v1/search").body("{}").send().await.unwrap();
        let retry =
            answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(
            (&problem["status"], &problem["code"]),
            (&json!(status), &json!(code)),
            "{problem}"
        );
        assert_eq!((&problem["retry_after_ms"], &problem["hop"]), (&wait, &json!("retrieval")));
        assert_eq!(retry, wait.as_u64().map(|_| "1".to_owned()));
    }
}

fn rows() -> Vec<Row> {
    let mut rows = bodies("/invocations");
    rows.extend(bodies("/v1/jobs"));
    rows.extend(envelopes());
    rows.extend(documents());
    rows.extend(filters());
    rows.extend(queries());
    rows
}

/// What is wrong with a body whatever is in it.
fn bodies(path: &'static str) -> Vec<Row> {
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let edge = format!("{}1{}", r#"{"a":"#.repeat(121), "}".repeat(121));
    [
        ("", 400, "malformed_json", ""),
        (" \r\n\t", 400, "malformed_json", ""),
        ("\u{feff}", 400, "malformed_json", ""),
        ("{", 400, "malformed_json", ""),
        (r#"{"title":"t","#, 400, "malformed_json", ""),
        (r#"{"title":"t"#, 400, "malformed_json", ""),
        (r#"{"title":"\x"}"#, 400, "malformed_json", ""),
        (r#"{"title":"\ud83"}"#, 400, "malformed_json", ""),
        ("{\"title\":\"a\nb\"}", 400, "malformed_json", ""),
        ("{'title':'t'}", 400, "malformed_json", ""),
        ("{title:1}", 400, "malformed_json", ""),
        (r#"{"a":1,}"#, 400, "malformed_json", ""),
        (r#"{"a":01}"#, 400, "malformed_json", ""),
        (r#"{"a":NaN}"#, 400, "malformed_json", ""),
        (r#"{"a":-Infinity}"#, 400, "malformed_json", ""),
        (r#"{"a":1e999}"#, 400, "malformed_json", ""),
        ("title=t&description=d", 400, "malformed_json", ""),
        ("<job/>", 400, "malformed_json", ""),
        ("{} x", 400, "malformed_json", ""),
        ("{}{}", 400, "malformed_json", ""),
        (&deep, 400, "malformed_json", ""),
        (&edge, 400, "malformed_json", ""),
        (r#"{"a":1,"a":2}"#, 400, "duplicate_key", "a"),
        (r#"{"a":1,"\u0061":2}"#, 400, "duplicate_key", "a"),
        (r#"{"x":{"a":{"b":1,"b":2}}}"#, 400, "duplicate_key", "x.a.b"),
        (r#"{"a":"\u0000"}"#, 422, "nul_character", "a"),
        (r#"{"x":["y",{"a":"b\u0000"}]}"#, 422, "nul_character", "x[1].a"),
        (r#"{"a\u0000":1}"#, 422, "nul_character", "a\u{fffd}"),
        ("[]", 422, "invalid_input", "body"),
        ("null", 422, "invalid_input", "body"),
        ("5", 422, "invalid_input", "body"),
        (r#""text""#, 422, "invalid_input", "body"),
    ]
    .map(|(body, status, code, field)| {
        ("POST", path, body.as_bytes().to_vec(), status, code, field)
    })
    .into_iter()
    .chain([
        ("POST", path, b"{\"a\":\"\xff\"}".to_vec(), 400, "malformed_json", ""),
        ("POST", path, b"{\"a\":\"\xed\xa0\x80\"}".to_vec(), 400, "malformed_json", ""),
        ("POST", path, b"\xff\xfe{\0}\0".to_vec(), 400, "malformed_json", ""),
    ])
    .collect()
}

/// What is wrong with an envelope.
fn envelopes() -> Vec<Row> {
    let long = format!(r#""idempotency_key":"{}""#, "k".repeat(256));
    [
        (r#""flow":7"#, "invalid_request", "flow"),
        (r#""flow":"""#, "invalid_request", "flow"),
        (r#""callback":"http://x""#, "invalid_request", "callback"),
        (r#""callback":{}"#, "invalid_request", "callback.url"),
        (r#""callback":{"url":null}"#, "invalid_request", "callback.url"),
        (r#""callback":{"url":5}"#, "invalid_request", "callback.url"),
        (r#""callback":{"url":"http://x","headers":{}}"#, "invalid_request", "callback.headers"),
        (r#""deadline_s":-1"#, "invalid_deadline", "deadline_s"),
        (r#""deadline_s":0"#, "invalid_deadline", "deadline_s"),
        (r#""deadline_s":86400.1"#, "invalid_deadline", "deadline_s"),
        (r#""deadline_s":1e300"#, "invalid_deadline", "deadline_s"),
        (r#""deadline_s":"soon""#, "invalid_request", "deadline_s"),
        (r#""wait_s":-1"#, "invalid_request", "wait_s"),
        (r#""wait_s":true"#, "invalid_request", "wait_s"),
        (r#""idempotency_key":7"#, "invalid_request", "idempotency_key"),
        (r#""idempotency_key":"""#, "invalid_idempotency_key", "idempotency_key"),
        (r#""idempotency_key":"a b""#, "invalid_idempotency_key", "idempotency_key"),
        (r#""idempotency_key":"ключ""#, "invalid_idempotency_key", "idempotency_key"),
        (&long, "invalid_idempotency_key", "idempotency_key"),
        (r#""run_at":"tomorrow""#, "invalid_request", "run_at"),
        (r#""run_at":"2026-11-21""#, "invalid_request", "run_at"),
        (r#""run_at":1795249740"#, "invalid_request", "run_at"),
        (r#""priority":1000"#, "invalid_priority", "priority"),
        (r#""priority":1.5"#, "invalid_priority", "priority"),
        (r#""priority":"high""#, "invalid_priority", "priority"),
        (r#""trace":5"#, "invalid_request", "trace"),
    ]
    .map(|(extra, code, field)| {
        let body = format!(r#"{{"input":{{}},{extra}}}"#);
        ("POST", "/invocations", body.into_bytes(), 422, code, field)
    })
    .into_iter()
    .chain([
        (
            "POST",
            "/invocations",
            br#"{"op":"dance","job_id":"x"}"#.to_vec(),
            422,
            "invalid_request",
            "op",
        ),
        (
            "POST",
            "/v1/jobs",
            br#"{"op":"status","job_id":"x"}"#.to_vec(),
            422,
            "invalid_request",
            "op",
        ),
    ])
    .collect()
}

/// What is wrong with a search, a document or a collection.
fn documents() -> Vec<Row> {
    let put = "/v1/collections/notes/documents/a";
    let deletions = "/v1/collections/notes/deletions";
    [
        ("POST", "/v1/search", "", 400, "malformed_json", ""),
        ("POST", "/v1/search", "[]", 422, "invalid_request", "body"),
        ("POST", "/v1/search", r#"{"query":5}"#, 422, "invalid_request", "query"),
        ("POST", "/v1/search", r#"{"collection":["a"]}"#, 422, "invalid_request", "collection"),
        ("POST", "/v1/search", r#"{"limit":-1}"#, 422, "invalid_limit", "limit"),
        ("POST", "/v1/search", r#"{"limit":0}"#, 422, "invalid_limit", "limit"),
        ("POST", "/v1/search", r#"{"vector":[1,"a"]}"#, 422, "invalid_vector", "vector"),
        ("POST", "/v1/search", r#"{"vector":[1e99]}"#, 422, "invalid_vector", "vector"),
        ("POST", "/v1/search", r#"{"more_queries":"a"}"#, 422, "invalid_request", "more_queries"),
        ("POST", "/v1/search", r#"{"dense":{"weight":-1}}"#, 422, "invalid_weight", "dense.weight"),
        ("POST", "/v1/search", r#"{"keyword":{"wait":1}}"#, 422, "invalid_request", "keyword.wait"),
        ("POST", "/v1/search", r#"{"fusion":"rrf"}"#, 422, "invalid_request", "fusion"),
        (
            "POST",
            "/v1/search",
            r#"{"fusion":{"reciprocal_rank":{"k":0.1}}}"#,
            422,
            "invalid_weight",
            "fusion.reciprocal_rank.k",
        ),
        (
            "POST",
            "/v1/search",
            r#"{"fusion":{"reciprocal_rank":{},"weighted_sum":{}}}"#,
            422,
            "invalid_request",
            "fusion",
        ),
        ("POST", "/v1/search", r#"{"neighbours":6}"#, 422, "invalid_limit", "neighbours"),
        ("POST", "/v1/search/batch", "{}", 422, "invalid_request", "searches"),
        ("POST", "/v1/search/batch", r#"{"searches":{}}"#, 422, "invalid_request", "searches"),
        ("POST", "/v1/search/batch", r#"{"searches":[1]}"#, 422, "invalid_request", "searches[0]"),
        (
            "POST",
            "/v1/search/batch",
            r#"{"searches":[{},{"limit":-1}]}"#,
            422,
            "invalid_limit",
            "searches[1].limit",
        ),
        ("POST", "/v1/search", r#"{"limit":1000}"#, 422, "invalid_limit", "limit"),
        ("POST", "/v1/search", r#"{"limit":1e99}"#, 422, "invalid_limit", "limit"),
        ("POST", "/v1/search", r#"{"limit":"abc"}"#, 422, "invalid_limit", "limit"),
        ("POST", "/v1/search", r#"{"mode":"psychic"}"#, 422, "invalid_request", "mode"),
        ("POST", "/v1/search", r#"{"mode":1}"#, 422, "invalid_request", "mode"),
        ("POST", "/v1/search", r#"{"min_score":2}"#, 422, "invalid_request", "min_score"),
        ("POST", "/v1/search", r#"{"explain":"yes"}"#, 422, "invalid_request", "explain"),
        ("POST", "/v1/search", r#"{"filter":[]}"#, 422, "invalid_request", "filter"),
        ("POST", "/v1/search", r#"{"filter":{"a":[1]}}"#, 422, "invalid_filter", "filter.a"),
        ("POST", "/v1/search", r#"{"filter":{"a":{}}}"#, 422, "invalid_filter", "filter.a"),
        (
            "POST",
            "/v1/search",
            r#"{"filter":{"a":9007199254740993}}"#,
            422,
            "invalid_filter",
            "filter.a",
        ),
        ("POST", "/v1/search", r#"{"filters":{}}"#, 422, "invalid_request", "filters"),
        ("POST", deletions, "{}", 422, "invalid_request", "filter"),
        ("POST", deletions, r#"{"filter":null}"#, 422, "invalid_request", "filter"),
        ("POST", deletions, r#"{"filter":{"a":{}}}"#, 422, "invalid_filter", "filter.a"),
        ("POST", deletions, r#"{"filter":{"a":1},"ids":["a"]}"#, 422, "invalid_request", "ids"),
        ("PUT", put, "{", 400, "malformed_json", ""),
        ("PUT", put, r#"{"text":5}"#, 422, "invalid_request", "text"),
        ("PUT", put, r#"{"text":"a\u0000"}"#, 422, "nul_character", "text"),
        ("PUT", put, r#"{"text":"a","text":"b"}"#, 400, "duplicate_key", "text"),
        ("PUT", put, r#"{"text":"a","meta":{}}"#, 422, "invalid_request", "meta"),
        ("PUT", "/v1/collections/notes/documents/%FF", "{}", 400, "malformed_path", ""),
        ("PUT", "/v1/collections/notes/documents/a%00", "{}", 422, "nul_character", "path"),
        ("POST", "/v1/collections", "null", 422, "invalid_request", "body"),
        ("POST", "/v1/collections", r#"{"name":"x"}"#, 422, "invalid_request", "name"),
        ("GET", "/v1/jobs/%FF", "", 400, "malformed_path", ""),
        ("GET", "/v1/jobs/%00", "", 422, "nul_character", "path"),
    ]
    .map(|(method, path, body, status, code, field)| {
        (method, path, body.as_bytes().to_vec(), status, code, field)
    })
    .to_vec()
}

/// What is wrong with a filter.
fn filters() -> Vec<Row> {
    let nested = |depth: usize| format!("{}{{}}{}", r#"{"$not":"#.repeat(depth), "}".repeat(depth));
    let (nine, many, thousand) = (nested(9), nested(100), nested(1000));
    let deep = ["filter", "$not", "$not", "$not", "$not", "$not", "$not", "$not"].join(".");
    let within: String = format!(r#"{{"a":{}1{}}}"#, r#"{"$not":"#.repeat(60), "}".repeat(60));
    let wide = format!(r#"{{"$or":[{}]}}"#, ["{}"; 33].join(","));
    let broad: Vec<_> = (0..33).map(|at| format!(r#""f{at}":1"#)).collect();
    let broad = format!("{{{}}}", broad.join(","));
    let inner: Vec<_> = (0..32).map(|at| format!(r#""f{at}":1"#)).collect();
    let most = vec![format!("{{{}}}", inner.join(",")); 9].join(",");
    let most = format!(r#"{{"$or":[{most}]}}"#);
    let long = format!(r#"{{"a":{{"$in":[{}]}}}}"#, vec!["1"; 1001].join(","));
    let rows: [(&str, &str); 26] = [
        (&nine, "filter.$not.$not.$not.$not.$not.$not.$not.$not"),
        (&many, "filter.$not.$not.$not.$not.$not.$not.$not.$not"),
        (&thousand, &deep),
        (&within, "filter.a.$not.$not.$not.$not.$not.$not.$not.$not"),
        (&wide, "filter.$or"),
        (&broad, "filter"),
        (&most, "filter"),
        (&long, "filter.a.$in"),
        (r#"{"$or":{}}"#, "filter.$or"),
        (r#"{"$or":[]}"#, "filter.$or"),
        (r#"{"$and":[{},1]}"#, "filter.$and[1]"),
        (r#"{"$not":[]}"#, "filter.$not"),
        (r#"{"$nor":[{}]}"#, "filter.$nor"),
        (r#"{"$gte":1}"#, "filter.$gte"),
        (r#"{"$or":[{"a":{"$gte":null}}]}"#, "filter.$or[0].a.$gte"),
        (r#"{"a":{"city":"x"}}"#, "filter.a.city"),
        (r#"{"a":{"$gte":1,"gte":2}}"#, "filter.a.gte"),
        (r#"{"a":{"$regex":"x"}}"#, "filter.a.$regex"),
        (r#"{"a":{"$in":"x"}}"#, "filter.a.$in"),
        (r#"{"a":{"$in":["x",["y"]]}}"#, "filter.a.$in[1]"),
        (r#"{"a":{"$eq":{}}}"#, "filter.a.$eq"),
        (r#"{"a":{"$exists":"true"}}"#, "filter.a.$exists"),
        (r#"{"a":{"$prefix":1}}"#, "filter.a.$prefix"),
        (r#"{"a":{"$matches":null}}"#, "filter.a.$matches"),
        (r#"{"a":{"$not":1}}"#, "filter.a.$not"),
        (r#"{"a":{"$ne":9007199254740993}}"#, "filter.a.$ne"),
    ];
    let known = rows.map(|(filter, field)| (filter.to_owned(), field.to_owned()));
    let row = |(filter, field): (String, String)| {
        let body = format!(r#"{{"collection":"n","query":"q","filter":{filter}}}"#).into_bytes();
        let field: &'static str = field.leak();
        ("POST", "/v1/search", body, 422, "invalid_filter", field)
    };
    known.into_iter().map(row).collect()
}

/// What is wrong with a query or a header.
fn queries() -> Vec<Row> {
    [
        ("/v1/jobs?limit=-1", "invalid_limit", "limit"),
        ("/v1/jobs?limit=0", "invalid_limit", "limit"),
        ("/v1/jobs?limit=201", "invalid_limit", "limit"),
        ("/v1/jobs?limit=NaN", "invalid_limit", "limit"),
        ("/v1/jobs?limit=1.5", "invalid_limit", "limit"),
        ("/v1/jobs?limit=99999999999999999999", "invalid_limit", "limit"),
        ("/v1/jobs?limit=1&limit=2", "invalid_request", "limit"),
        ("/v1/jobs?status=lost", "invalid_request", "status"),
        ("/v1/jobs?stauts=failed", "invalid_request", "stauts"),
        ("/v1/jobs?flow=%00", "nul_character", "query"),
        ("/v1/deliveries?status=queued", "invalid_request", "status"),
        ("/v1/deliveries?limit=abc", "invalid_limit", "limit"),
        ("/v1/collections?limit=1001", "invalid_limit", "limit"),
        ("/v1/collections/notes/documents?limit=x", "invalid_limit", "limit"),
        ("/v1/jobs/job_x/deliveries?limit=x", "invalid_limit", "limit"),
        ("/v1/jobs/job_x/events?after=-1", "invalid_request", "after"),
        ("/v1/jobs/job_x/events?after=x", "invalid_request", "after"),
    ]
    .map(|(path, code, field)| ("GET", path, Vec::new(), 422, code, field))
    .to_vec()
}
