use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use chassis::secret::Secret;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// A webhook of the demo's own, on loopback.
pub(crate) struct Webhook {
    /// Where it listens.
    pub(crate) url: String,
    /// What deliveries must be signed with.
    pub(crate) secret: Secret,
    calls: mpsc::Receiver<Result<Received, String>>,
}

/// A call whose signature was checked.
pub(crate) struct Received {
    /// The `webhook-id`.
    pub(crate) id: String,
    /// The body's `type`.
    pub(crate) kind: String,
    /// The body's `data`.
    pub(crate) data: Value,
}

#[derive(Clone)]
struct Desk {
    verifier: Arc<standardwebhooks::Webhook>,
    calls: mpsc::Sender<Result<Received, String>>,
}

impl Webhook {
    /// Starts one with a new secret.
    pub(crate) async fn start() -> std::io::Result<Self> {
        let secret = jobs::webhook_secret();
        let verifier = standardwebhooks::Webhook::new(secret.expose())
            .map_err(|error| std::io::Error::other(error.to_string()))?;
        let (sender, calls) = mpsc::channel(4);
        let desk = Desk { verifier: Arc::new(verifier), calls: sender };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/webhook", listener.local_addr()?);
        let router = Router::new().route("/webhook", post(receive)).with_state(desk);
        chassis::task::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, secret, calls })
    }

    /// The next call, or why there is none.
    pub(crate) async fn next(&mut self, patience: Duration) -> Result<Received, String> {
        match tokio::time::timeout(patience, self.calls.recv()).await {
            Ok(Some(call)) => call,
            Ok(None) | Err(_) => Err(format!("no webhook came within {} s", patience.as_secs())),
        }
    }
}

async fn receive(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let call = match desk.verifier.verify(&body, &headers) {
        Ok(()) => Ok(read(&headers, &body)),
        Err(error) => Err(format!("the webhook's signature is wrong: {error}")),
    };
    let status = if call.is_ok() { StatusCode::NO_CONTENT } else { StatusCode::UNAUTHORIZED };
    // Nobody looks at a second call.
    let _ = desk.calls.try_send(call);
    status
}

fn read(headers: &HeaderMap, body: &[u8]) -> Received {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok());
    Received {
        id: id.unwrap_or_default().to_owned(),
        kind: body["type"].as_str().unwrap_or_default().to_owned(),
        data: body["data"].clone(),
    }
}
