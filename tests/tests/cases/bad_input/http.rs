use e2e::{Setup, Suite, everywhere, sample};
use serde_json::{Value, json};

/// Method, path, body, then status, code, and the path of the refused field ("" where there is none).
type Row = (&'static str, &'static str, Vec<u8>, u16, &'static str, &'static str);

everywhere! {
    /// Every row gets its status, its code, its field and a request id, and the suite still serves.
    async fn every_row_is_refused_clearly(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        crate::happy::put(&suite, "notes", "first", "We moved a billing system to Rust.").await;
        let mut wrong = Vec::new();
        for (method, path, body, status, code, field) in rows() {
            let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
            let answer = suite.request(method, path).body(body).send().await.unwrap();
            let got = answer.status().as_u16();
            let header = answer.headers().contains_key("x-request-id");
            let problem: Value = answer.json().await.unwrap_or_default();
            let is_named = field.is_empty()
                || problem["errors"].as_array().is_some_and(|e| e.iter().any(|e| e["path"] == field));
            let is_whole = header && problem["request_id"].is_string() && problem["message"].is_string();
            if (got, problem["code"].as_str().unwrap_or_default()) != (status, code) || !is_named || !is_whole {
                wrong.push(format!("{method} {path} {shown}\n   wanted {status} {code} {field}\n   got {got} {problem}"));
            }
        }
        assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(suite.get("/v1/jobs").await["jobs"], json!([]), "something was half-written");
        let id = suite.submit(json!({ "input": sample() })).await;
        suite.told(&id).await;
    }

    /// What n8n's own functions can do to a text is accepted, with a warning.
    async fn half_an_emoji_is_accepted_with_a_warning(world: World) {
        let suite = Suite::start(world, Setup::plain()).await;
        let body = r#"{"title":"Rust \ud83d","description":"Move our billing."}"#;
        let answer = suite.request("POST", "/invocations").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["warnings"].as_array().unwrap().len(), 1, "{answer}");
        suite.job_when(answer["job_id"].as_str().unwrap(), "succeeded").await;
    }

    /// A body far over the limit is read to its end and refused, so that a client that writes first can read why.
    async fn thirty_megabytes_are_refused_readably(world: World) {
        let suite = Suite::start(world, Setup::plain()).await;
        let body = vec![b' '; 30 << 20];
        let answer = suite.request("POST", "/invocations").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 413);
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["status"], 413, "{problem}");
        assert!(problem["message"].as_str().unwrap().contains("6"), "{problem}");
    }
}

