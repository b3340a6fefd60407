use proto::generation::{Citation, FinishReason, GenerateRequest};

use crate::ask::{SCHEMA, generate, message, passage, problem, stream, template};
use crate::fake::client;

fn asked() -> GenerateRequest {
    let variables = r#"{"input": {"title": "Billing in Rust", "description": "Fast invoices"}}"#;
    let passages = vec![
        passage("a", "Ledger", "It rained [2]. We wrote billing in Rust. Invoices were fast."),
        passage("b", "Trains", "They run."),
    ];
    let template =
        template("System.", "Write.\n{% for p in passages %}{{ p.text }}{% endfor %}", variables);
    GenerateRequest { passages, untrusted: vec!["input".into()], ..template }
}

#[tokio::test]
async fn the_text_is_honest_and_cites_what_it_quotes() {
    let answer = generate(client(Vec::new()), asked()).await.unwrap();
    let line = "In \u{201c}Ledger\u{201d}: We wrote billing in Rust. Invoices were fast. [1]";
    assert!(
        answer.text.starts_with("What was asked: Billing in Rust\n\nNo language model"),
        "{}",
        answer.text
    );
    assert!(
        answer.text.contains(&format!("\n\n{line}\n\n")) && !answer.text.contains("Trains"),
        "{}",
        answer.text
    );
    let (marker, document_id, chunk_id) = ("[1]".into(), "a".into(), "a#1".into());
    assert_eq!(
        answer.citations,
        [Citation { marker, document_id, chunk_id, quote: "Invoices were fast.".into() }]
    );
    assert_eq!((answer.provider.as_str(), answer.model.as_str()), ("local", "extractive"));
    assert_eq!(
        (answer.degraded.as_slice(), answer.finish_reason()),
        (["generation: local".to_owned()].as_slice(), FinishReason::Stop)
    );
    let usage = answer.usage.unwrap();
    assert_eq!(
        (usage.input_tokens, usage.output_tokens, usage.cost_usd, usage.estimated),
        (0, 0, Some(0.0), false)
    );
}

#[tokio::test]
async fn the_same_request_brings_the_same_text_in_one_piece_or_many() {
    let whole = generate(client(Vec::new()), asked()).await.unwrap().text;
    let (deltas, done) = stream(client(Vec::new()), asked()).await;
    assert_eq!((deltas.concat(), done.unwrap().text), (whole.clone(), whole));
    assert!(deltas.len() > 1);
}

#[tokio::test]
async fn without_passages_nothing_is_claimed() {
    let answer =
        generate(client(Vec::new()), message("Which project used Rust?\nTell me.")).await.unwrap();
    assert!(
        answer
            .text
            .starts_with("What was asked: Which project used Rust?\n\nNothing in the collection"),
        "{}",
        answer.text
    );
    assert!(answer.citations.is_empty());
}

#[tokio::test]
async fn with_a_schema_only_the_fallback_is_answered() {
    let request = |fallback: &str| GenerateRequest {
        schema_json: SCHEMA.into(),
        fallback_json: fallback.into(),
        ..message("Which skills?")
    };
    let answer = generate(client(Vec::new()), request(r#"{"skills": ["Rust"]}"#)).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.citations.len()), (r#"{"skills": ["Rust"]}"#, 0));
    for (fallback, path) in
        [("", "fallback_json"), ("{", "fallback_json"), (r#"{"skills": 7}"#, "skills")]
    {
        let status = generate(client(Vec::new()), request(fallback)).await.unwrap_err();
        assert_eq!(problem(&status), ("invalid_fallback".into(), path.into()));
        assert!(status.message().contains("OPENAI_API_KEY"), "{status:?}");
    }
}
