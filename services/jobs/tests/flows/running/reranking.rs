use proto::common::{Call, Usage};
use proto::rerank::stage::Kind as Stage;
use proto::rerank::{Keyword, RerankRequest, RerankResponse};
use serde_json::json;

use crate::fake::passage;
use crate::folder::Folder;
use crate::running::Run;

const KEYWORDS: &str = "keywords = \"{{ plan.words }}\"";

/// The keywords that are asked for, with their weights.
async fn keywords(run: &Run) -> Vec<(String, Option<f64>)> {
    run.fake.rerank.answer(Ok(RerankResponse::default()));
    run.step("best").await.unwrap();
    let [request]: [RerankRequest; 1] = run.fake.rerank.asked().try_into().unwrap();
    let Some(Stage::KeywordBoost(boost)) = &request.stages[0].kind else { panic!("a boost") };
    let pair = |keyword: &Keyword| (keyword.term.clone(), keyword.weight);
    boost.keywords.iter().map(pair).collect()
}

#[tokio::test]
async fn passages_go_there_and_come_back_in_another_order() {
    let folder = Folder::new().but(
        "flow.toml",
        "weight = 0.2 }]",
        "weight = 0.2 }, { kind = \"pass_through\" }]",
    );
    let run = Run::of(&folder);
    let ranked = vec![passage("trains", "Trains run on rails.", 0.9)];
    let degraded = vec!["cohere: no key".to_owned()];
    run.fake.rerank.answer(Ok(RerankResponse { passages: ranked, degraded, usage: None }));
    let outcome = run.step("best").await.unwrap();
    assert_eq!(outcome.value["passages"][0]["document_id"], "trains");
    assert_eq!(outcome.value["passages"].as_array().unwrap().len(), 1);
    assert_eq!(outcome.degraded, ["cohere: no key"]);

    let [request]: [RerankRequest; 1] = run.fake.rerank.asked().try_into().unwrap();
    assert_eq!((request.query.as_str(), request.keep), ("Who mends pumps?", 3));
    let expected =
        [passage("pumps", "We mend pumps.", 0.5), passage("trains", "Trains run on rails.", 0.5)];
    assert_eq!(request.passages, expected, "as retrieval gave them");
    assert!(
        matches!(&request.stages[0].kind, Some(Stage::KeywordBoost(boost)) if boost.weight == Some(0.2))
    );
    assert!(matches!(request.stages[1].kind, Some(Stage::PassThrough(_))));
}

#[tokio::test]
async fn keywords_are_a_list_or_a_table() {
    let pair = |term: &str, weight| (term.to_owned(), weight);
    let run = Run::of(&Folder::new());
    assert_eq!(keywords(&run).await, [pair("pumps", None), pair("mend", None)]);

    let table = "keywords = { rust = 0.5, aws = 2 }";
    let run = Run::of(&Folder::new().but("flow.toml", KEYWORDS, table));
    assert_eq!(keywords(&run).await, [pair("rust", Some(0.5)), pair("aws", Some(2.0))]);

    let list = "keywords = [\"own\", \"{{ plan.words[0] }}\", \" \"]";
    let run = Run::of(&Folder::new().but("flow.toml", KEYWORDS, list));
    assert_eq!(keywords(&run).await, [pair("own", None), pair("pumps", None)]);

    let run =
        Run::of(&Folder::new().but("flow.toml", KEYWORDS, "keywords = \"{{ input.words }}\""))
            .with_input(json!({ "question": "a", "words": { "rust": 1 } }));
    assert_eq!(keywords(&run).await, [pair("rust", Some(1.0))]);
}

#[tokio::test]
async fn more_keywords_than_a_stage_takes_are_left_out_and_told() {
    let mut run = Run::of(&Folder::new());
    let words: Vec<String> = (0..250).map(|n| format!("w{n}")).collect();
    run.done.insert("plan".to_owned(), json!({ "words": words }));
    assert_eq!(keywords(&run).await.len(), 200);
    run.fake.rerank.answer(Ok(RerankResponse::default()));
    let outcome = run.step("best").await.unwrap();
    assert_eq!(outcome.degraded, ["keyword_boost: only the first 200 of 250 keywords counted"]);
}

#[tokio::test]
async fn keywords_that_are_none_are_refused() {
    let run =
        Run::of(&Folder::new().but("flow.toml", KEYWORDS, "keywords = \"{{ input.words }}\""));
    for words in [json!(true), json!([["a"]]), json!({ "rust": "much" })] {
        let run = Run { input: json!({ "question": "a", "words": words }), ..of(&run) };
        let error = run.step("best").await.unwrap_err();
        assert_eq!((error.code.as_str(), error.hop), ("invalid_keywords", "jobs"), "{words}");
    }
}

#[tokio::test]
async fn a_cohere_stage_goes_there_and_what_it_took_comes_back() {
    let stage = "weight = 0.2 }, { kind = \"cohere\", top_n = 20, model = \"own\" }]";
    let run = Run::of(&Folder::new().but("flow.toml", "weight = 0.2 }]", stage));
    let call = Call {
        provider: "cohere".into(),
        search_units: 1,
        cost_usd: Some(0.002),
        ..Call::default()
    };
    let usage =
        Usage { search_units: 1, cost_usd: Some(0.002), calls: vec![call], ..Usage::default() };
    let answer = RerankResponse { usage: Some(usage), ..RerankResponse::default() };
    run.fake.rerank.answer(Ok(answer));
    let outcome = run.step("best").await.unwrap();
    assert_eq!((outcome.usage.search_units, outcome.usage.cost_usd), (1, Some(0.002)));
    let call = &outcome.usage.calls[0];
    assert_eq!((call.step.as_str(), call.provider.as_str()), ("best", "cohere"));

    let [request]: [RerankRequest; 1] = run.fake.rerank.asked().try_into().unwrap();
    let Some(Stage::Cohere(cohere)) = &request.stages[1].kind else { panic!("a cohere stage") };
    assert_eq!((cohere.top_n, cohere.model.as_deref()), (Some(20), Some("own")));
}

fn of(run: &Run) -> Run {
    let Run { fake, flow, input, done } = run;
    Run { fake: fake.clone(), flow: flow.clone(), input: input.clone(), done: done.clone() }
}
