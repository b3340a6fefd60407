//! A model over HTTP, on the wire format of OpenAI's embeddings: it hashes the character n-grams of
//! a text, so that texts are near which look alike, and everybody can compute what it says.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The model, as the test sees it; it ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Model {
    url: String,
    script: Arc<Mutex<Script>>,
}

struct Script {
    dimension: usize,
    /// What it answers in place of vectors, as long as that is set.
    refusal: Option<StatusCode>,
    /// What every vector is, as long as that is set.
    constant: Option<Value>,
    asked: Vec<Vec<String>>,
}

impl Model {
    /// Starts one whose vectors are this long.
    pub(crate) async fn start(dimension: usize) -> Self {
        let script = Script { dimension, refusal: None, constant: None, asked: Vec::new() };
        let script = Arc::new(Mutex::new(script));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/embeddings", post(embeddings));
        let router = router.with_state(Arc::clone(&script));
        chassis::task::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, script }
    }

    /// The settings that make it embed, under this name.
    pub(crate) fn settings<'a>(&'a self, name: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("retrieval.embedder", "openai"),
            ("retrieval.openai.base_url", &self.url),
            ("retrieval.openai.model", name),
        ]
    }

    /// The texts that it was asked for, call by call, since this was asked last.
    pub(crate) fn asked(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut self.script.lock().unwrap().asked)
    }

    pub(crate) fn refuse(&self, status: Option<u16>) {
        let status = status.map(|status| StatusCode::from_u16(status).unwrap());
        self.script.lock().unwrap().refusal = status;
    }

    /// Says this in place of every vector.
    pub(crate) fn say(&self, vector: Option<Value>) {
        self.script.lock().unwrap().constant = vector;
    }

    pub(crate) fn lengthen(&self, dimension: usize) {
        self.script.lock().unwrap().dimension = dimension;
    }
}

async fn embeddings(State(script): State<Arc<Mutex<Script>>>, Json(body): Json<Value>) -> Response {
    let texts: Vec<String> = serde_json::from_value(body["input"].clone()).unwrap();
    let mut script = script.lock().unwrap();
    script.asked.push(texts.clone());
    if let Some(status) = script.refusal {
        return (status, Json(json!({}))).into_response();
    }
    let vector = |text: &String| match &script.constant {
        Some(vector) => vector.clone(),
        None => json!(embed(text, script.dimension)),
    };
    let data = texts.iter().map(vector).enumerate();
    let data = data.map(
        |(index, vector)| json!({ "object": "embedding", "index": index, "embedding": vector }),
    );
    let tokens: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    Json(json!({
        "object": "list", "data": data.collect::<Vec<_>>(), "model": body["model"],
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens }
    }))
    .into_response()
}

/// The vector of a text, of length one.
pub(crate) fn embed(text: &str, dimension: usize) -> Vec<f32> {
    let mut vector = vec![0.0f64; dimension];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let padded: Vec<char> = format!("^{word}$").chars().collect();
        let grams: HashSet<&[char]> = (3..=5).flat_map(|size| padded.windows(size)).collect();
        for gram in grams {
            let hash = hash(gram);
            let sign = if hash & 1 == 0 { 1.0 } else { -1.0 };
            vector[(hash >> 1) as usize % dimension] += sign;
        }
    }
    // A text without any word has a direction, too.
    vector[0] += 1e-3;
    let length = vector.iter().map(|number| number * number).sum::<f64>().sqrt();
    vector.iter().map(|number| (number / length) as f32).collect()
}

/// Fowler, Noll and Vo's, of 64 bits.
fn hash(gram: &[char]) -> u64 {
    gram.iter().fold(0xcbf2_9ce4_8422_2325, |hash, c| {
        (hash ^ u64::from(*c)).wrapping_mul(0x0100_0000_01b3)
    })
}
