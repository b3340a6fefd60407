//! Vectors of texts, in the shape that OpenAI's own clients send and read.

use chassis::failure::{Kind, Refusal, Violation};
use serde_json::{Value, json};

use crate::door::Door;

const PATH: &str = "/v1/embeddings";

/// One text or several, and what OpenAI's clients send by themselves.
#[tokio::test]
async fn vectors_have_the_shape_of_openai_s() {
    let door = Door::whole(&[]).await;
    let body = json!({ "input": "rust", "model": "default", "user": "me" }).to_string();
    let (status, answer) = door.ask("POST", PATH, &body).await;
    let vector = |index| json!({ "object": "embedding", "index": index, "embedding": [0.6, -0.8] });
    let usage = json!({ "prompt_tokens": 7, "total_tokens": 7 });
    let list = json!({ "object": "list", "data": [vector(0)], "model": "hashed", "usage": usage });
    assert_eq!((status, rounded(answer)), (200, list));
    let asked = door.fake.last().asked;
    assert!(asked.contains("Passage") && asked.contains(r#"model: "default""#), "{asked}");
    let body = json!({ "input": ["a", "b"], "encoding_format": "base64", "input_type": "query", "dimensions": 2 });
    let (status, answer) = door.ask("POST", PATH, &body.to_string()).await;
    assert_eq!((status, &answer["data"][1]["index"]), (200, &json!(1)));
    assert_eq!(answer["data"][1]["embedding"], "mpkZP83MTL8=");
    let asked = door.fake.last().asked;
    assert!(asked.contains("Query") && asked.contains("dimensions: 2"), "{asked}");
}

/// 32-bit floats as a reader writes them down.
fn rounded(mut answer: Value) -> Value {
    for number in answer["data"][0]["embedding"].as_array_mut().unwrap() {
        *number = json!((number.as_f64().unwrap() * 1e6).round() / 1e6);
    }
    answer
}

/// What is wrong is said in OpenAI's words, by the member that is to blame, and reaches no service.
#[tokio::test]
async fn refusals_have_the_shape_of_openai_s() {
    let door = Door::whole(&[]).await;
    for (body, param, said) in [
        (r#"{"model":"default"}"#, json!("input"), "must be a text or a list of texts"),
        (r#"{"input":[1,2,3]}"#, json!("input"), "send the text itself"),
        (r#"{"input":[[1,2],[3]]}"#, json!("input"), "send the text itself"),
        (r#"{"input":["a",null]}"#, json!("input"), "must hold texts and nothing else"),
        (r#"{"input":{"text":"a"}}"#, json!("input"), "must be a text or a list of texts"),
        (r#"{"input":"a","encoding_format":"int8"}"#, json!("encoding_format"), "float or base64"),
        (r#"{"input":"a","input_type":"document"}"#, json!("input_type"), "query or passage"),
        (r#"{"input":"a","dimensions":0}"#, json!("dimensions"), "between 1 and 16000"),
        (r#"{"input":"a","inputs":"b"}"#, json!("inputs"), "is not known here"),
        (r#"{"input":"#, Value::Null, "not valid JSON"),
        ("[]", json!("body"), "must be a JSON object"),
    ] {
        let (status, answer) = door.ask("POST", PATH, body).await;
        let error = &answer["error"];
        assert_eq!((status, &error["param"]), (400, &param), "{body}: {answer}");
        assert_eq!(error["type"], "invalid_request_error", "{answer}");
        assert!(error["message"].as_str().unwrap().contains(said), "{body}: {answer}");
    }
    assert_eq!(door.fake.count(), 0);
}

/// A service's refusal keeps its reason; what OpenAI's clients would repeat in vain is a 400.
#[tokio::test]
async fn failures_of_the_service_are_told() {
    let door = Door::whole(&[]).await;
    for (kind, reason, status, kinds) in [
        (Kind::Conflict, "EMBEDDER_MISSING", 400, "invalid_request_error"),
        (Kind::NotFound, "EMBEDDER_NOT_FOUND", 404, "invalid_request_error"),
        (Kind::Unavailable, "EMBEDDER_UNAVAILABLE", 503, "server_error"),
        (Kind::Internal, "EMBEDDER_DENIED", 500, "server_error"),
    ] {
        door.fake.refuse(Refusal::new(kind, reason).to_status("it says why"));
        let (told, answer) = door.ask("POST", PATH, r#"{"input":"a"}"#).await;
        let error = json!({ "message": "it says why", "type": kinds, "param": null, "code": reason.to_lowercase() });
        assert_eq!((told, &answer["error"]), (status, &error), "{reason}");
    }
    let violation = Violation { path: "texts[1]".into(), message: "is blank".into() };
    let refusal = Refusal::new(Kind::Invalid, "INVALID_TEXT").violations(vec![violation]);
    door.fake.refuse(refusal.to_status("texts[1] is blank"));
    let (status, answer) = door.ask("POST", PATH, r#"{"input":["a",""]}"#).await;
    assert_eq!((status, &answer["error"]["param"]), (400, &json!("input[1]")), "{answer}");
}
