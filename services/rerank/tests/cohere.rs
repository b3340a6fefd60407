//! The stage `cohere` against a server that speaks Cohere's wire format, with its faults.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use axum::{Json, Router};
use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel::{self, Channel};
use chassis::config::{Settings, Sources};
use chassis::failure::Problem;
use chassis::http::{Outbound, OutboundConfig};
use chassis::secret::Secret;
use chassis::server::Services;
use proto::common::{Passage, Score};
use proto::rerank::rerank_service_client::RerankServiceClient;
use proto::rerank::{Cohere, Keyword, KeywordBoost, RerankRequest, RerankResponse, Stage, stage};
use rerank::{Config, DEFAULTS, Reranker};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

type Faulty = fn() -> Response<Body>;
type Client = RerankServiceClient<Channel>;
type Answer = Arc<dyn Fn(usize) -> Option<Response<Body>> + Send + Sync>;

/// Speaks the wire format of Cohere's rerank v2.
struct Fake {
    url: String,
    asked: mpsc::UnboundedReceiver<(HeaderMap, Value)>,
}

#[derive(Clone)]
struct Desk {
    answer: Answer,
    asked: mpsc::UnboundedSender<(HeaderMap, Value)>,
    count: Arc<std::sync::atomic::AtomicUsize>,
}

