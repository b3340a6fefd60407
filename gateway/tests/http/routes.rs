use serde_json::{Value, json};

use crate::door::Door;
use crate::fake::{DELIVERY, JOB};

/// Every route answers with what the service said, in the words of HTTP.
#[tokio::test]
async fn every_route_answers() {
    let door = Door::open().await;
    let job = format!("/v1/jobs/{JOB}");
    let document = "/v1/collections/notes/documents/known";
    for (method, path, body, status, pointer, value) in [
        (
            "GET",
            "/v1/jobs?limit=5&status=queued&flow=proposal".to_owned(),
            "",
            200,
            "/jobs/0/job_id",
            json!(JOB),
        ),
        ("GET", "/v1/jobs".to_owned(), "", 200, "/next_cursor", json!("more")),
        ("GET", "/v1/jobs".to_owned(), "", 200, "/has_more", json!(true)),
        ("GET", job.clone(), "", 200, "/status", json!("queued")),
        ("GET", job.clone(), "", 200, "/created_at", json!("2026-11-21T08:29:00.123Z")),
        ("GET", format!("{job}/timeline"), "", 200, "/entries/0/kind", json!("accept")),
        ("GET", format!("{job}/deliveries"), "", 200, "/deliveries/0/delivery_id", json!(DELIVERY)),
        ("GET", "/v1/deliveries?status=dead".to_owned(), "", 200, "/has_more", json!(false)),
        (
            "POST",
            format!("/v1/deliveries/{DELIVERY}/replay"),
            "",
            200,
            "/status",
            json!("delivered"),
        ),
        ("GET", "/v1/flows".to_owned(), "", 200, "/flows/0/steps/0/kind", json!("retrieve")),
        ("GET", "/v1/flows/proposal".to_owned(), "", 200, "/input_schema/type", json!("object")),
        ("GET", "/v1/flows/proposal".to_owned(), "", 200, "/deadline_s", json!(120.0)),
        ("GET", "/v1/collections".to_owned(), "", 200, "/collections/0/documents", json!(3)),
        (
            "POST",
            "/v1/collections".to_owned(),
            r#"{"collection":"notes"}"#,
            201,
            "/collection",
            json!("notes"),
        ),
        ("GET", "/v1/collections/notes".to_owned(), "", 200, "/chunks", json!(4)),
        ("GET", "/v1/collections/notes".to_owned(), "", 200, "/settings", Value::Null),
        (
            "PATCH",
            "/v1/collections/notes".to_owned(),
            r#"{"settings":{"chunking":{"tokens":256,"by":"markdown"}}}"#,
            200,
            "/settings/chunking",
            json!({"tokens": 256, "by": "markdown"}),
        ),
        (
            "PATCH",
            "/v1/collections/notes".to_owned(),
            r#"{"settings":{"chunking":{"tokens":-1,"by":"page"}}}"#,
            422,
            "/errors/1/path",
            json!("settings.chunking.tokens"),
        ),
        (
            "PATCH",
            "/v1/collections/notes".to_owned(),
            r#"{"settings":{"shape":1},"reset_settings":"chunking"}"#,
            422,
            "/errors/0/path",
            json!("reset_settings"),
        ),
        (
            "POST",
            "/v1/collections/chats/source".to_owned(),
            r#"{"database":"supabase","table":"n8n_vectors","columns":{"text":"body"}}"#,
            201,
            "/collection",
            json!("notes"),
        ),
        ("DELETE", "/v1/collections/chats/source".to_owned(), "", 200, "/detached", json!("chats")),
        ("DELETE", "/v1/collections/notes".to_owned(), "", 200, "/deleted_documents", json!(3)),
        (
            "GET",
            "/v1/collections/notes/documents?limit=1".to_owned(),
            "",
            200,
            "/documents/0/version",
            json!(1),
        ),
        ("GET", document.to_owned(), "", 200, "/text", json!("The text.")),
        ("GET", document.to_owned(), "", 200, "/metadata/n", json!(9_007_199_254_740_993_u64)),
        ("PUT", document.to_owned(), r#"{"text":"x"}"#, 200, "/outcome", json!("unchanged")),
        (
            "PUT",
            "/v1/collections/notes/documents/new".to_owned(),
            r#"{"text":"x"}"#,
            201,
            "/outcome",
            json!("created"),
        ),
        ("DELETE", document.to_owned(), "", 200, "/deleted", json!(1)),
        (
            "DELETE",
            "/v1/collections/notes/documents/other".to_owned(),
            "",
            404,
            "/code",
            json!("document_not_found"),
        ),
        (
            "POST",
            "/v1/search".to_owned(),
            r#"{"collection":"notes","query":"rust"}"#,
            200,
            "/passages/0/score",
            json!(0.5),
        ),
        (
            "POST",
            "/v1/search".to_owned(),
            r#"{"collection":"notes","query":"rust"}"#,
            200,
            "/dense",
            json!("absent"),
        ),
        (
            "POST",
            "/v1/search/batch".to_owned(),
            r#"{"searches":[{"collection":"notes","query":"rust"},{"collection":"notes"}]}"#,
            200,
            "/results/1/problem/errors/0/path",
            json!("query"),
        ),
        ("GET", "/health".to_owned(), "", 200, "/status", json!("ready")),
        ("GET", "/health".to_owned(), "", 200, "/dependencies/1/status", json!("serving")),
        ("POST", format!("{job}/cancel"), "", 200, "/status", json!("cancelled")),
    ] {
        let (got, answer) = door.ask(method, &path, body).await;
        assert_eq!(
            (got, answer.pointer(pointer)),
            (status, Some(&value)),
            "{method} {path}: {answer}"
        );
    }
}

/// What a caller asks for reaches the service as it stands.
#[tokio::test]
async fn questions_reach_the_service() {
    let door = Door::open().await;
    for (method, path, body, asked) in [
        (
            "GET",
            "/v1/jobs?limit=7&cursor=a%2Bb&status=failed",
            "",
            r#"state: Failed, flow: "", page_size: 7, page_token: "a+b""#,
        ),
        ("GET", "/v1/deliveries?status=dead", "", r#"job_id: "", state: Dead"#),
        (
            "GET",
            "/v1/collections/notes/documents/a%2Fb%20c",
            "",
            r#"collection: "notes", document_id: "a/b c""#,
        ),
        (
            "POST",
            "/v1/collections/n/deletions",
            r#"{"filter":{"kind":"x"}}"#,
            r#"collection: "n", document_ids: [], filter: Some(Filter { all: [Condition { field: "kind", test: Some(Equals("#,
        ),
        (
            "PUT",
            "/v1/collections/n/documents/d",
            r#"{"text":"x","title":null,"metadata":{"n":1e0}}"#,
            r#"title: "", metadata: Some(Metadata { json: "{\"n\":1e0}" })"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","limit":3,"mode":"dense","min_score":0.5,"explain":true}"#,
            r#"limit: 3, filter: None, mode: Dense, min_score: 0.5, explain: true"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","more_collections":["m"],"vector":[1,0.5],"keyword":{"weight":2},"dense":{"limit":7},"fusion":{"reciprocal_rank":{"k":10}},"chunks_per_document":1,"neighbours":2}"#,
            r#"more_collections: ["m"], vector: [1.0, 0.5], keyword: Some(LegOptions { weight: Some(2.0), limit: 0 }), dense: Some(LegOptions { weight: None, limit: 7 }), fusion: Some(Fusion { method: Some(ReciprocalRank(ReciprocalRank { k: 10.0 })) }), chunks_per_document: 1, neighbours: 2"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","filter":{"a":"x","b":2,"c":true,"d":null}}"#,
            r#"Condition { field: "b", test: Some(Equals(Value { kind: Some(NumberValue(2.0)) })) }"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","filter":{"y":{"$gt":1,"$gte":2,"$lt":3,"$lte":4}}}"#,
            r#"Condition { field: "y", test: Some(Range(Range { gt: Some(Value { kind: Some(NumberValue(1.0)) }), gte: Some(Value { kind: Some(NumberValue(2.0)) }), lt: Some(Value { kind: Some(NumberValue(3.0)) }), lte: Some(Value { kind: Some(NumberValue(4.0)) }) })) }"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","filter":{"y":{"$ne":1,"$gte":"2024-05-01"}}}"#,
            r#"all: [Condition { field: "y", test: Some(NotEquals(Value { kind: Some(NumberValue(1.0)) })) }, Condition { field: "y", test: Some(Range(Range { gt: None, gte: Some(Value { kind: Some(StringValue("2024-05-01")) }), lt: None, lte: None })) }]"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","filter":{"k":{"$in":["a",1]},"l":{"$nin":[]}}}"#,
            r#"all: [Condition { field: "k", test: Some(In(ListValue { values: [Value { kind: Some(StringValue("a")) }, Value { kind: Some(NumberValue(1.0)) }] })) }, Condition { field: "", test: Some(Not(Condition { field: "l", test: Some(In(ListValue { values: [] })) })) }]"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","filter":{"k":{"$eq":"a","$exists":false,"$prefix":"p","$matches":"m"}}}"#,
            r#"all: [Condition { field: "k", test: Some(Equals(Value { kind: Some(StringValue("a")) })) }, Condition { field: "k", test: Some(Exists(false)) }, Condition { field: "k", test: Some(Prefix("p")) }, Condition { field: "k", test: Some(Matches("m")) }]"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","filter":{"t":{"$contains_any":["a"],"$contains_all":["b"]}}}"#,
            r#"all: [Condition { field: "t", test: Some(ContainsAny(ListValue { values: [Value { kind: Some(StringValue("a")) }] })) }, Condition { field: "t", test: Some(ContainsAll(ListValue { values: [Value { kind: Some(StringValue("b")) }] })) }]"#,
        ),
        (
            "POST",
            "/v1/search",
            r#"{"collection":"n","query":"q","filter":{"$or":[{"a.b":1},{"a":1,"b":{"$not":{"$gt":1,"$lt":2}}}],"$not":{"$and":[{"a":1}]}}}"#,
            r#"all: [Condition { field: "", test: Some(Any(Group { of: [Condition { field: "a.b", test: Some(Equals(Value { kind: Some(NumberValue(1.0)) })) }, Condition { field: "", test: Some(All(Group { of: [Condition { field: "a", test: Some(Equals(Value { kind: Some(NumberValue(1.0)) })) }, Condition { field: "", test: Some(Not(Condition { field: "b", test: Some(Range(Range { gt: Some(Value { kind: Some(NumberValue(1.0)) }), gte: None, lt: Some(Value { kind: Some(NumberValue(2.0)) }), lte: None })) })) }] })) }] })) }, Condition { field: "", test: Some(Not(Condition { field: "", test: Some(All(Group { of: [Condition { field: "a", test: Some(Equals(Value { kind: Some(NumberValue(1.0)) })) }] })) })) }]"#,
        ),
    ] {
        let (status, answer) = door.ask(method, path, body).await;
        assert!(status < 300, "{answer}");
        let call = door.fake.last();
        assert!(call.asked.contains(asked), "{method} {path}: {}", call.asked);
    }
}

/// A path that does not exist is a problem like any other.
#[tokio::test]
async fn unknown_paths_are_problems() {
    let door = Door::open().await;
    for path in ["/", "/v1", "/v1/jobs/", "/v2/jobs", "/invocations/x", "//", "/v1/jobs/a/b/c"] {
        let (status, answer) = door.ask("GET", path, "").await;
        assert_eq!((status, &answer["code"]), (404, &json!("unknown_path")), "{path}");
        assert_eq!(answer["instance"], path);
    }
}

/// Every answer has a request id, and a failure says it in its body too.
#[tokio::test]
async fn every_answer_has_a_request_id() {
    let door = Door::open().await;
    for (method, path) in
        [("GET", "/ping"), ("GET", "/v1/flows"), ("GET", "/nothing"), ("PUT", "/ping")]
    {
        let answer = door.request(method, path).send().await.unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert!(chassis::id::is("req", &id), "{id}");
        let body: Value = answer.json().await.unwrap_or_default();
        assert!(body["request_id"].is_null() || body["request_id"] == json!(id), "{body}");
    }
}
