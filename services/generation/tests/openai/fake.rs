use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel::{self, Channel};
use chassis::config::{Settings, Sources};
use chassis::http::{Outbound, OutboundConfig};
use chassis::secret::Secret;
use chassis::server::Services;
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt, stream};
use generation::{Config, DEFAULTS, Generator};
use proto::generation::generation_service_client::GenerationServiceClient;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

pub(crate) type Client = GenerationServiceClient<Channel>;
type Answer = Arc<dyn Fn() -> BoxFuture<'static, Response> + Send + Sync>;

/// A call that the fake got.
pub(crate) struct Asked {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Speaks the wire format of OpenAI's chat completions, and answers every call the same way.
pub(crate) struct Fake {
    url: String,
    asked: mpsc::UnboundedReceiver<Asked>,
}

#[derive(Clone)]
struct Desk {
    answer: Answer,
    asked: mpsc::UnboundedSender<Asked>,
}

impl Fake {
    /// Answers at once.
    pub(crate) async fn answering(answer: impl Fn() -> Response + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(move || {
            let response = answer();
            Box::pin(async { response })
        }))
        .await
    }

    /// Never answers; what is sent comes back from the channel once the call was given up.
    pub(crate) async fn hanging() -> (Self, mpsc::UnboundedReceiver<()>) {
        let (gone, given_up) = mpsc::unbounded_channel();
        let fake = Self::start(Arc::new(move || {
            let held = OnDrop(gone.clone());
            Box::pin(async move {
                let _held = held;
                std::future::pending().await
            })
        }));
        (fake.await, given_up)
    }

    async fn start(answer: Answer) -> Self {
        let (sender, asked) = mpsc::unbounded_channel();
        let router = Router::new()
            .route("/v1/chat/completions", post(chat))
            .with_state(Desk { answer, asked: sender });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        chassis::task::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// Answers the first call by the first of these, and so on; the last one answers all others.
    pub(crate) async fn in_turn(answers: Vec<fn() -> Response>) -> Self {
        let number = AtomicUsize::new(0);
        Self::answering(move || {
            let next = number.fetch_add(1, Ordering::SeqCst);
            answers[next.min(answers.len() - 1)]()
        })
        .await
    }

    /// How many calls came since the last look.
    pub(crate) fn calls(&mut self) -> usize {
        std::iter::from_fn(|| self.asked.try_recv().ok()).count()
    }

    /// The next call.
    pub(crate) async fn next(&mut self) -> Asked {
        within(self.asked.recv()).await.unwrap()
    }

    /// A client of a generator that asks this fake.
    pub(crate) fn client(&self) -> Client {
        self.client_with(&[])
    }

    /// The same with further settings.
    pub(crate) fn client_with(&self, settings: &[(&str, &str)]) -> Client {
        let own = [
            ("generation.openai.base_url", self.url.as_str()),
            ("generation.openai.api_key", "sk-secret"),
            ("generation.retry.first_wait", "1ms"),
            ("generation.retry.longest_wait", "1s"),
        ];
        let all = own.into_iter().chain(settings.iter().copied());
        client(all.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }
}

async fn chat(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap();
    let _ = desk.asked.send(Asked { headers, body });
    (desk.answer)().await
}

/// Tells when it is dropped.
pub(crate) struct OnDrop(pub(crate) mpsc::UnboundedSender<()>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// A client of a generator with these settings, through every layer of a server.
pub(crate) fn client(overrides: Vec<(String, String)>) -> Client {
    let sources = Sources { defaults: &[DEFAULTS], overrides, ..Sources::default() };
    let config = Config::read(&Settings::load(&sources).unwrap()).unwrap();
    let outbound = Outbound::new(&OutboundConfig::default()).unwrap();
    let server = generation::server(Generator::new(config, outbound.operator()));
    let verifier = Verifier::new(Secret::default(), Secret::default(), Tenant::default());
    let stack = Services::new().add(server).build(verifier);
    GenerationServiceClient::new(channel::local(stack, Credentials::default()))
}

/// A whole completion that says this.
pub(crate) fn completion(text: &str) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4.1-mini-2025-04-14",
        "choices": [{
            "index": 0, "finish_reason": "stop", "logprobs": null,
            "message": { "role": "assistant", "content": text, "refusal": null },
        }],
        "usage": usage(),
    })
}

pub(crate) fn usage() -> Value {
    json!({
        "prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100,
        "prompt_tokens_details": { "cached_tokens": 200, "audio_tokens": 0 },
        "completion_tokens_details": { "reasoning_tokens": 30, "audio_tokens": 0 },
    })
}

/// A chunk of a stream that brings this text.
pub(crate) fn chunk(text: &str) -> String {
    event(&json!({ "delta": { "content": text }, "finish_reason": null }))
}

/// The chunk that says why a stream ends.
pub(crate) fn last(reason: &str) -> String {
    event(&json!({ "delta": {}, "finish_reason": reason }))
}

/// The chunk that counts the tokens, and the mark of the end.
pub(crate) fn counted() -> String {
    let count = json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-4.1-mini", "choices": [], "usage": usage() });
    format!("data: {count}\n\ndata: [DONE]\n\n")
}

fn event(choice: &Value) -> String {
    let mut choice = choice.clone();
    choice["index"] = json!(0);
    let chunk = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4.1-mini",
        "choices": [choice], "usage": null,
    });
    format!("data: {chunk}\n\n")
}

/// A stream of these bytes.
pub(crate) fn events(pieces: Vec<String>) -> Response {
    let pieces = pieces.into_iter().map(|piece| Ok::<_, Infallible>(Bytes::from(piece)));
    streamed(stream::iter(pieces))
}

/// A stream whose connection is cut behind these bytes.
pub(crate) fn broken(pieces: Vec<String>) -> Response {
    let pieces = pieces.into_iter().map(|piece| Ok(Bytes::from(piece)));
    // The server sends what it has while it waits for more.
    let cut = stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut"))
    });
    streamed(stream::iter(pieces).chain(cut))
}

pub(crate) fn streamed<E>(pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Response
where
    E: Into<axum::BoxError> + 'static,
{
    let headers = [("content-type", "text/event-stream; charset=utf-8"), ("x-request-id", "req_7")];
    (headers, Body::from_stream(pieces)).into_response()
}

/// Fails a test that waits for what never comes.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future).await.unwrap()
}
