use std::fmt;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use crate::{serve, until};

/// Stands where an OpenTelemetry collector stands: it takes spans over HTTP and over gRPC, and keeps them.
pub struct Collector {
    /// Where it listens, for both protocols.
    pub url: String,
    desk: Desk,
}

/// A span that a process exported.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The `service.name` of the process.
    pub service: String,
    /// On which side of a call it is, in lower case.
    pub kind: String,
    /// What was done.
    pub name: String,
    /// The trace that it belongs to.
    pub trace_id: String,
    /// Its own id.
    pub span_id: String,
    /// The id of the span that it hangs below; empty for a root.
    pub parent_span_id: String,
    /// What it says of its failure, where it failed.
    pub error: Option<String>,
    /// When it began, in nanoseconds.
    pub start: u64,
    /// Everything that it says.
    pub text: String,
}

/// The spans of one trace.
#[derive(Clone, Debug)]
pub struct Trace(pub Vec<Exported>);

#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Vec<Exported>>>);

impl Collector {
    /// A collector that takes everything.
    pub async fn start() -> Self {
        let desk = Desk::default();
        let grpc = Routes::new(TraceServiceServer::new(desk.clone())).into_axum_router();
        let http = Router::new().route("/v1/traces", post(receive)).with_state(desk.clone());
        Self { url: serve(http.merge(grpc)).await, desk }
    }

    /// The standard variables of a process that exports to this collector, without long waits.
    pub fn variables(&self, protocol: &str) -> [(String, String); 3] {
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", self.url.as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    }

    /// Everything that came so far.
    pub fn spans(&self) -> Vec<Exported> {
        self.desk.0.lock().unwrap().clone()
    }

    /// What came so far of one trace.
    pub fn trace(&self, id: &str) -> Trace {
        Trace(self.spans().into_iter().filter(|span| span.trace_id == id).collect())
    }

    /// Waits until a span of this name came in the trace.
    pub async fn has(&self, trace_id: &str, name: &str) {
        let has = || self.trace(trace_id).0.iter().any(|span| span.name == name);
        until(&format!("the span `{name}`"), async || has().then_some(())).await;
    }
}

impl Trace {
    /// The spans of this name.
    pub fn named(&self, name: &str) -> Vec<&Exported> {
        self.0.iter().filter(|span| span.name == name).collect()
    }

    /// The spans whose parent neither came nor is `caller`.
    pub fn loose(&self, caller: &str) -> Vec<&Exported> {
        let is_known = |id: &str| id == caller || self.0.iter().any(|span| span.span_id == id);
        self.0.iter().filter(|span| !is_known(&span.parent_span_id)).collect()
    }

    /// The tree below the caller's span, a line a span, in the order of their beginnings.
    pub fn outline(&self, caller: &str) -> String {
        let mut lines = String::new();
        self.write_below(caller, 0, &mut lines);
        lines
    }

    fn write_below(&self, parent: &str, depth: usize, lines: &mut String) {
        let mut children: Vec<_> =
            self.0.iter().filter(|span| span.parent_span_id == parent).collect();
        children.sort_by_key(|span| span.start);
        for child in children {
            lines.push_str(&format!("{:1$}{child}\n", "", 2 * depth));
            self.write_below(&child.span_id, depth + 1, lines);
        }
    }
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.service, self.kind, self.name)
    }
}

impl Desk {
    fn keep(&self, batch: ExportTraceServiceRequest) {
        let spans = batch.resource_spans.into_iter().flat_map(read);
        self.0.lock().unwrap().extend(spans);
    }
}

async fn receive(State(desk): State<Desk>, body: Bytes) {
    desk.keep(ExportTraceServiceRequest::decode(body).unwrap());
}

#[tonic::async_trait]
impl TraceService for Desk {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.keep(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn read(resource: ResourceSpans) -> Vec<Exported> {
    let attributes = resource.resource.unwrap_or_default().attributes;
    let name = attributes.into_iter().find(|attribute| attribute.key == "service.name");
    let name = name.and_then(|name| name.value?.value);
    let service = match name {
        Some(any_value::Value::StringValue(name)) => name,
        other => panic!("a resource without service.name: {other:?}"),
    };
    let spans = resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
    spans.map(|span| exported(&service, &span)).collect()
}

fn exported(service: &str, span: &Span) -> Exported {
    const ERROR: i32 = 2;
    let status = span.status.as_ref().filter(|status| status.code == ERROR);
    let kind = SpanKind::try_from(span.kind).unwrap().as_str_name();
    Exported {
        service: service.to_owned(),
        kind: kind.trim_start_matches("SPAN_KIND_").to_lowercase(),
        name: span.name.clone(),
        trace_id: hex::encode(&span.trace_id),
        span_id: hex::encode(&span.span_id),
        parent_span_id: hex::encode(&span.parent_span_id),
        error: status.map(|status| status.message.clone()),
        start: span.start_time_unix_nano,
        text: format!("{span:?}"),
    }
}
