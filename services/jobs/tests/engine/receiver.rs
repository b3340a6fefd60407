//! A webhook that remembers what came and answers as it is told, path by path.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use chassis::task;
use futures_util::future::pending;
use futures_util::stream;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything here takes, and short enough to fail by.
const PATIENCE: Duration = Duration::from_secs(30);

/// What to answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Status(u16),
    Text(u16, &'static str, &'static str),
    /// A status and a `retry-after`.
    Later(u16, &'static str),
    /// Nothing, ever.
    Hang,
    /// A status at once and a body that never ends.
    Drip(u16, &'static str),
}

/// A delivery that came in.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Panics unless the signature holds.
    pub(crate) fn verify(&self, secret: &str) {
        Webhook::new(secret).unwrap().verify(&self.body, &self.headers).unwrap();
    }
}

/// The receiver; clones share what they got.
#[derive(Clone)]
pub(crate) struct Receiver {
    address: SocketAddr,
    script: Arc<Mutex<HashMap<String, VecDeque<Reply>>>>,
    got: Arc<watch::Sender<Vec<Got>>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            script: Arc::default(),
            got: Arc::new(watch::channel(Vec::new()).0),
        };
        let app = Router::new().fallback(answer).with_state(receiver.clone());
        drop(task::spawn(async move { axum::serve(listener, app).await.unwrap() }));
        receiver
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers so on the next deliveries to this path, then with 204.
    pub(crate) fn on(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        self.script.lock().unwrap().insert(path.to_owned(), replies.into_iter().collect());
    }

    /// Everything that came to a path.
    pub(crate) fn got(&self, path: &str) -> Vec<Got> {
        let is_here = |got: &&Got| got.uri.split('?').next() == Some(path);
        self.got.borrow().iter().filter(is_here).cloned().collect()
    }

    /// Waits until so many deliveries came to a path.
    pub(crate) async fn waits_for(&self, path: &str, count: usize) -> Vec<Got> {
        let mut changes = self.got.subscribe();
        let enough = changes.wait_for(|_| self.got(path).len() >= count);
        let enough = timeout(PATIENCE, enough).await;
        let so_far = self.got(path).len();
        enough.unwrap_or_else(|_| panic!("{so_far} of {count} deliveries came to {path}")).unwrap();
        self.got(path)
    }
}

async fn answer(State(receiver): State<Receiver>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let uri = head.uri.path_and_query().unwrap().to_string();
    let got = Got { uri, headers: head.headers, body, at: Instant::now() };
    receiver.got.send_modify(|all| all.push(got));
    let path = head.uri.path();
    let reply = receiver.script.lock().unwrap().get_mut(path).and_then(VecDeque::pop_front);
    respond(reply.unwrap_or(Reply::Status(204))).await
}

async fn respond(reply: Reply) -> Response {
    let response = |status: u16| Response::builder().status(StatusCode::from_u16(status).unwrap());
    match reply {
        Reply::Status(status) => response(status).body(Body::empty()).unwrap(),
        Reply::Text(status, kind, text) => {
            response(status).header("content-type", kind).body(text.into()).unwrap()
        }
        Reply::Later(status, wait) => {
            response(status).header("retry-after", wait).body(Body::empty()).unwrap()
        }
        Reply::Hang => pending().await,
        Reply::Drip(status, kind) => {
            let drops = stream::unfold((), |()| async {
                sleep(Duration::from_millis(50)).await;
                Some((Ok::<_, std::io::Error>(Bytes::from_static(b".")), ()))
            });
            let body = Body::from_stream(drops);
            response(status).header("content-type", kind).body(body).unwrap()
        }
    }
}
