//! The reranker as its callers see it: over gRPC, through every layer.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel::{self, Channel};
use chassis::failure::Problem;
use chassis::http::{Outbound, OutboundConfig};
use chassis::secret::Secret;
use chassis::server::Services;
use proto::common::{Contribution, Metadata, Passage, Score};
use proto::rerank::rerank_service_client::RerankServiceClient;
use proto::rerank::{Keyword, KeywordBoost, PassThrough, RerankRequest, Stage, stage};
use rerank::{Config, Reranker};

fn client() -> RerankServiceClient<Channel> {
    let verifier = Verifier::new(Secret::default(), Secret::default(), Tenant::default());
    let outbound = Outbound::new(&OutboundConfig::default()).unwrap();
    let reranker = Reranker::new(Config::default(), outbound.operator());
    let stack = Services::new().add(rerank::server(reranker)).build(verifier);
    let channel = channel::local(stack, Credentials::default());
    RerankServiceClient::new(channel).max_decoding_message_size(channel::MESSAGE_LIMIT)
}

fn passage(id: &str, text: &str, score: f64) -> Passage {
    Passage { document_id: id.into(), text: text.into(), score, ..Default::default() }
}

fn keyword(term: &str, weight: Option<f64>) -> Keyword {
    Keyword { term: term.into(), weight }
}

fn boost(keywords: Vec<Keyword>, weight: Option<f64>) -> Stage {
    Stage { kind: Some(stage::Kind::KeywordBoost(KeywordBoost { keywords, weight })) }
}

fn pass_through() -> Stage {
    Stage { kind: Some(stage::Kind::PassThrough(PassThrough {})) }
}

fn ids(passages: &[Passage]) -> Vec<&str> {
    passages.iter().map(|passage| passage.document_id.as_str()).collect()
}

fn score(stage: &str, value: f64, rank: u32) -> Score {
    Score { stage: stage.into(), value, rank, contributions: Vec::new() }
}

#[tokio::test]
async fn a_keyword_lifts_what_contains_it() {
    let passages = vec![passage("shop", "A shop", 0.6), passage("bill", "Billing in Rust", 0.5)];
    let stages = vec![boost(vec![keyword("RUST", Some(0.25))], None)];
    let request = RerankRequest { passages, stages, ..Default::default() };
    let answer = client().rerank(request).await.unwrap().into_inner();
    assert_eq!(ids(&answer.passages), ["bill", "shop"]);
    assert_eq!(answer.passages[0].score, 0.6);
    let contributions = vec![Contribution { name: "RUST".into(), value: 0.2 }];
    let boosted = Score { contributions, ..score("keyword_boost", 0.6, 1) };
    assert_eq!(answer.passages[0].scores, [score("given", 0.5, 2), boosted]);
    assert_eq!(
        answer.passages[1].scores,
        [score("given", 0.6, 1), score("keyword_boost", 0.48, 2)]
    );
}

#[tokio::test]
async fn the_title_counts_and_a_keyword_counts_once() {
    let titled = Passage { title: "Rust".into(), ..passage("titled", "rust, rust and RUST", 0.1) };
    let passages = vec![passage("plain", "no such word", 0.1), titled];
    let keywords = vec![keyword("rust", None), keyword("Rust", Some(9.0)), keyword(" ", None)];
    let request =
        RerankRequest { passages, stages: vec![boost(keywords, None)], ..Default::default() };
    let answer = client().rerank(request).await.unwrap().into_inner();
    assert_eq!(ids(&answer.passages), ["titled", "plain"]);
    let boosted = &answer.passages[0].scores[1];
    assert_eq!(boosted.contributions.len(), 1);
    assert!((boosted.value - 0.2 / 1.1).abs() < 1e-12, "{boosted:?}");
}

#[tokio::test]
async fn scores_stay_within_one_and_ties_keep_their_order() {
    let texts = ["a b c", "c", "", "b a", "c", "a b c"];
    let given = [1.0, 0.3, 1.0, 0.0, 0.3, 1.0];
    let passages = (0..6).map(|i| passage(&i.to_string(), texts[i], given[i])).collect();
    let keywords = ["a", "b", "c"].map(|term| keyword(term, Some(10.0))).to_vec();
    let request =
        RerankRequest { passages, stages: vec![boost(keywords, None)], ..Default::default() };
    let answer = client().rerank(request).await.unwrap().into_inner();
    assert_eq!(ids(&answer.passages), ["0", "5", "3", "1", "4", "2"]);
    assert!(answer.passages.iter().all(|passage| (0.0..=1.0).contains(&passage.score)));
}

