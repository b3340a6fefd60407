use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Json, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::{serve, within};

/// Stands where Cohere stands: the wire format of its rerank, and its faults on order.
pub struct Cohere {
    /// The base URL, without `/v2`.
    pub url: String,
    desk: Desk,
    calls: mpsc::UnboundedReceiver<Value>,
}

/// How a call of [`Cohere`] is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As a model would.
    Well,
    /// With this status, and for 429 with a wait that nobody waits.
    Status(u16),
    /// With a body that is no answer.
    Garbage,
    /// With scores of documents that nobody sent.
    Beyond,
    /// Not at all.
    Silence,
}

#[derive(Clone)]
struct Desk {
    favourite: &'static str,
    mood: Arc<Mutex<Mood>>,
    calls: mpsc::UnboundedSender<Value>,
}

impl Cohere {
    /// A model that likes best what holds this word, and the rest in the order it came.
    pub async fn preferring(favourite: &'static str) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let desk = Desk { favourite, mood: Arc::new(Mutex::new(Mood::Well)), calls: sender };
        let router = Router::new().route("/v2/rerank", post(rank));
        let url = serve(router.with_state(desk.clone())).await;
        Self { url, desk, calls }
    }

    /// Answers like this from now on.
    pub fn answer(&self, mood: Mood) {
        *self.desk.mood.lock().unwrap() = mood;
    }

    /// What was asked by the next call.
    pub async fn next(&mut self) -> Value {
        within("a call of the reranker", self.calls.recv()).await.unwrap()
    }
}

async fn rank(State(desk): State<Desk>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if headers.get("authorization").is_none_or(|key| key != "Bearer co-test") {
        return refused(StatusCode::UNAUTHORIZED, "invalid api token");
    }
    let _ = desk.calls.send(body.clone());
    let mood = *desk.mood.lock().unwrap();
    match mood {
        Mood::Well => Json(ranked(&body, desk.favourite)).into_response(),
        Mood::Status(status) => refused(StatusCode::from_u16(status).unwrap(), "scripted"),
        Mood::Garbage => "{\"results\": [".into_response(),
        Mood::Beyond => Json(answer(vec![(1_000_000, 0.9)])).into_response(),
        Mood::Silence => std::future::pending().await,
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    let mut headers = HeaderMap::new();
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert("retry-after", "3600".parse().unwrap());
    }
    (status, headers, Json(json!({ "id": "r-0", "message": message }))).into_response()
}

fn ranked(body: &Value, favourite: &str) -> Value {
    let documents = body["documents"].as_array().unwrap();
    let mut scores: Vec<_> = (0..documents.len()).map(|index| (index, 0.5)).collect();
    let is_favourite = |index: usize| documents[index].as_str().unwrap().contains(favourite);
    scores.iter_mut().filter(|(index, _)| is_favourite(*index)).for_each(|(_, score)| *score = 0.9);
    scores.sort_by(|(_, a), (_, b)| f64::total_cmp(b, a));
    let top_n = body["top_n"].as_u64().map_or(scores.len(), |top_n| top_n.try_into().unwrap());
    scores.truncate(top_n);
    answer(scores)
}

fn answer(scores: Vec<(usize, f64)>) -> Value {
    let result = |(index, score): (usize, f64)| json!({ "index": index, "relevance_score": score });
    json!({
        "id": "07734bd2-2473-4f07-94e1-0d9f0e6843cf",
        "results": scores.into_iter().map(result).collect::<Vec<_>>(),
        "meta": { "api_version": { "version": "2" }, "billed_units": { "search_units": 1 } },
    })
}
