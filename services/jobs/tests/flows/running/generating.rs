use proto::common::{Call, Usage};
use proto::generation::generate_request::Prompt;
use proto::generation::{Citation, FinishReason, GenerateRequest, GenerateResponse};
use serde_json::{Value, json};

use crate::fake::passage;
use crate::folder::Folder;
use crate::running::Run;

fn answer(text: &str) -> GenerateResponse {
    let call = Call { provider: "openai".to_owned(), model: "m".to_owned(), ..Call::default() };
    GenerateResponse {
        text: text.to_owned(),
        provider: "openai".to_owned(),
        model: "m".to_owned(),
        usage: Some(Usage {
            input_tokens: 7,
            output_tokens: 2,
            calls: vec![call],
            ..Usage::default()
        }),
        ..GenerateResponse::default()
    }
}

async fn asked(run: &Run, step: &str, answer: GenerateResponse) -> GenerateRequest {
    run.fake.generate.answer(Ok(answer));
    run.step(step).await.unwrap();
    let [request]: [GenerateRequest; 1] = run.fake.generate.asked().try_into().unwrap();
    request
}

#[tokio::test]
async fn a_prompt_brings_what_it_reads_and_its_passages() {
    let run = Run::of(&Folder::new());
    let request = asked(&run, "draft", answer("x")).await;
    let Some(Prompt::Template(template)) = request.prompt else { panic!("a template") };
    assert_eq!(template.name, "notes/prompts/write.md");
    assert_eq!(template.system, "You answer from notes.\n");
    assert!(template.user.starts_with("{{ input.question }}"));
    assert_eq!(request.variables_json, r#"{"input":{"question":"Who mends pumps?"}}"#);
    let expected =
        [passage("pumps", "We mend pumps.", 0.5), passage("trains", "Trains run on rails.", 0.5)];
    assert_eq!(request.passages, expected);
    assert_eq!((request.model.as_str(), request.untrusted), ("strong", vec!["input".to_owned()]));
    assert_eq!((request.max_output_tokens, request.temperature), (500, Some(0.5)));
    assert_eq!((request.schema_json.as_str(), request.fallback_json.as_str()), ("", ""));
}

#[tokio::test]
async fn a_prompt_brings_the_steps_that_it_reads() {
    let folder = Folder::new().but("prompts/write.system.md", "notes", "{{ plan.words }}");
    let request = asked(&Run::of(&folder), "draft", answer("x")).await;
    let expected = r#"{"input":{"question":"Who mends pumps?"},"plan":{"words":["pumps","mend"]}}"#;
    assert_eq!(request.variables_json, expected);
}

#[tokio::test]
async fn a_schema_brings_its_fallback() {
    let run = Run::of(&Folder::new());
    let request = asked(&run, "plan", answer(r#"{"words":["a"]}"#)).await;
    let schema: Value = serde_json::from_str(&request.schema_json).unwrap();
    assert_eq!(schema["required"], json!(["words"]));
    assert_eq!(request.fallback_json, r#"{"words":["Who mends pumps?"]}"#);
    assert_eq!((request.model.as_str(), request.passages.len()), ("fast", 0));
    assert_eq!((request.max_output_tokens, request.temperature), (0, None));
}

#[tokio::test]
async fn the_value_of_a_schema_is_the_object() {
    let run = Run::of(&Folder::new());
    run.fake.generate.answer(Ok(answer(r#"{"words":["a"]}"#)));
    let outcome = run.step("plan").await.unwrap();
    assert_eq!(outcome.value, json!({ "words": ["a"] }));
    for broken in ["", "words", "[]", r#"{"words":7}"#, r#"{"words":[],"more":1}"#] {
        run.fake.generate.answer(Ok(answer(broken)));
        let error = run.step("plan").await.unwrap_err();
        let told = (error.code.as_str(), error.hop, error.is_transient());
        assert_eq!(told, ("invalid_answer", "generation", false), "{broken}");
    }
}

#[tokio::test]
async fn the_value_of_a_text_has_its_citations_and_passages() {
    let run = Run::of(&Folder::new());
    let citation = Citation {
        marker: "[1]".to_owned(),
        document_id: "pumps".to_owned(),
        chunk_id: "pumps#0".to_owned(),
        quote: "We mend pumps.".to_owned(),
    };
    let degraded = vec!["generation: extractive".to_owned()];
    let citations = vec![citation];
    run.fake.generate.answer(Ok(GenerateResponse { citations, degraded, ..answer("We do [1].") }));
    let outcome = run.step("draft").await.unwrap();
    let Value::Object(mut value) = outcome.value else { panic!("an object") };
    let passages = value.remove("passages").unwrap();
    let markers: Vec<_> = passages.as_array().unwrap().iter().map(|p| &p["marker"]).collect();
    assert_eq!(markers, ["[1]", "[2]"]);
    assert_eq!(passages[1]["document_id"], "trains");
    let expected = json!({
        "text": "We do [1].",
        "citations": [{ "marker": "[1]", "document_id": "pumps", "quote": "We mend pumps." }],
        "provider": "openai",
        "model": "m",
    });
    assert_eq!(Value::Object(value), expected);
    assert_eq!(outcome.degraded, ["generation: extractive"]);
}

#[tokio::test]
async fn usage_is_that_of_the_step() {
    let run = Run::of(&Folder::new());
    run.fake.generate.answer(Ok(answer("x")));
    let usage = run.step("draft").await.unwrap().usage;
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.cost_usd), (7, 2, None));
    assert_eq!(
        (usage.calls[0].step.as_str(), usage.calls[0].provider.as_str()),
        ("draft", "openai")
    );
}

#[tokio::test]
async fn a_text_that_was_cut_says_so() {
    let cases = [
        (FinishReason::Stop, None),
        (FinishReason::Unspecified, None),
        (FinishReason::Length, Some("draft: the text was cut at its token limit")),
        (FinishReason::Filter, Some("draft: the provider's filter ended the text")),
    ];
    let run = Run::of(&Folder::new());
    for (reason, expected) in cases {
        let finish_reason = reason.into();
        run.fake.generate.answer(Ok(GenerateResponse { finish_reason, ..answer("x") }));
        let degraded = run.step("draft").await.unwrap().degraded;
        assert_eq!(degraded.first().map(String::as_str), expected, "{reason:?}");
    }
}
