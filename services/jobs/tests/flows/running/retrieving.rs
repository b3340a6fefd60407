use chassis::failure::Kind;
use proto::common::Score;
use proto::retrieval::condition::Test;
use proto::retrieval::{SearchRequest, SearchResponse};
use serde_json::{Value, json};
use tonic::Status;

use crate::fake::{passage, refusal};
use crate::folder::Folder;
use crate::running::Run;

fn found(documents: u64) -> SearchResponse {
    let passages = vec![passage("pumps", "We mend pumps.", 0.5)];
    let passages = if documents > 0 { passages } else { Vec::new() };
    SearchResponse {
        passages,
        dense: "absent".to_owned(),
        collection_documents: documents,
        ..SearchResponse::default()
    }
}

fn missing() -> Status {
    refusal(Kind::NotFound, "COLLECTION_NOT_FOUND", "no collection")
}

/// The collections that were searched, the collection of the value, and what was degraded.
async fn searched(input: Value, answers: &[Result<SearchResponse, Status>]) -> [String; 3] {
    let run = Run::of(&Folder::new()).with_input(input);
    answers.iter().cloned().for_each(|answer| run.fake.search.answer(answer));
    let outcome = run.step("found").await.unwrap();
    let asked: Vec<String> =
        run.fake.search.asked().into_iter().map(|request| request.collection).collect();
    let collection = outcome.value["collection"].as_str().unwrap().to_owned();
    [asked.join(" "), collection, outcome.degraded.join("; ")]
}

#[tokio::test]
async fn the_request_is_made_of_the_settings() {
    let run = Run::of(&Folder::new()).with_input(json!({ "question": "Who?", "year": 2024 }));
    run.fake.search.answer(Ok(found(1)));
    run.step("found").await.unwrap();
    let [request]: [SearchRequest; 1] = run.fake.search.asked().try_into().unwrap();
    assert_eq!(request.query, "Who?");
    assert_eq!(request.more_queries, ["pumps mend"]);
    assert_eq!((request.limit, request.explain), (10, true));
    let [condition] = &request.filter.unwrap().all[..] else { panic!("one condition") };
    let Some(Test::Equals(value)) = &condition.test else { panic!("an equality") };
    assert_eq!(condition.field, "year");
    assert_eq!(value.kind, Some(prost_types::value::Kind::NumberValue(2024.0)));
}

#[tokio::test]
async fn what_is_undefined_filters_nothing_and_what_is_blank_searches_nothing() {
    let mut run = Run::of(&Folder::new()).with_input(json!({ "question": " ", "year": null }));
    run.fake.search.answer(Ok(found(1)));
    run.step("found").await.unwrap();
    let [request]: [SearchRequest; 1] = run.fake.search.asked().try_into().unwrap();
    assert_eq!((request.query.as_str(), request.more_queries.len()), ("pumps mend", 0));
    assert_eq!(request.filter, None);

    run.done.insert("plan".to_owned(), json!({ "words": [] }));
    let error = run.step("found").await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str(), error.hop),
        (Kind::Invalid, "blank_query", "jobs")
    );
    assert!(!error.is_transient());
}

#[tokio::test]
async fn a_list_of_queries_may_be_computed() {
    let queries = "queries = [\"{{ input.question }}\", \"{{ plan.words | join(' ') }}\"]";
    let folder = Folder::new().but("flow.toml", queries, "queries = \"{{ plan.words }}\"");
    let mut run = Run::of(&folder);
    let words: Vec<String> = (0..20).map(|n| format!("word {n}")).collect();
    run.done.insert("plan".to_owned(), json!({ "words": words }));
    run.fake.search.answer(Ok(found(1)));
    let outcome = run.step("found").await.unwrap();
    let [request]: [SearchRequest; 1] = run.fake.search.asked().try_into().unwrap();
    assert_eq!((request.query.as_str(), request.more_queries.len()), ("word 0", 16));
    let left_out = "found: only the first 17 of 20 queries were searched";
    assert_eq!(outcome.degraded, ["dense: absent", left_out]);
}

