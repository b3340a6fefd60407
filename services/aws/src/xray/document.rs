use opentelemetry_aws::xray_exporter::SegmentTranslator;
use opentelemetry_sdk::trace::SpanData;
use serde_json::Value;

use crate::xray::name::cut;
use crate::xray::normalise::{bare, normalise};

/// The largest document that X-Ray takes, in bytes.
pub(super) const LARGEST: usize = 64 << 10;
/// What is left of a text in a document that is too large.
const LONGEST_TEXT: usize = 200;
/// What is left of a list in it.
const LONGEST_LIST: usize = 10;

/// What turns spans into documents.
pub(super) fn translator() -> SegmentTranslator {
    // Ids that begin at random, as W3C's do, are no older than others.
    SegmentTranslator::new().skip_timestamp_validation().metadata_all_attrs()
}

/// The document of a span; `None` where it has no ids, or stays too large whatever is left out.
pub(super) fn document(translator: &SegmentTranslator, mut span: SpanData) -> Option<String> {
    normalise(&mut span);
    if let Some(document) = translate(translator, &span) {
        return fit(document);
    }
    bare(&mut span);
    translate(translator, &span).and_then(fit)
}

fn translate(translator: &SegmentTranslator, span: &SpanData) -> Option<String> {
    let documents = translator.translate_spans(std::slice::from_ref(span));
    documents.first().map(|document| document.to_string())
}

/// What is only looked at goes first, then the ends of long texts and lists.
fn fit(document: String) -> Option<String> {
    if document.len() <= LARGEST {
        return Some(document);
    }
    let mut value: Value = serde_json::from_str(&document).ok()?;
    value.as_object_mut()?.remove("metadata");
    if value.to_string().len() > LARGEST {
        shorten(&mut value);
    }
    Some(value.to_string()).filter(|document| document.len() <= LARGEST)
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => *text = cut(text, LONGEST_TEXT).to_owned(),
        Value::Array(items) => {
            items.truncate(LONGEST_LIST);
            items.iter_mut().for_each(shorten);
        }
        Value::Object(members) => members.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;
    use std::time::{Duration, SystemTime};

    use opentelemetry::trace::{
        SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
    };
    use opentelemetry::{InstrumentationScope, KeyValue};
    use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn span(name: &str, kind: SpanKind, parent: u64, is_remote: bool) -> SpanData {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let (trace, own) = (TraceId::from_bytes([7; 16]), SpanId::from_bytes([9; 8]));
        let state = TraceState::default();
        SpanData {
            span_context: SpanContext::new(trace, own, TraceFlags::SAMPLED, false, state),
            parent_span_id: SpanId::from_bytes(parent.to_be_bytes()),
            parent_span_is_remote: is_remote,
            span_kind: kind,
            name: name.to_owned().into(),
            start_time: start,
            end_time: start + Duration::from_millis(1500),
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: InstrumentationScope::builder("test").build(),
        }
    }

    fn told(span: SpanData) -> Value {
        serde_json::from_str(&document(&translator(), span).unwrap()).unwrap()
    }

    #[test]
    fn root_of_any_kind_is_a_segment() {
        let segment = told(span("step {draft} (1)", SpanKind::Internal, 0, false));
        assert_eq!(segment["name"], "step draft 1");
        assert_eq!(segment["id"], "0909090909090909");
        assert_eq!(segment["trace_id"], "1-07070707-070707070707070707070707");
        assert_eq!(
            (&segment["start_time"], &segment["type"]),
            (&1_700_000_000.0.into(), &Value::Null)
        );
        assert_eq!(segment["metadata"]["span.kind"], "internal");
        assert_eq!(segment["metadata"]["span.name"], "step {draft} (1)");
    }

    #[test]
    fn work_for_others_hangs_below_its_caller() {
        let segment = told(span("attempt", SpanKind::Consumer, 5, true));
        assert_eq!(
            (&segment["type"], &segment["parent_id"]),
            (&Value::Null, &"0000000000000005".into())
        );
        let mut step = span("step draft", SpanKind::Internal, 5, true);
        step.attributes = vec![
            KeyValue::new("throughline.job.id", "job_1"),
            KeyValue::new("server.address", "retrieval"),
        ];
        step.status = Status::error("gone");
        let step = told(step);
        assert_eq!(
            (&step["type"], &step["parent_id"]),
            (&"subsegment".into(), &"0000000000000005".into())
        );
        assert_eq!(step["annotations"]["job_id"], "job_1");
        assert_eq!(step["annotations"]["status"], "error");
        assert_eq!(step["metadata"]["server_address"], "retrieval");
        assert_eq!(step["sql"], Value::Null);
    }

    #[test]
    fn what_is_too_large_loses_what_is_only_looked_at() {
        let mut large = span("large", SpanKind::Client, 5, false);
        large.attributes = vec![KeyValue::new("text", "x".repeat(LARGEST))];
        let large = told(large);
        assert_eq!((&large["name"], &large["metadata"]), (&"large".into(), &Value::Null));
        let mut endless = span("endless", SpanKind::Client, 5, false);
        endless.attributes = vec![KeyValue::new("annotation.text", "x".repeat(LARGEST))];
        assert!(told(endless).to_string().len() <= LARGEST);
    }

    #[test]
    fn span_without_ids_is_none() {
        let mut lost = span("lost", SpanKind::Server, 5, false);
        lost.span_context = SpanContext::NONE;
        assert_eq!(document(&translator(), lost), None);
    }

    fn kinds() -> impl Strategy<Value = SpanKind> {
        prop::sample::select(vec![
            SpanKind::Client,
            SpanKind::Server,
            SpanKind::Producer,
            SpanKind::Consumer,
            SpanKind::Internal,
        ])
    }

    fn keys() -> impl Strategy<Value = String> {
        let known = [
            "peer.service",
            "aws.service",
            "db.service",
            "db.system",
            "db.statement",
            "http.url",
            "url.full",
            "http.status_code",
            "server.port",
            "enduser.id",
            "exception.message",
            "http.response.status_code",
            "annotation.x y",
            "cloud.provider",
            "rpc.system",
        ];
        prop_oneof![prop::sample::select(known.to_vec()).prop_map(str::to_owned), ".{0,30}"]
    }

    static NAME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\pL\pZ\pN_.:/%&#=+\-@]+$").unwrap());

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_span_is_one_document(
            name in ".{0,300}",
            kind in kinds(),
            parent in prop_oneof![Just(0), any::<u64>()],
            is_remote: bool,
            attributes in prop::collection::vec((keys(), ".{0,80}"), 0..20),
            error in prop::option::of(".{0,300}"),
            seconds in -10_i64..10,
            is_ancient: bool,
        ) {
            let mut span = span(&name, kind, parent, is_remote);
            span.attributes =
                attributes.into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
            span.status = error.map_or(Status::Ok, Status::error);
            if seconds < 0 {
                span.end_time = span.start_time - Duration::from_secs(seconds.unsigned_abs());
            }
            if is_ancient {
                span.start_time = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
            }
            let text = document(&translator(), span).unwrap();
            prop_assert!(text.len() <= LARGEST);
            let document: Value = serde_json::from_str(&text).unwrap();
            let name = document["name"].as_str().unwrap();
            prop_assert!((1..=200).contains(&name.len()) && NAME.is_match(name), "{name}");
            prop_assert_eq!(&document["id"], "0909090909090909");
            prop_assert_eq!(&document["trace_id"], "1-07070707-070707070707070707070707");
            prop_assert!(document["end_time"].as_f64() >= document["start_time"].as_f64());
        }
    }
}
