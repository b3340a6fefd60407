//! A server that speaks the embeddings of OpenAI, Cohere and Text Embeddings Inference. Its vectors
//! are no model's: a text's length, a one, and zeros.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How long the vectors are.
pub(crate) const DIMENSION: usize = 4;

/// What the server does with a request in place of making vectors.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// It answers so, with these headers.
    Answers(u16, Vec<(&'static str, &'static str)>, String),
    /// It never answers.
    Sleeps,
    /// It goes before it has answered.
    Breaks,
}

/// A request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) body: Value,
}

#[derive(Default)]
struct Desk {
    next: Mutex<VecDeque<Manner>>,
    asked: Mutex<Vec<Asked>>,
    info: Mutex<Value>,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// The server, as the test sees it.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) url: String,
    desk: Arc<Desk>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let desk = Arc::new(Desk::default());
        *desk.info.lock().unwrap() = json!({
            "model_id": "intfloat/e5-base-v2", "model_dtype": "float32", "max_input_length": 512,
            "max_client_batch_size": 3, "max_batch_tokens": 16384, "version": "1.8.0",
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(any(answer)).with_state(Arc::clone(&desk));
        chassis::task::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, desk }
    }

    /// What it does with the next requests for vectors, the first first.
    pub(crate) fn will(&self, manners: impl IntoIterator<Item = Manner>) {
        self.desk.next.lock().unwrap().extend(manners);
    }

    /// What it says of itself.
    pub(crate) fn is(&self, info: Value) {
        *self.desk.info.lock().unwrap() = info;
    }

    /// The requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.desk.asked.lock().unwrap().clone()
    }

    /// How many requests were under way at once, at most.
    pub(crate) fn most(&self) -> usize {
        self.desk.most.load(Ordering::SeqCst)
    }
}

async fn answer(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let key = headers.get("authorization").map_or("", |key| key.to_str().unwrap()).to_owned();
    let path = uri.path().to_owned();
    desk.asked.lock().unwrap().push(Asked { path: path.clone(), key, body: body.clone() });
    if path == "/info" {
        return Json(desk.info.lock().unwrap().clone()).into_response();
    }
    let now = desk.now.fetch_add(1, Ordering::SeqCst) + 1;
    desk.most.fetch_max(now, Ordering::SeqCst);
    let manner = desk.next.lock().unwrap().pop_front();
    let answer = match manner {
        None => Json(vectors(&path, &body)).into_response(),
        Some(Manner::Answers(status, headers, text)) => told(status, headers, text),
        Some(Manner::Breaks) => {
            let pieces = [Ok("[[0.1"), Err(std::io::Error::other("gone"))];
            Body::from_stream(stream::iter(pieces)).into_response()
        }
        Some(Manner::Sleeps) => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            StatusCode::OK.into_response()
        }
    };
    // Whoever came at the same time has come by now.
    tokio::task::yield_now().await;
    desk.now.fetch_sub(1, Ordering::SeqCst);
    answer
}

fn told(status: u16, headers: Vec<(&'static str, &'static str)>, text: String) -> Response {
    let mut answer = (StatusCode::from_u16(status).unwrap(), text).into_response();
    for (name, value) in headers {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}

fn vectors(path: &str, body: &Value) -> Value {
    let texts = ["input", "texts", "inputs"].into_iter().find_map(|name| body[name].as_array());
    let texts: Vec<&str> = texts.unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let vectors: Vec<Vec<f32>> = texts.iter().map(|text| embed(text)).collect();
    match path {
        "/v1/embeddings" => openai(body, &vectors),
        "/v2/embed" => json!({
            "id": "1", "texts": texts, "embeddings": { "float": vectors },
            "meta": { "api_version": { "version": "2" }, "billed_units": { "input_tokens": 7 } },
        }),
        _ => json!(vectors),
    }
}

/// The last come first, since places are told.
fn openai(body: &Value, vectors: &[Vec<f32>]) -> Value {
    let numbers = |vector: &Vec<f32>| match body["encoding_format"] == "base64" {
        true => {
            let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
            json!(BASE64_STANDARD.encode(bytes))
        }
        false => json!(vector),
    };
    let item = |(index, vector)| json!({ "object": "embedding", "index": index, "embedding": numbers(vector) });
    let data: Vec<Value> = vectors.iter().enumerate().rev().map(item).collect();
    json!({
        "object": "list", "model": "it calls itself so", "data": data,
        "usage": { "prompt_tokens": 10, "total_tokens": 10 },
    })
}

/// Not of length one.
pub(crate) fn embed(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; DIMENSION];
    vector[0] = text.len() as f32;
    vector[1] = 1.0;
    vector
}