#[tokio::test]
async fn the_collection_is_the_callers_or_the_flows_or_the_sample() {
    let own = || json!({ "question": "a", "collection": "mine" });
    let none = || json!({ "question": "a" });
    let blank = || json!({ "question": "a", "collection": " " });
    let null = || json!({ "question": "a", "collection": null });
    let (some, empty) = (|| Ok(found(3)), || Ok(found(0)));
    let nothing = || Err(missing());
    let cases = [
        (own(), vec![some()], ["mine", "mine", "dense: absent"]),
        (own(), vec![empty()], ["mine", "mine", "dense: absent"]),
        (none(), vec![some()], ["notes", "notes", "dense: absent"]),
        (blank(), vec![some()], ["notes", "notes", "dense: absent"]),
        (null(), vec![some()], ["notes", "notes", "dense: absent"]),
        (
            none(),
            vec![nothing(), some()],
            ["notes notes-sample", "notes-sample", "sample_corpus; dense: absent"],
        ),
        (
            none(),
            vec![empty(), some()],
            ["notes notes-sample", "notes-sample", "sample_corpus; dense: absent"],
        ),
        (none(), vec![nothing(), nothing()], ["notes notes-sample", "notes", "no_evidence"]),
        (none(), vec![empty(), empty()], ["notes notes-sample", "notes", "no_evidence"]),
    ];
    for (input, answers, expected) in cases {
        assert_eq!(searched(input.clone(), &answers).await, expected, "{input} {answers:?}");
    }
}

#[tokio::test]
async fn a_collection_that_the_caller_names_must_exist() {
    let run = Run::of(&Folder::new()).with_input(json!({ "question": "a", "collection": "mine" }));
    run.fake.search.answer(Err(missing()));
    let error = run.step("found").await.unwrap_err();
    assert_eq!((error.kind, error.hop), (Kind::NotFound, "retrieval"));
    assert_eq!(error.code, "collection_not_found");
    let expected = "there is no collection \"mine\"; put a document into it or name another";
    assert_eq!(error.message, expected);
    assert!(!error.is_transient());
}

#[tokio::test]
async fn only_a_missing_collection_calls_for_the_sample() {
    let run = Run::of(&Folder::new());
    run.fake.search.answer(Err(refusal(Kind::Unavailable, "STORE_UNAVAILABLE", "try later")));
    let error = run.step("found").await.unwrap_err();
    assert_eq!((error.code.as_str(), error.is_transient()), ("store_unavailable", true));
}

#[tokio::test]
async fn the_value_is_what_was_found() {
    let run = Run::of(&Folder::new());
    let score = Score { stage: "keyword".to_owned(), value: 1.5, rank: 1, ..Score::default() };
    let mut answer = found(7);
    answer.passages[0].scores.push(score);
    answer.passages.push(passage("trains", "Trains run.", f64::NAN));
    answer.dense = "minilm/384/1".to_owned();
    answer.degraded = vec!["rank: slow".to_owned()];
    run.fake.search.answer(Ok(answer));
    let outcome = run.step("found").await.unwrap();
    let expected = json!({
        "passages": [
            {
                "document_id": "pumps", "chunk_id": "pumps#0", "title": "PUMPS",
                "text": "We mend pumps.", "score": 0.5, "metadata": { "year": 2024 },
                "scores": [{ "stage": "keyword", "value": 1.5, "rank": 1 }],
                "collection": "notes", "start": 0, "end": 0,
            },
            {
                "document_id": "trains", "chunk_id": "trains#0", "title": "TRAINS",
                "text": "Trains run.", "score": 0.0, "metadata": { "year": 2024 }, "scores": [],
                "collection": "notes", "start": 0, "end": 0,
            },
        ],
        "collection": "notes",
        "dense": "minilm/384/1",
    });
    assert_eq!(outcome.value, expected);
    assert_eq!(outcome.degraded, ["rank: slow"]);
    assert!(!outcome.is_skipped);
}
