//! The description is whole: a stranger can write a client from it.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::door::Door;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Every operation has a name of its own, a tag that is explained, and answers for success and failure.
#[tokio::test]
async fn every_operation_is_described() {
    let api = described(&[]).await;
    assert_eq!((&api["openapi"], &api["info"]["title"]), (&json!("3.1.0"), &json!("Throughline")));
    let tags: HashSet<_> = api["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut names = HashSet::new();
    for (at, operation) in operations(&api) {
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{at}");
        assert!(operation["summary"].is_string(), "{at}");
        assert!(operation["tags"].as_array().unwrap().iter().all(|tag| tags.contains(tag)), "{at}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}");
        for (status, response) in responses {
            assert!(
                response["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{at} {status}"
            );
            let schema = &response["content"]["application/json"]["schema"]["$ref"];
            let is_failure = status.starts_with(['4', '5']);
            let is_theirs = at.contains("/v1/embeddings") && status != "401";
            let problem = if is_theirs { "OpenAiProblem" } else { "Problem" };
            assert!(
                !is_failure || *schema == format!("#/components/schemas/{problem}"),
                "{at} {status}: {response}"
            );
        }
        let always: &[&str] = if at.contains("/ping") { &["503"] } else { &["500"] };
        assert!(always.iter().all(|status| responses.contains_key(*status)), "{at}");
    }
    assert_eq!(names.len(), 31);
}

/// Every path parameter is declared, and every parameter described.
#[tokio::test]
async fn every_parameter_is_described() {
    let api = described(&[]).await;
    for (at, operation) in operations(&api) {
        let parameters =
            operation.get("parameters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for parameter in parameters {
            assert!(
                parameter["description"].is_string() && parameter["schema"].is_object(),
                "{at}: {parameter}"
            );
        }
        let declared: HashSet<_> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let in_path: HashSet<_> = at.split(['{', '}']).skip(1).step_by(2).collect();
        assert_eq!(declared, in_path, "{at}");
    }
}

/// Every schema and every member is described, and every reference leads somewhere.
#[tokio::test]
async fn every_member_is_described() {
    let api = described(&[]).await;
    let schemas = api["components"]["schemas"].as_object().unwrap();
    assert!(schemas.len() > 25, "{:?}", schemas.keys());
    for (name, schema) in schemas {
        assert!(schema["description"].is_string(), "{name}");
        members(name, schema);
    }
    let mut references = Vec::new();
    collect(&api, &mut references);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(api.pointer(pointer).is_some(), "{reference}");
    }
}

/// The envelope is described as it is read.
#[tokio::test]
async fn envelope_is_described_as_it_is_read() {
    let api = described(&[]).await;
    let envelope = &api["components"]["schemas"]["Envelope"];
    assert_eq!(envelope["required"], json!(["input"]));
    let deadline = &envelope["properties"]["deadline_s"];
    assert_eq!(
        (&deadline["minimum"], &deadline["maximum"]),
        (&json!(1), &json!(86400)),
        "{deadline}"
    );
    let body = &api["paths"]["/invocations"]["post"]["requestBody"]["content"]["application/json"]
        ["schema"];
    assert_eq!(body["$ref"], "#/components/schemas/Invoked", "{body}");
    let either = api["components"]["schemas"]["Invocation"]["anyOf"].as_array().unwrap();
    assert_eq!(either[0]["$ref"], "#/components/schemas/Envelope");
}

/// Every op is described, those that are gRPC's by the contract itself.
#[tokio::test]
async fn ops_are_described() {
    let api = described(&[]).await;
    let schemas = &api["components"]["schemas"];
    let ops = schemas["Op"]["oneOf"].as_array().unwrap();
    assert_eq!(ops.len(), 6, "{ops:?}");
    let rerank = &schemas["throughline.rerank.v1.RerankRequest"]["properties"];
    assert_eq!(rerank["keep"]["type"], "integer");
    assert_eq!(
        rerank["passages"]["items"]["$ref"],
        "#/components/schemas/throughline.common.v1.Passage"
    );
    let role = &schemas["throughline.generation.v1.Message"]["properties"]["role"];
    assert_eq!(role["enum"], json!(["unspecified", "system", "user", "assistant"]));
    assert_eq!(role["description"], "Who speaks.");
}

/// What the settings say of it is in it.
#[tokio::test]
async fn settings_are_described() {
    let plain = described(&[]).await;
    assert!(plain["security"].is_null() && plain["servers"].is_null());
    let api = described(&[
        ("gateway.auth", "basic"),
        ("gateway.basic.user", "u"),
        ("gateway.basic.pass", "p"),
        ("gateway.public_url", "https://jobs.example.com"),
    ])
    .await;
    assert_eq!(api["components"]["securitySchemes"]["basic"]["scheme"], "basic");
    assert_eq!(api["security"], json!([{ "basic": [] }]));
    assert_eq!(api["paths"]["/ping"]["get"]["security"], json!([{}]));
    assert_eq!(api["servers"][0]["url"], "https://jobs.example.com");
}

async fn described(overrides: &[(&str, &str)]) -> Value {
    let (status, api) = Door::cold(overrides).await.ask("GET", "/openapi.json", "").await;
    assert_eq!(status, 200);
    api
}

fn operations(api: &Value) -> Vec<(String, &Map<String, Value>)> {
    let paths = api["paths"].as_object().unwrap().iter();
    let each = paths.flat_map(|(path, item)| {
        let methods =
            METHODS.iter().filter_map(|method| Some((method, item.get(method)?.as_object()?)));
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    each.collect()
}

fn members(at: &str, schema: &Value) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        assert!(member["description"].is_string(), "{at}.{name}: {member}");
        members(&format!("{at}.{name}"), member);
    }
    for part in ["allOf", "oneOf", "anyOf"] {
        for inner in schema[part].as_array().into_iter().flatten() {
            members(at, inner);
        }
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
