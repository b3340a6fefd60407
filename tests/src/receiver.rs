use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::{SECRET, within};

/// A webhook that really listens, checks every signature, and answers as it was told to.
pub struct Receiver {
    /// Where it listens.
    pub url: String,
    calls: mpsc::UnboundedReceiver<Call>,
    script: Script,
}

/// A call that the webhook got.
#[derive(Clone, Debug)]
pub struct Call {
    /// The `webhook-id`.
    pub id: String,
    /// The path and query, byte for byte.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON.
    pub body: Value,
}

/// How the webhook answers one call.
#[derive(Clone, Debug)]
pub enum Answer {
    /// With this status and text, as n8n sends it: as HTML.
    Status(u16, &'static str),
    /// Only after this long.
    Slow(Duration),
    /// With this status, and a `Retry-After` of so many seconds.
    Later(u16, u64),
}

type Script = Arc<Mutex<VecDeque<Answer>>>;

#[derive(Clone)]
struct Desk {
    calls: mpsc::UnboundedSender<Call>,
    script: Script,
}

impl Receiver {
    /// A webhook that acknowledges every call.
    pub async fn start() -> Self {
        Self::answering([]).await
    }

    /// A webhook that gives these answers first, and then acknowledges.
    pub async fn answering(script: impl IntoIterator<Item = Answer>) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    /// A webhook where nobody listened until now.
    pub async fn at(address: &str) -> Self {
        Self::on(TcpListener::bind(address).await.unwrap(), [])
    }

    fn on(listener: TcpListener, script: impl IntoIterator<Item = Answer>) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let script = Script::new(Mutex::new(script.into_iter().collect()));
        let desk = Desk { calls: sender, script: script.clone() };
        let router = Router::new().route("/{*path}", post(receive)).with_state(desk);
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, calls, script }
    }

    /// The next call; fails where none comes in time.
    pub async fn next(&mut self) -> Call {
        within("a webhook call", self.calls.recv()).await.unwrap()
    }

    /// The next call of this type.
    pub async fn next_of(&mut self, kind: &str) -> Call {
        let call = self.next().await;
        assert_eq!(call.body["type"], kind, "{}", call.body);
        call
    }

    /// The calls that came and that nobody looked at.
    pub fn unread(&mut self) -> Vec<Call> {
        std::iter::from_fn(|| self.calls.try_recv().ok()).collect()
    }

    /// Answers the coming calls so.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().unwrap().extend(answers);
    }
}

async fn receive(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    standardwebhooks::Webhook::new(SECRET).unwrap().verify(&body, &headers).unwrap();
    let call = Call {
        id: headers["webhook-id"].to_str().unwrap().to_owned(),
        target: uri.to_string(),
        headers,
        body: serde_json::from_slice(&body).unwrap(),
    };
    // A test that has ended no longer listens.
    let _ = desk.calls.send(call);
    let answer = desk.script.lock().unwrap().pop_front();
    match answer {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Answer::Status(status, text)) => (code(status), Html(text)).into_response(),
        Some(Answer::Later(status, seconds)) => {
            (code(status), [("retry-after", seconds.to_string())]).into_response()
        }
        Some(Answer::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}
