//! Spans that leave, by both protocols and as the standard variables say.

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

use crate::child::STEP;
use crate::collector::{Collector, Export, attribute};
use crate::{CALLER, process};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";

fn id(context: &str, part: usize) -> Vec<u8> {
    hex::decode(context.split('-').nth(part).unwrap()).unwrap()
}

/// The call's span and the one from a row, and no other: not h2's, none that is not sampled.
fn see(export: &Export) {
    let spans = export.spans();
    let [call, step] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((call.name.as_str(), call.kind()), ("GET", SpanKind::Client));
    assert_eq!((&call.trace_id, &call.parent_span_id), (&id(CALLER, 1), &id(CALLER, 2)));
    assert_eq!(attribute(&call.attributes, "server.address").as_deref(), Some("127.0.0.1"));
    assert_eq!(attribute(&call.attributes, "error.type").as_deref(), Some("PEER_UNREACHABLE"));
    assert!(!format!("{call:?}").contains("s3cret"));
    assert_eq!((step.name.as_str(), step.kind()), ("step draft", SpanKind::Internal));
    assert_eq!((&step.trace_id, &step.span_id), (&id(STEP, 1), &id(STEP, 2)));
    assert_eq!(step.parent_span_id, id(CALLER, 2));
    assert_eq!(step.end_time_unix_nano - step.start_time_unix_nano, 1_500_000_000);
    assert_eq!(attribute(&step.attributes, "throughline.job_id").as_deref(), Some("job_1"));
    assert_eq!(step.status.as_ref().unwrap().message, "PEER_TIMEOUT");
}

#[tokio::test]
async fn spans_leave_by_http_whatever_the_log_level() {
    let mut collector = Collector::http().await;
    let endpoint = format!("http://127.0.0.1:{}/base/", collector.port);
    process(&[
        (ENDPOINT, endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b,x-other=c"),
        ("THROUGHLINE_LOG__LEVEL", "error"),
    ])
    .await;
    let export = collector.next().await;
    see(&export);
    assert_eq!(export.path, "POST /base/v1/traces HTTP/1.1");
    assert_eq!(export.key, "a b");
    assert_eq!(export.resource("service.name").as_deref(), Some("throughline-test"));
    assert!(!collector.has_more());
}

#[tokio::test]
async fn spans_leave_by_grpc() {
    let mut collector = Collector::grpc().await;
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    process(&[
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint.as_str()),
        (ENDPOINT, "http://127.0.0.1:9"),
        (PROTOCOL, "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-key=k"),
        ("OTEL_SERVICE_NAME", "ours"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=theirs,deployment.environment.name=a%2Cb"),
    ])
    .await;
    let export = collector.next().await;
    see(&export);
    assert_eq!(export.key, "k");
    assert_eq!(export.resource("service.name").as_deref(), Some("ours"));
    assert_eq!(export.resource("deployment.environment.name").as_deref(), Some("a,b"));
}

#[tokio::test]
async fn nothing_leaves_where_nothing_is_wanted() {
    for variable in [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("THROUGHLINE_TELEMETRY__EXPORTERS", "off"),
    ] {
        let mut collector = Collector::http().await;
        let endpoint = format!("http://127.0.0.1:{}", collector.port);
        process(&[(ENDPOINT, endpoint.as_str()), variable]).await;
        assert!(!collector.has_more(), "{variable:?}");
    }
}

#[tokio::test]
async fn sampler_of_the_standard_variable_decides() {
    let mut collector = Collector::http().await;
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    process(&[(ENDPOINT, endpoint.as_str()), ("OTEL_TRACES_SAMPLER", "always_off")]).await;
    // A span from a row was decided about when its row was written.
    let spans = collector.next().await.spans();
    assert_eq!(spans.iter().map(|span| &span.name).collect::<Vec<_>>(), ["step draft"]);
}

#[tokio::test]
async fn collector_that_does_not_answer_holds_nobody_up() {
    tokio::join!(end_beside_silence("grpc"), end_beside_silence("http/protobuf"));
}

async fn end_beside_silence(protocol: &str) {
    let collector = Collector::silent().await;
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    let began = Instant::now();
    let output = process(&[(ENDPOINT, endpoint.as_str()), (PROTOCOL, protocol)]).await;
    assert!(began.elapsed() < Duration::from_secs(12), "{protocol}: {:?}", began.elapsed());
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("spans that were still queued are lost"), "{protocol}: {log}");
}

#[tokio::test]
async fn collector_that_is_not_there_is_said_once() {
    for protocol in ["grpc", "http/protobuf"] {
        let variables = [(ENDPOINT, "http://127.0.0.1:9"), (PROTOCOL, protocol)];
        let log = String::from_utf8(process(&variables).await.stderr).unwrap();
        assert_eq!(log.matches("spans are lost: the collector").count(), 1, "{protocol}: {log}");
    }
}
