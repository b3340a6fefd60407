use std::time::SystemTime;

use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry::{KeyValue, StringValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use crate::xray::name::clean;

/// Attributes from which the translator may take a segment's name.
const NAMES: [&str; 5] =
    ["peer.service", "aws.service", "db.service", "rpc.service", "service.name"];

/// By these X-Ray finds traces: `annotation.job_id = "job_..."`.
const FOUND_BY: [(&str, &str); 3] = [
    ("throughline.job.id", "annotation.job_id"),
    ("throughline.flow", "annotation.flow"),
    ("throughline.step", "annotation.step"),
];

/// Attributes that the translator would take for those of a database or of AWS, and what they are called instead.
const RENAMED: [(&str, &str); 3] = [
    ("server.address", "server_address"),
    ("server.port", "server_port"),
    ("rpc.method", "rpc_method"),
];

/// Makes a span one that the translator keeps: it drops what has a name, a kind or times that X-Ray does not know.
pub(super) fn normalise(span: &mut SpanData) {
    let is_database =
        span.attributes.iter().any(|attribute| attribute.key.as_str().starts_with("db."));
    for attribute in &mut span.attributes {
        let key = attribute.key.as_str();
        if NAMES.contains(&key) {
            attribute.value = named(&attribute.value);
        }
        let renamed = RENAMED.iter().filter(|_| !is_database).chain(&FOUND_BY);
        if let Some((_, to)) = renamed.into_iter().find(|(from, _)| *from == key) {
            attribute.key = (*to).into();
        }
    }
    span.attributes.extend(kept(span));
    if is_local_root(span) {
        span.span_kind = SpanKind::Server;
    }
    span.name = clean(&span.name).into();
    // It cannot tell times before 1970.
    span.start_time = span.start_time.max(SystemTime::UNIX_EPOCH);
    span.end_time = span.end_time.max(span.start_time);
}

/// What the process says of itself, in a form that the translator takes for names.
pub(super) fn described(resource: &Resource) -> Resource {
    let attributes = resource.iter().map(|(key, value)| match key.as_str() {
        key if NAMES.contains(&key) => KeyValue::new(key.to_owned(), named(value)),
        _ => KeyValue::new(key.clone(), value.clone()),
    });
    Resource::builder_empty().with_attributes(attributes.collect::<Vec<_>>()).build()
}

fn named(value: &Value) -> Value {
    Value::String(StringValue::from(clean(&value.as_str())))
}

/// The same span with nothing but its name, ids and times, for one that cannot be translated otherwise.
pub(super) fn bare(span: &mut SpanData) {
    span.attributes = Vec::new();
    span.events = Default::default();
}

/// A segment of its own: nobody in this process began the work that it is a part of.
fn is_local_root(span: &SpanData) -> bool {
    let is_answer = matches!(span.span_kind, SpanKind::Server | SpanKind::Consumer);
    span.parent_span_id == SpanId::INVALID || (span.parent_span_is_remote && is_answer)
}

/// What a segment would not tell: it is named after the service, and its kind may be another.
fn kept(span: &SpanData) -> [KeyValue; 3] {
    let status = match span.status {
        Status::Error { .. } => "error",
        Status::Ok | Status::Unset => "ok",
    };
    let kind = match span.span_kind {
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
    };
    [
        KeyValue::new("annotation.status", status),
        KeyValue::new("metadata.span.kind", kind),
        KeyValue::new("metadata.span.name", span.name.to_string()),
    ]
}