#[tokio::test]
async fn stages_follow_each_other_and_the_rest_of_a_passage_stays() {
    let whole = Passage {
        chunk_id: "c".into(),
        title: "t".into(),
        metadata: Some(Metadata { json: r#"{"a": 1}"#.into() }),
        scores: vec![score("keyword", 3.5, 1)],
        start: 4,
        end: 9,
        collection: "notes".into(),
        ..passage("whole", "rust", 0.5)
    };
    let stages = vec![pass_through(), boost(vec![keyword("rust", Some(1.0))], None)];
    let request = RerankRequest { passages: vec![whole.clone()], stages, ..Default::default() };
    let mut answer = client().rerank(request).await.unwrap().into_inner();
    let contributions = vec![Contribution { name: "rust".into(), value: 0.5 }];
    let boosted = Score { contributions, ..score("keyword_boost", 0.75, 1) };
    let scores = vec![score("keyword", 3.5, 1), score("pass_through", 0.5, 1), boosted];
    assert_eq!(answer.passages.remove(0), Passage { score: 0.75, scores, ..whole });
}

#[tokio::test]
async fn without_stages_or_keywords_the_order_stays() {
    for stages in [vec![], vec![pass_through()], vec![boost(vec![], None)]] {
        let passages = vec![passage("low", "x", 0.1), passage("high", "y", 0.9)];
        let request = RerankRequest { passages, stages, ..Default::default() };
        let answer = client().rerank(request).await.unwrap().into_inner();
        assert_eq!(ids(&answer.passages), ["low", "high"]);
        assert_eq!(answer.passages[1].scores[0], score("given", 0.9, 2));
    }
}

#[tokio::test]
async fn only_the_best_are_kept() {
    let passages = vec![passage("a", "", 0.5), passage("b", "", 0.4), passage("c", "rust", 0.4)];
    let stages = vec![boost(vec![keyword("rust", None)], Some(0.5))];
    let request = RerankRequest { passages, stages, keep: 2, ..Default::default() };
    let answer = client().rerank(request).await.unwrap().into_inner();
    assert_eq!(ids(&answer.passages), ["c", "a"]);
}

#[tokio::test]
async fn no_passages_are_no_failure() {
    let stages = vec![boost(vec![keyword("rust", None)], None)];
    let answer = client().rerank(RerankRequest { stages, ..Default::default() }).await.unwrap();
    assert!(answer.into_inner().passages.is_empty());
}

#[tokio::test]
async fn a_sentence_among_the_keywords_is_left_out_and_named() {
    let keywords = vec![keyword(&"long ".repeat(100), None), keyword("rust", Some(1.0))];
    let passages = vec![passage("a", "rust", 0.0)];
    let request =
        RerankRequest { passages, stages: vec![boost(keywords, None)], ..Default::default() };
    let answer = client().rerank(request).await.unwrap().into_inner();
    assert_eq!(answer.passages[0].score, 0.5);
    assert_eq!(answer.degraded, ["keyword_boost: left out keywords longer than 400 bytes: 1"]);
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_name() {
    let ok = RerankRequest { passages: vec![passage("a", "t", 0.5)], ..Default::default() };
    let scored = |score| RerankRequest {
        passages: vec![passage("a", "t", 0.5), passage("b", "t", score)],
        ..ok.clone()
    };
    let staged = |stage| RerankRequest { stages: vec![pass_through(), stage], ..ok.clone() };
    let weighed =
        |weight| staged(boost(vec![keyword("x", None), keyword("y", Some(weight))], None));
    let weight = "stages[1].keyword_boost.keywords[1].weight";
    let rows = [
        ("invalid_score", "passages[1].score", scored(f64::NAN)),
        ("invalid_score", "passages[1].score", scored(f64::INFINITY)),
        ("invalid_score", "passages[1].score", scored(-0.1)),
        ("invalid_weight", weight, weighed(f64::NAN)),
        ("invalid_weight", weight, weighed(f64::NEG_INFINITY)),
        ("invalid_weight", weight, weighed(-1.0)),
        ("invalid_weight", weight, weighed(10.5)),
        ("invalid_weight", "stages[1].keyword_boost.weight", staged(boost(vec![], Some(f64::NAN)))),
        ("unknown_stage", "stages[1]", staged(Stage { kind: None })),
        ("invalid_keep", "keep", RerankRequest { keep: -1, ..ok.clone() }),
        (
            "too_many_passages",
            "passages",
            RerankRequest { passages: vec![passage("a", "t", 0.1); 1001], ..ok.clone() },
        ),
        (
            "too_many_stages",
            "stages",
            RerankRequest { stages: vec![pass_through(); 9], ..ok.clone() },
        ),
        (
            "too_many_keywords",
            "stages[1].keyword_boost.keywords",
            staged(boost(vec![keyword("x", None); 201], None)),
        ),
    ];
    for (code, path, request) in rows {
        let status = client().rerank(request).await.unwrap_err();
        let problem = Problem::of(&status);
        let paths: Vec<_> = problem.errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(
            (status.code(), problem.code.as_str(), paths),
            (tonic::Code::InvalidArgument, code, vec![path])
        );
    }
}

/// Nested keywords that all end everywhere would be slow if each were looked at everywhere.
#[tokio::test]
async fn adverse_keywords_do_not_slow_a_large_request() {
    let keywords = (1..=200).map(|n| keyword(&"a ".repeat(n), None)).collect();
    let passages = vec![passage("a", &"a ".repeat(250_000), 0.5); 4];
    let request =
        RerankRequest { passages, stages: vec![boost(keywords, None)], ..Default::default() };
    let within = std::time::Duration::from_secs(30);
    let answer = tokio::time::timeout(within, client().rerank(request)).await.unwrap().unwrap();
    assert_eq!(answer.into_inner().passages[0].scores[1].contributions.len(), 200);
}