#[allow(clippy::too_many_lines, reason = "a table, a row a line")]
fn rows() -> Vec<Row> {
    let post = |path, body: &str, status, code, field| -> Row {
        ("POST", path, body.as_bytes().to_vec(), status, code, field)
    };
    let job = |body: &str, status, code, field| post("/invocations", body, status, code, field);
    let input = |extra: &str| format!(r#"{{"input":{{"title":"t","description":"d"}},{extra}}}"#);
    let deep =
        format!(r#"{{"title":"t","description":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    vec![
        job("", 400, "malformed_json", ""),
        job("   ", 400, "malformed_json", ""),
        job("{", 400, "malformed_json", ""),
        job(r#"{"title":"t","#, 400, "malformed_json", ""),
        job("title=t&description=d", 400, "malformed_json", ""),
        job("<job/>", 400, "malformed_json", ""),
        job(r#"{"title":"t"} x"#, 400, "malformed_json", ""),
        job(r#"{"title":"t","title":"u","description":"d"}"#, 400, "duplicate_key", "title"),
        job(
            r#"{"input":{"title":"t","description":"d","client":{"a":1,"a":2}}}"#,
            400,
            "duplicate_key",
            "input.client.a",
        ),
        job(&deep, 400, "malformed_json", ""),
        job(r#"{"title":"t","description":1e999}"#, 400, "malformed_json", ""),
        ("POST", "/invocations", b"{\"title\":\"\xff\"}".to_vec(), 400, "malformed_json", ""),
        job("[]", 422, "invalid_input", ""),
        job("null", 422, "invalid_input", ""),
        job(r#""text""#, 422, "invalid_input", ""),
        job("{}", 422, "invalid_input", "input.title"),
        job(r#"{"title":"t"}"#, 422, "invalid_input", "input.description"),
        job(r#"{"title":"","description":"d"}"#, 422, "invalid_input", "input.title"),
        job(r#"{"title":"  ","description":"d"}"#, 422, "invalid_input", "input.title"),
        job(r#"{"title":5,"description":"d"}"#, 422, "invalid_input", "input.title"),
        job(r#"{"title":null,"description":"d"}"#, 422, "invalid_input", "input.title"),
        job(
            r#"{"title":"t","description":"d","skills":"rust"}"#,
            422,
            "invalid_input",
            "input.skills",
        ),
        job(
            r#"{"title":"t","description":"d","skills":[1]}"#,
            422,
            "invalid_input",
            "input.skills[0]",
        ),
        job(
            r#"{"title":"t","description":"d","collection":"No Such!"}"#,
            422,
            "invalid_input",
            "input.collection",
        ),
        job(r#"{"title":"a\u0000b","description":"d"}"#, 422, "nul_character", "title"),
        job(
            r#"{"input":{"title":"t","description":"d\u0000"}}"#,
            422,
            "nul_character",
            "input.description",
        ),
        job(
            r#"{"flow":"nothing","input":{"title":"t","description":"d"}}"#,
            404,
            "flow_not_found",
            "",
        ),
        job(r#"{"flow":7,"input":{}}"#, 422, "invalid_request", "flow"),
        job(r#"{"flow":"proposal","input":[]}"#, 422, "invalid_input", ""),
        job(r#"{"flow":"proposal"}"#, 422, "invalid_input", "input.title"),
        job(&input(r#""callback":"http://x""#), 422, "invalid_request", "callback"),
        job(&input(r#""callback":{}"#), 422, "invalid_request", "callback.url"),
        job(&input(r#""callback":{"url":5}"#), 422, "invalid_request", "callback.url"),
        job(&input(r#""callback":{"url":"not a url"}"#), 422, "invalid_callback", "callback.url"),
        job(
            &input(r#""callback":{"url":"ftp://example.com/x"}"#),
            422,
            "invalid_callback",
            "callback.url",
        ),
        job(
            &input(r#""callback":{"url":"http://user:pw@example.com/x"}"#),
            422,
            "invalid_callback",
            "callback.url",
        ),
        job(
            &input(r#""callback":{"url":"http://169.254.169.254/latest"}"#),
            403,
            "callback_not_allowed",
            "callback.url",
        ),
        job(
            &input(r#""callback":{"url":"http://10.0.0.1/x"}"#),
            403,
            "callback_not_allowed",
            "callback.url",
        ),
        job(
            &input(r#""callback":{"url":"http://0x0a000001/x"}"#),
            403,
            "callback_not_allowed",
            "callback.url",
        ),
        job(&input(r#""deadline_s":-1"#), 422, "invalid_deadline", "deadline_s"),
        job(&input(r#""deadline_s":0"#), 422, "invalid_deadline", "deadline_s"),
        job(&input(r#""deadline_s":"soon""#), 422, "invalid_request", "deadline_s"),
        job(&input(r#""deadline_s":86401"#), 422, "invalid_deadline", "deadline_s"),
        job(&input(r#""wait_s":-1"#), 422, "invalid_request", "wait_s"),
        job(&input(r#""idempotency_key":7"#), 422, "invalid_request", "idempotency_key"),
        job(&input(r#""idempotency_key":"""#), 422, "invalid_idempotency_key", "idempotency_key"),
        job(
            &input(r#""idempotency_key":"ключ""#),
            422,
            "invalid_idempotency_key",
            "idempotency_key",
        ),
        job(&input(r#""run_at":"tomorrow""#), 422, "invalid_request", "run_at"),
        job(&input(r#""priority":1000"#), 422, "invalid_priority", "priority"),
        job(
            &input(&format!(r#""correlation":"{}""#, "x".repeat(20_000))),
            422,
            "invalid_correlation",
            "correlation",
        ),
        ("GET", "/v1/jobs/job_unknown", vec![], 422, "invalid_id", "job_id"),
        ("GET", "/v1/jobs/job_00000000000000000000000000", vec![], 404, "job_not_found", ""),
        (
            "POST",
            "/v1/jobs/job_00000000000000000000000000/cancel",
            vec![],
            404,
            "job_not_found",
            "",
        ),
        ("GET", "/v1/jobs/job_00000000000000000000000000/events", vec![], 404, "job_not_found", ""),
        (
            "GET",
            "/v1/jobs/job_00000000000000000000000000/timeline",
            vec![],
            404,
            "job_not_found",
            "",
        ),
        (
            "GET",
            "/v1/jobs/job_00000000000000000000000000/deliveries",
            vec![],
            404,
            "job_not_found",
            "",
        ),
        (
            "POST",
            "/v1/deliveries/dlv_00000000000000000000000000/replay",
            vec![],
            404,
            "delivery_not_found",
            "",
        ),
        ("GET", "/v1/jobs?limit=-1", vec![], 422, "invalid_limit", "limit"),
        ("GET", "/v1/jobs?limit=NaN", vec![], 422, "invalid_limit", "limit"),
        ("GET", "/v1/jobs?status=lost", vec![], 422, "invalid_request", "status"),
        ("GET", "/v1/jobs?cursor=garbage", vec![], 422, "invalid_page_token", "cursor"),
        ("GET", "/v1/flows/nothing", vec![], 404, "flow_not_found", ""),
        ("GET", "/v1/nothing", vec![], 404, "unknown_path", ""),
        ("DELETE", "/v1/jobs", vec![], 405, "method_not_allowed", ""),
        ("PUT", "/invocations", vec![], 405, "method_not_allowed", ""),
        ("TRACE", "/ping", vec![], 405, "method_not_allowed", ""),
        post(
            "/v1/search",
            r#"{"collection":"nowhere","query":"x"}"#,
            404,
            "collection_not_found",
            "",
        ),
        post("/v1/search", r#"{"collection":"notes"}"#, 422, "blank_query", "query"),
        post("/v1/search", r#"{"collection":"notes","query":"  "}"#, 422, "blank_query", "query"),
        post("/v1/search", r#"{"query":"x"}"#, 422, "invalid_name", "collection"),
        post(
            "/v1/search",
            r#"{"collection":"notes","query":"x","limit":-1}"#,
            422,
            "invalid_limit",
            "limit",
        ),
        post(
            "/v1/search",
            r#"{"collection":"notes","query":"x","limit":1000}"#,
            422,
            "invalid_limit",
            "limit",
        ),
        post(
            "/v1/search",
            r#"{"collection":"notes","query":"x","mode":"psychic"}"#,
            422,
            "invalid_request",
            "mode",
        ),
        post(
            "/v1/search",
            r#"{"collection":"notes","query":"x","filter":{"a":[1]}}"#,
            422,
            "invalid_filter",
            "filter.a",
        ),
        (
            "PUT",
            "/v1/collections/Bad%20Name/documents/a",
            br#"{"text":"x"}"#.to_vec(),
            422,
            "invalid_name",
            "collection",
        ),
        (
            "PUT",
            "/v1/collections/notes/documents/a",
            br#"{"text":""}"#.to_vec(),
            422,
            "blank_text",
            "text",
        ),
        (
            "PUT",
            "/v1/collections/notes/documents/a",
            br#"{"text":"a\u0000"}"#.to_vec(),
            422,
            "nul_character",
            "text",
        ),
        (
            "PUT",
            "/v1/collections/notes/documents/a",
            br#"{"text":"x","metadata":[]}"#.to_vec(),
            422,
            "invalid_metadata",
            "metadata",
        ),
        ("GET", "/v1/collections/notes/documents/nothing", vec![], 404, "document_not_found", ""),
        ("GET", "/v1/collections/nowhere/documents/x", vec![], 404, "collection_not_found", ""),
        ("DELETE", "/v1/collections/nowhere", vec![], 404, "collection_not_found", ""),
        post("/v1/collections", r#"{"collection":"notes"}"#, 409, "collection_exists", ""),
    ]
}