impl Fake {
    /// Answers the first call by what `answer` says of 0, and so on; none means that it hangs.
    async fn start(
        answer: impl Fn(usize) -> Option<Response<Body>> + Send + Sync + 'static,
    ) -> Self {
        let (sender, asked) = mpsc::unbounded_channel();
        let desk = Desk { answer: Arc::new(answer), asked: sender, count: Arc::default() };
        let router = Router::new().route("/v2/rerank", post(rank)).with_state(desk);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        chassis::task::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// Scores the documents of these indexes.
    async fn scoring(scores: &'static [(usize, f64)]) -> Self {
        Self::start(move |_| Some(scored(scores))).await
    }

    fn client(&self) -> Client {
        self.client_with(&[])
    }

    fn client_with(&self, settings: &[(&str, &str)]) -> Client {
        let own = [
            ("rerank.cohere.base_url", self.url.as_str()),
            ("rerank.cohere.api_key", "co-secret"),
            ("rerank.cohere.retry.first_wait", "1ms"),
            ("rerank.cohere.retry.longest_wait", "1s"),
        ];
        client(own.into_iter().chain(settings.iter().copied()).collect())
    }

    /// How many calls came since the last look.
    fn calls(&mut self) -> usize {
        std::iter::from_fn(|| self.asked.try_recv().ok()).count()
    }
}

async fn rank(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response<Body> {
    let _ = desk.asked.send((headers, body));
    let number = desk.count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    match (desk.answer)(number) {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

fn client(settings: Vec<(&str, &str)>) -> Client {
    let overrides = settings.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    let sources =
        Sources { defaults: &[DEFAULTS], overrides: overrides.collect(), ..Sources::default() };
    let config = Config::read(&Settings::load(&sources).unwrap()).unwrap();
    let outbound = Outbound::new(&OutboundConfig::default()).unwrap();
    let server = rerank::server(Reranker::new(config, outbound.operator()));
    let verifier = Verifier::new(Secret::default(), Secret::default(), Tenant::default());
    let stack = Services::new().add(server).build(verifier);
    RerankServiceClient::new(channel::local(stack, Credentials::default()))
}

fn answer(status: u16, body: impl Into<Body>) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn scored(scores: &[(usize, f64)]) -> Response<Body> {
    let result =
        |(index, score): &(usize, f64)| json!({ "index": index, "relevance_score": score });
    let body = json!({
        "id": "07734bd2-2473-4f07-94e1-0d9f0e6843cf",
        "results": scores.iter().map(result).collect::<Vec<_>>(),
        "meta": { "api_version": { "version": "2", "is_experimental": false }, "billed_units": { "search_units": 1 } },
    });
    answer(200, body.to_string())
}

fn failing(status: u16) -> Response<Body> {
    answer(status, json!({ "message": "you sent: secret text, co-secret" }).to_string())
}

fn passage(id: &str, text: &str, score: f64) -> Passage {
    Passage { document_id: id.into(), text: text.into(), score, ..Default::default() }
}

fn cohere(top_n: Option<i32>, model: Option<&str>) -> Stage {
    let model = model.map(str::to_owned);
    Stage { kind: Some(stage::Kind::Cohere(Cohere { top_n, model })) }
}

fn request(stages: Vec<Stage>) -> RerankRequest {
    let passages =
        vec![passage("a", "Trains", 0.6), passage("b", "Pumps", 0.5), passage("c", "Rust", 0.4)];
    RerankRequest { query: " secret text ".into(), passages, stages, keep: 0 }
}

async fn ask(client: Client, request: RerankRequest) -> RerankResponse {
    let mut client = client;
    client.rerank(request).await.unwrap().into_inner()
}

fn ids(answer: &RerankResponse) -> String {
    answer.passages.iter().map(|passage| passage.document_id.as_str()).collect()
}

#[tokio::test]
async fn the_model_says_the_order_and_what_it_took() {
    let mut fake = Fake::scoring(&[(2, 0.9), (0, 0.3), (1, 0.25)]).await;
    let answer = ask(fake.client(), request(vec![cohere(None, None)])).await;
    assert_eq!((ids(&answer).as_str(), answer.degraded.len()), ("cab", 0));
    let best = &answer.passages[0];
    let judged =
        |stage: &str, value, rank| Score { stage: stage.into(), value, rank, ..Score::default() };
    assert_eq!(best.score, 0.9);
    assert_eq!(best.scores, [judged("given", 0.4, 3), judged("cohere", 0.9, 1)]);
    let usage = answer.usage.unwrap();
    assert_eq!((usage.search_units, usage.cost_usd, usage.calls.len()), (1, Some(0.002), 1));
    let call = &usage.calls[0];
    assert_eq!((call.provider.as_str(), call.model.as_str()), ("cohere", "rerank-v3.5"));
    assert_eq!(call.request_id, "07734bd2-2473-4f07-94e1-0d9f0e6843cf");

    let (headers, body) = fake.asked.recv().await.unwrap();
    let documents = json!(["Trains", "Pumps", "Rust"]);
    assert_eq!(
        body,
        json!({ "model": "rerank-v3.5", "query": "secret text", "documents": documents })
    );
    assert_eq!(headers["authorization"], "Bearer co-secret");
    assert_eq!(
        (&headers["x-client-name"], &headers["content-type"]),
        (&"throughline".parse().unwrap(), &"application/json".parse().unwrap())
    );
}

#[tokio::test]
async fn those_that_are_left_out_keep_their_order_behind() {
    let mut fake = Fake::scoring(&[(1, 0.2)]).await;
    let answer = ask(fake.client(), request(vec![cohere(Some(1), Some("own"))])).await;
    assert_eq!(ids(&answer), "bac");
    let scores: Vec<_> = answer.passages.iter().map(|passage| passage.score).collect();
    assert_eq!(scores, [0.2, 0.2, 0.2], "never above those that were scored");
    let (_, body) = fake.asked.recv().await.unwrap();
    assert_eq!((&body["top_n"], &body["model"]), (&json!(1), &json!("own")));
    assert_eq!(answer.usage.unwrap().cost_usd, None, "a model without a price");
}

#[tokio::test]
async fn it_sees_the_order_of_the_stage_before_it() {
    let mut fake = Fake::scoring(&[(0, 0.9), (1, 0.8), (2, 0.7)]).await;
    let keywords = vec![Keyword { term: "rust".into(), weight: Some(1.0) }];
    let boost = KeywordBoost { keywords, weight: None };
    let boost = Stage { kind: Some(stage::Kind::KeywordBoost(boost)) };
    let answer = ask(fake.client(), request(vec![boost, cohere(None, None)])).await;
    assert_eq!(ids(&answer), "cab");
    let (_, body) = fake.asked.recv().await.unwrap();
    assert_eq!(body["documents"], json!(["Rust", "Trains", "Pumps"]));
}

#[tokio::test]
async fn titles_go_along_long_texts_are_cut_and_empty_ones_stay_here() {
    let mut fake = Fake::scoring(&[(1, 0.9), (0, 0.8)]).await;
    let titled = Passage { title: "Größe".into(), ..passage("a", "ααα", 0.9) };
    let passages = vec![titled, passage("b", "  ", 0.8), passage("c", "0123456789", 0.7)];
    let request = RerankRequest { passages, ..request(vec![cohere(Some(9), None)]) };
    let answer = ask(fake.client_with(&[("rerank.cohere.max_document_chars", "7")]), request).await;
    assert_eq!(ids(&answer), "cab");
    let (_, body) = fake.asked.recv().await.unwrap();
    assert_eq!((&body["documents"], &body["top_n"]), (&json!(["Größe\nα", "0123456"]), &json!(2)));
}

#[tokio::test]
async fn without_a_key_or_a_question_nobody_is_asked_and_that_is_said() {
    let mut fake = Fake::scoring(&[(0, 0.5)]).await;
    let stages = || vec![cohere(None, None)];
    let keyless = fake.client_with(&[("rerank.cohere.api_key", "")]);
    let blank = RerankRequest { query: " ".into(), ..request(stages()) };
    for (client, request, reason) in [
        (keyless, request(stages()), "cohere: no credentials"),
        (fake.client(), blank, "cohere: blank query"),
    ] {
        let answer = ask(client, request).await;
        assert_eq!((ids(&answer).as_str(), &answer.usage), ("abc", &None));
        assert_eq!(answer.degraded, [reason]);
    }
    let nothing = RerankRequest { passages: Vec::new(), ..request(stages()) };
    assert!(ask(fake.client(), nothing).await.degraded.is_empty());
    assert_eq!(fake.calls(), 0);
}

#[tokio::test]
async fn whatever_goes_wrong_leaves_the_order_and_is_named() {
    let rows: [(&str, usize, Faulty); 14] = [
        ("throttled", 3, || failing(429)),
        ("unavailable", 3, || failing(500)),
        ("unavailable", 3, || failing(503)),
        ("key denied", 1, || failing(401)),
        ("key denied", 1, || failing(498)),
        ("refused with HTTP 400", 1, || failing(400)),
        ("refused with HTTP 302", 1, || failing(302)),
        ("malformed answer", 1, || answer(200, "<html>secret text</html>")),
        ("malformed answer", 1, || {
            answer(200, r#"{"results": [{"index": 0, "relevance_score": NaN}]}"#)
        }),
        ("malformed answer", 1, || answer(200, vec![b'['; 5 << 20])),
        ("malformed answer", 1, || scored(&[])),
        ("malformed answer", 1, || scored(&[(3, 0.5)])),
        ("malformed answer", 1, || scored(&[(1, 0.5), (1, 0.4)])),
        ("malformed answer", 1, || scored(&[(1, 1.5)])),
    ];
    for (reason, calls, faulty) in rows {
        let mut fake = Fake::start(move |_| Some(faulty())).await;
        let answer = ask(fake.client(), request(vec![cohere(None, None)])).await;
        assert_eq!((ids(&answer).as_str(), answer.passages[0].score), ("abc", 0.6), "{reason}");
        assert_eq!(answer.degraded, [format!("cohere: {reason}")]);
        assert_eq!(answer.passages[0].scores.len(), 1, "{reason}");
        assert_eq!(fake.calls(), calls, "{reason}");
    }
}

#[tokio::test]
async fn what_was_answered_was_paid_for() {
    let fake = Fake::scoring(&[(7, 0.5)]).await;
    let answer = ask(fake.client(), request(vec![cohere(None, None)])).await;
    assert_eq!(answer.degraded, ["cohere: malformed answer"]);
    assert_eq!(answer.usage.unwrap().search_units, 1);
}

#[tokio::test]
async fn a_short_fault_is_waited_out_and_a_long_one_is_not() {
    let asked = |header: &'static str, wait: &'static str| {
        move |number| match number {
            0 => {
                let mut refusal = failing(429);
                refusal.headers_mut().insert(header, wait.parse().unwrap());
                Some(refusal)
            }
            _ => Some(scored(&[(2, 0.9)])),
        }
    };
    let fake = Fake::start(asked("retry-after-ms", "50")).await;
    let answer = ask(fake.client(), request(vec![cohere(None, None)])).await;
    assert_eq!((ids(&answer).as_str(), answer.degraded.len()), ("cab", 0));

    let began = Instant::now();
    let mut fake = Fake::start(asked("retry-after", "30")).await;
    let answer = ask(fake.client(), request(vec![cohere(None, None)])).await;
    assert_eq!(
        (ids(&answer).as_str(), answer.degraded),
        ("abc", vec!["cohere: throttled".to_owned()])
    );
    assert!(began.elapsed() < Duration::from_secs(5) && fake.calls() == 1);
}

#[tokio::test]
async fn a_model_that_hangs_costs_its_time_and_no_more() {
    let mut fake = Fake::start(|_| None).await;
    let client = fake.client_with(&[("rerank.cohere.timeout", "400ms")]);
    let answer = ask(client, request(vec![cohere(None, None)])).await;
    assert_eq!(
        (ids(&answer).as_str(), answer.degraded),
        ("abc", vec!["cohere: timeout".to_owned()])
    );
    assert_eq!(fake.calls(), 2, "an attempt waits for half of the time");
}

#[tokio::test]
async fn a_model_that_hangs_once_is_asked_again() {
    let fake = Fake::start(|number| (number > 0).then(|| scored(&[(2, 0.9)]))).await;
    let client = fake.client_with(&[("rerank.cohere.timeout", "2s")]);
    let answer = ask(client, request(vec![cohere(None, None)])).await;
    assert_eq!((ids(&answer).as_str(), answer.degraded.len()), ("cab", 0));
}

#[tokio::test]
async fn the_order_as_it_was_comes_before_the_callers_deadline() {
    let fake = Fake::start(|_| None).await;
    let mut request = tonic::Request::new(request(vec![cohere(None, None)]));
    request.set_timeout(Duration::from_secs(2));
    let answer = fake.client().rerank(request).await.unwrap().into_inner();
    assert_eq!(
        (ids(&answer).as_str(), answer.degraded),
        ("abc", vec!["cohere: timeout".to_owned()])
    );
}

#[tokio::test]
async fn nobody_at_home_is_said() {
    let settings =
        vec![("rerank.cohere.base_url", "http://127.0.0.1:1"), ("rerank.cohere.api_key", "co-1")];
    let answer = ask(client(settings), request(vec![cohere(None, None)])).await;
    assert_eq!(answer.degraded, ["cohere: unavailable"]);
}

#[tokio::test]
async fn what_is_no_stage_is_refused_by_its_name() {
    let long = "m".repeat(201);
    for (code, path, stage) in [
        ("invalid_top_n", "stages[0].cohere.top_n", cohere(Some(0), None)),
        ("invalid_top_n", "stages[0].cohere.top_n", cohere(Some(-1), None)),
        ("invalid_model", "stages[0].cohere.model", cohere(None, Some(&long))),
        ("invalid_model", "stages[0].cohere.model", cohere(None, Some("a\nb"))),
    ] {
        let status = client(Vec::new()).rerank(request(vec![stage])).await.unwrap_err();
        let problem = Problem::of(&status);
        assert_eq!((problem.code.as_str(), problem.errors[0].path.as_str()), (code, path));
    }
}
