use std::sync::OnceLock;

use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks, SpanProcessor};

use crate::clock::Time;
use crate::telemetry::pipeline::Pipeline;
use crate::trace::TraceContext;

/// The name under which our spans are made.
pub(super) const SCOPE: &str = "throughline";

static PIPELINE: OnceLock<Pipeline> = OnceLock::new();

/// A span that has ended, told by whoever holds the row that it is read from.
#[derive(Clone, Debug)]
pub struct SpanRecord {
    /// What was done, such as `step draft`.
    pub name: String,
    /// On which side of a call it is.
    pub kind: SpanKind,
    /// Its own trace, id and sampling decision.
    pub context: TraceContext,
    /// Its parent's id, in 16 hexadecimal digits; a root has none.
    pub parent_span_id: Option<String>,
    /// When it began.
    pub start: Time,
    /// When it ended.
    pub end: Time,
    /// What is known of it: never content.
    pub attributes: Vec<(&'static str, String)>,
    /// Why it failed, if it did: a reason, never content.
    pub error: Option<String>,
}

/// Exports a span under exactly its ids; does nothing where nothing is exported, or its trace is not sampled.
pub fn emit(record: SpanRecord) {
    if let Some(pipeline) = PIPELINE.get().filter(|_| record.context.is_sampled()) {
        pipeline.on_end(record.into());
    }
}

/// From now on [`emit`] hands its spans to this; the first one stays.
pub(super) fn emit_to(pipeline: Pipeline) {
    let _ = PIPELINE.set(pipeline);
}

impl From<SpanRecord> for SpanData {
    fn from(record: SpanRecord) -> Self {
        let attribute = |(name, value)| KeyValue::new(name, value);
        let parent = record.parent_span_id.and_then(|id| SpanId::from_hex(&id).ok());
        Self {
            span_context: record.context.to_span(false),
            parent_span_id: parent.unwrap_or(SpanId::INVALID),
            parent_span_is_remote: true,
            span_kind: record.kind,
            name: record.name.into(),
            start_time: record.start.to_system(),
            end_time: record.end.max(record.start).to_system(),
            attributes: record.attributes.into_iter().map(attribute).collect(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: record.error.map_or(Status::Unset, Status::error),
            instrumentation_scope: InstrumentationScope::builder(SCOPE).build(),
        }
    }
}
