//! A collector of spans that keeps what it gets.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use chassis::task;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;

type Kept = Arc<Mutex<Vec<Span>>>;

pub(crate) struct Collector {
    address: SocketAddr,
    kept: Kept,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Kept::default();
        let app = Router::new().route("/v1/traces", post(keep)).with_state(Arc::clone(&kept));
        drop(task::spawn(async move { axum::serve(listener, app).await.unwrap() }));
        Self { address, kept }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        self.kept.lock().unwrap().clone()
    }
}

async fn keep(State(kept): State<Kept>, body: Bytes) {
    let batch = ExportTraceServiceRequest::decode(body).unwrap();
    let scopes = batch.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    kept.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans));
}
