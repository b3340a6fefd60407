//! Collectors of spans, one for each protocol.

use std::time::Duration;

use chassis::task;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, async_trait};

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Collector {
    pub(crate) port: u16,
    exports: mpsc::Receiver<Export>,
}

/// One batch, and the path and the key that it came with.
pub(crate) struct Export {
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) batch: ExportTraceServiceRequest,
}

impl Collector {
    pub(crate) async fn http() -> Self {
        let (listener, port) = listen().await;
        let (send, exports) = mpsc::channel(16);
        task::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                task::spawn(receive(stream, send.clone()));
            }
        });
        Self { port, exports }
    }

    pub(crate) async fn grpc() -> Self {
        let (listener, port) = listen().await;
        let (send, exports) = mpsc::channel(16);
        let server = Server::builder().add_service(TraceServiceServer::new(Grpc(send)));
        task::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        Self { port, exports }
    }

    /// A collector that takes connections and never answers.
    pub(crate) async fn silent() -> Self {
        let (listener, port) = listen().await;
        let (_, exports) = mpsc::channel(1);
        task::spawn(async move {
            let mut held = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                held.push(stream);
            }
        });
        Self { port, exports }
    }

    pub(crate) async fn next(&mut self) -> Export {
        timeout(PATIENCE, self.exports.recv()).await.unwrap().unwrap()
    }

    pub(crate) fn has_more(&mut self) -> bool {
        self.exports.try_recv().is_ok()
    }
}

impl Export {
    /// The spans, by their names.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let resources = self.batch.resource_spans.iter();
        let scopes = resources.flat_map(|resource| resource.scope_spans.iter());
        let mut spans: Vec<Span> = scopes.flat_map(|scope| scope.spans.iter().cloned()).collect();
        spans.sort_by(|one, other| one.name.cmp(&other.name));
        spans
    }

    pub(crate) fn resource(&self, name: &str) -> Option<String> {
        let resource = self.batch.resource_spans[0].resource.as_ref()?;
        attribute(&resource.attributes, name)
    }
}

pub(crate) fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.key == name)?;
    match attribute.value.clone() {
        Some(AnyValue { value: Some(Value::StringValue(text)) }) => Some(text),
        other => Some(format!("{other:?}")),
    }
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

async fn receive(mut stream: TcpStream, exports: mpsc::Sender<Export>) {
    let mut head = Vec::new();
    while let Ok(byte) = stream.read_u8().await {
        head.push(byte);
        if head.ends_with(b"\r\n\r\n") {
            let text = String::from_utf8(std::mem::take(&mut head)).unwrap();
            let header = |name: &str| {
                let line = text.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_default().to_owned()
            };
            let mut body = vec![0; header("content-length: ").parse().unwrap()];
            stream.read_exact(&mut body).await.unwrap();
            let batch = ExportTraceServiceRequest::decode(&body[..]).unwrap();
            let path = text.lines().next().unwrap().to_owned();
            let _ = exports.send(Export { path, key: header("x-key: "), batch }).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        }
    }
}

struct Grpc(mpsc::Sender<Export>);

#[async_trait]
impl TraceService for Grpc {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let key = request.metadata().get("x-key").map(|key| key.to_str().unwrap().to_owned());
        let (path, key, batch) = (String::new(), key.unwrap_or_default(), request.into_inner());
        let _ = self.0.send(Export { path, key, batch }).await;
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
