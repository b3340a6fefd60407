//! A server that speaks OpenAI's embeddings. Its vectors are no model's: each word is hashed to a
//! place and a sign, as `tests/tools/compat.py` does it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

/// What the server does with a request.
#[derive(Clone, Default)]
pub(crate) enum Manner {
    /// It makes vectors of this length.
    #[default]
    Makes,
    /// It answers so, with these headers, in place of vectors.
    Refuses(u16, Vec<(&'static str, &'static str)>, Value),
    /// It answers with these vectors, whatever was asked.
    Says(Value),
    /// It never answers.
    Sleeps,
}

#[derive(Default)]
struct Script {
    dimension: usize,
    next: Vec<Manner>,
    asked: Vec<Value>,
}

/// The server, as the test sees it.
#[derive(Clone)]
pub(crate) struct OpenAi {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
}

impl OpenAi {
    /// Starts one whose vectors are this long.
    pub(crate) async fn start(dimension: usize) -> Self {
        let script = Arc::new(Mutex::new(Script { dimension, ..Script::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/embeddings", post(embeddings));
        let router = router.with_state(Arc::clone(&script));
        chassis::task::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, script }
    }

    /// What it does with the next requests, the first first.
    pub(crate) fn will(&self, manners: impl IntoIterator<Item = Manner>) {
        self.script.lock().unwrap().next.extend(manners);
    }

    /// The bodies of the requests so far.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.script.lock().unwrap().asked.clone()
    }
}

async fn embeddings(
    State(script): State<Arc<Mutex<Script>>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    assert_eq!(headers["authorization"], "Bearer a key");
    let (manner, dimension) = {
        let mut script = script.lock().unwrap();
        script.asked.push(body.clone());
        let next = if script.next.is_empty() { Manner::Makes } else { script.next.remove(0) };
        (next, script.dimension)
    };
    match manner {
        Manner::Makes => Json(vectors(&body, dimension)).into_response(),
        Manner::Says(data) => Json(json!({ "data": data, "model": "m" })).into_response(),
        Manner::Refuses(status, headers, body) => {
            let mut answer = (StatusCode::from_u16(status).unwrap(), Json(body)).into_response();
            for (name, value) in headers {
                answer.headers_mut().insert(name, value.parse().unwrap());
            }
            answer
        }
        Manner::Sleeps => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            StatusCode::OK.into_response()
        }
    }
}

fn vectors(body: &Value, dimension: usize) -> Value {
    let texts: Vec<&str> =
        body["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let data = texts.iter().enumerate().map(|(index, text)| {
        json!({ "object": "embedding", "index": index, "embedding": embed(text, dimension) })
    });
    let tokens: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    json!({
        "object": "list", "data": data.collect::<Vec<_>>(), "model": body["model"],
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens }
    })
}

/// A vector of length one.
pub(crate) fn embed(text: &str, dimension: usize) -> Vec<f64> {
    let mut vector = vec![0.0; dimension];
    for word in text.to_lowercase().split_whitespace() {
        let digest = Sha256::digest(word.trim_matches(['.', ',']));
        let place = u32::from_le_bytes(digest[..4].try_into().unwrap()) as usize % dimension;
        vector[place] += if digest[4] % 2 == 1 { 1.0 } else { -1.0 };
    }
    for (place, number) in vector.iter_mut().enumerate() {
        *number += f64::from(Sha256::digest(format!("{text}/{place}"))[0]) / 2560.0;
    }
    let length = vector.iter().map(|number| number * number).sum::<f64>().sqrt();
    vector.iter().map(|number| (number / length * 1e6).round() / 1e6).collect()
}
