use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Json, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc};

use crate::{serve, within};

/// Stands where OpenAI stands: its wire format, and it can be held back. It also stands where Cohere does.
pub struct Provider {
    /// The base URL, with `/v1`.
    pub url: String,
    desk: Desk,
    calls: mpsc::UnboundedReceiver<Asked>,
}

/// A call that the provider got.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The trace that the call carried.
    pub traceparent: String,
    /// What was asked.
    pub body: Value,
}

#[derive(Clone)]
struct Desk {
    calls: mpsc::UnboundedSender<Asked>,
    count: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
    status: Arc<AtomicUsize>,
}

impl Provider {
    /// A provider that answers each call once it was let through by [`Self::let_through`].
    pub async fn held() -> Self {
        Self::gated(0).await
    }

    /// A provider that answers at once.
    pub async fn start() -> Self {
        Self::gated(Semaphore::MAX_PERMITS).await
    }

    async fn gated(permits: usize) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(permits));
        let status = Arc::new(AtomicUsize::new(200));
        let desk = Desk { calls: sender, count: Arc::default(), gate, status };
        let router = Router::new().route("/v1/chat/completions", post(chat));
        let router = router.route("/v1/embeddings", post(embeddings));
        let router = router.route("/v2/rerank", post(rank));
        let url = format!("{}/v1", serve(router.with_state(desk.clone())).await);
        Self { url, desk, calls }
    }

    /// The base URL for Cohere's clients.
    pub fn cohere(&self) -> &str {
        self.url.trim_end_matches("/v1")
    }

    /// Lets so many calls be answered, those that wait first.
    pub fn let_through(&self, calls: usize) {
        self.desk.gate.add_permits(calls);
    }

    /// Answers with this status from now on; 200 answers as a model would.
    pub fn answer_with(&self, status: u16) {
        self.desk.status.store(status.into(), Ordering::SeqCst);
    }

    /// The next call that arrives, whether or not it is answered.
    pub async fn next(&mut self) -> Asked {
        within("a call of the model", self.calls.recv()).await.unwrap()
    }

    /// How many calls arrived.
    pub fn count(&self) -> usize {
        self.desk.count.load(Ordering::SeqCst)
    }
}

async fn chat(State(desk): State<Desk>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    desk.count.fetch_add(1, Ordering::SeqCst);
    let traceparent = headers.get("traceparent").map(|value| value.to_str().unwrap().to_owned());
    let asked = Asked { traceparent: traceparent.unwrap_or_default(), body: body.clone() };
    let _ = desk.calls.send(asked);
    desk.gate.acquire().await.unwrap().forget();
    let status = u16::try_from(desk.status.load(Ordering::SeqCst)).unwrap();
    if status != 200 {
        let error = json!({ "error": { "message": "scripted", "type": "server_error" } });
        return (StatusCode::from_u16(status).unwrap(), axum::Json(error)).into_response();
    }
    axum::Json(completion(&body)).into_response()
}

async fn embeddings(Json(body): Json<Value>) -> Json<Value> {
    let inputs = body["input"].as_array().unwrap();
    let item = |(index, text): (usize, &Value)| json!({ "object": "embedding", "index": index, "embedding": embed(text.as_str().unwrap()) });
    let data: Vec<Value> = inputs.iter().enumerate().map(item).collect();
    Json(json!({
        "object": "list", "model": body["model"], "data": data,
        "usage": { "prompt_tokens": 5, "total_tokens": 5 },
    }))
}

/// A vector as long as those of `text-embedding-3-small`, and no model's: each word is hashed to a place.
pub(crate) fn embed(text: &str) -> Vec<f64> {
    let mut vector = vec![0.01; 1536];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let hash = |hash: usize, byte: u8| hash.wrapping_mul(31).wrapping_add(byte.into());
        vector[word.bytes().fold(7, hash) % 1536] += 1.0;
    }
    let length = vector.iter().map(|number| number * number).sum::<f64>().sqrt();
    vector.iter().map(|number| number / length).collect()
}

/// The order stays, each document a little worse than the one before it.
async fn rank(Json(body): Json<Value>) -> Json<Value> {
    let documents = body["documents"].as_array().unwrap().len();
    let results = (0..documents)
        .map(|index| json!({ "index": index, "relevance_score": 1.0 / (index as f64 + 2.0) }));
    Json(json!({
        "id": "rerank-1", "results": results.collect::<Vec<_>>(),
        "meta": { "api_version": { "version": "2" }, "billed_units": { "search_units": 1 } },
    }))
}

fn completion(body: &Value) -> Value {
    let content = match body["response_format"]["json_schema"]["schema"].as_object() {
        Some(schema) => example(&Value::Object(schema.clone())).to_string(),
        None => "We did this before [1], and it held [2]. A claim out of thin air [99].".to_owned(),
    };
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": { "role": "assistant", "content": content, "refusal": null },
        }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
            "prompt_tokens_details": { "cached_tokens": 10 },
            "completion_tokens_details": { "reasoning_tokens": 5 } },
    })
}

/// The smallest value that fits a schema of the kind that flows use.
fn example(schema: &Value) -> Value {
    let kind = &schema["type"];
    // Of several types, as a nullable one has them, the first.
    let kind = kind.as_array().map_or(kind, |kinds| &kinds[0]);
    match kind.as_str() {
        Some("object") => {
            let members = schema["properties"].as_object().cloned().unwrap_or_default();
            members.iter().map(|(name, schema)| (name.clone(), example(schema))).collect()
        }
        Some("array") => json!([example(&schema["items"])]),
        Some("string") => schema["enum"].get(0).cloned().unwrap_or_else(|| json!("rust")),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(false),
        _ => Value::Null,
    }
}
