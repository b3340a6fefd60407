use proto::generation::{
    GenerateRequest, Message, Messages, Part, Template, generate_request::Prompt,
};
use tonic::Code;

use crate::ask::{generate, message, passage, problem, stream, template};
use crate::fake::client;

fn messages(messages: Vec<Message>) -> GenerateRequest {
    GenerateRequest { prompt: Some(Prompt::Messages(Messages { messages })), ..Default::default() }
}

fn said(role: i32, parts: Vec<Part>) -> Message {
    Message { role, parts }
}

type Row = (&'static str, &'static str, GenerateRequest);

fn deep() -> String {
    "[".repeat(10_000) + &"]".repeat(10_000)
}

fn prompts() -> Vec<Row> {
    let nothing = GenerateRequest::default();
    let blank =
        GenerateRequest { prompt: Some(Prompt::Template(Template::default())), ..nothing.clone() };
    let role = "messages.messages[0].role";
    let no_text = messages(vec![said(2, vec![Part { kind: None }])]);
    vec![
        ("no_prompt", "prompt", nothing),
        ("no_prompt", "prompt", blank),
        ("no_prompt", "prompt", messages(vec![])),
        ("no_prompt", "prompt", messages(vec![said(2, vec![])])),
        ("no_prompt", "prompt", template("", "{% if false %}x{% endif %}", "")),
        ("unknown_role", role, messages(vec![said(77, vec![])])),
        ("unknown_role", role, messages(vec![said(0, vec![])])),
        ("invalid_parameter", "messages.messages[0].parts", no_text),
        ("invalid_parameter", "messages", messages(vec![said(2, vec![]); 101])),
        ("invalid_variables", "variables_json", template("", "Hi", "{")),
        ("invalid_variables", "variables_json", template("", "Hi", "[]")),
        (
            "invalid_variables",
            "variables_json",
            template("", "Hi", &format!("{{\"a\": {}}}", deep())),
        ),
    ]
}

fn parameters() -> Vec<Row> {
    let schema = |text: &str| GenerateRequest { schema_json: text.into(), ..message("Hi") };
    let warm = |temperature| GenerateRequest { temperature: Some(temperature), ..message("Hi") };
    let stop = |stop: Vec<String>| GenerateRequest { stop, ..message("Hi") };
    let negative = GenerateRequest { max_output_tokens: -5, ..message("Hi") };
    let lines = GenerateRequest { model: "a\nb".into(), ..message("Hi") };
    let untrusted = GenerateRequest { untrusted: vec!["x".into(); 101], ..message("Hi") };
    let many = GenerateRequest { passages: vec![passage("a", "", "t"); 201], ..message("Hi") };
    vec![
        ("invalid_schema", "schema_json", schema("[")),
        ("invalid_schema", "schema_json", schema(&deep())),
        ("invalid_schema", "schema_json", schema(r#"{"type": 7}"#)),
        ("invalid_parameter", "temperature", warm(f64::NAN)),
        ("invalid_parameter", "temperature", warm(-0.1)),
        ("invalid_parameter", "max_output_tokens", negative),
        ("invalid_parameter", "stop", stop(vec!["x".into(); 5])),
        ("invalid_parameter", "stop", stop(vec![String::new()])),
        ("invalid_parameter", "model", lines),
        ("invalid_parameter", "untrusted", untrusted),
        ("too_many_passages", "passages", many),
    ]
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_name() {
    for (code, path, request) in prompts().into_iter().chain(parameters()) {
        let whole = generate(client(Vec::new()), request.clone()).await.unwrap_err();
        let (_, streamed) = stream(client(Vec::new()), request).await;
        for status in [whole, streamed.unwrap_err()] {
            assert_eq!(status.code(), Code::InvalidArgument, "{path}: {status:?}");
            assert_eq!(problem(&status), (code.into(), path.into()), "{status:?}");
        }
    }
}

#[tokio::test]
async fn a_large_passage_and_a_score_that_is_no_number_are_no_failure() {
    let large =
        proto::common::Passage { score: f64::NAN, ..passage("a", "", &"Word. ".repeat(200_000)) };
    let request = GenerateRequest { passages: vec![large], ..message("Which word?") };
    let answer = generate(client(Vec::new()), request).await.unwrap();
    assert_eq!(answer.citations[0].quote, "Word.");
}
