//! The process that is looked at: it makes one call, tells one span from a row, and logs.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chassis::clock::Time;
use chassis::config::{DEFAULTS, Settings, Sources, environment};
use chassis::http::{Outbound, OutboundConfig, Request};
use chassis::telemetry::{self, SpanKind, SpanRecord, TelemetryConfig};
use chassis::trace::{self, TraceContext};
use http::{HeaderMap, Method};
use tracing::{Instrument, Span, info, info_span, warn};

use crate::CALLER;

/// The span that is told from a row.
pub(crate) const STEP: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00000000000000aa-01";

#[tokio::test]
#[ignore = "run by the tests beside it, in a process of its own"]
async fn works() {
    let environment = environment();
    let sources = Sources { defaults: &[DEFAULTS], environment, ..Sources::default() };
    let config = TelemetryConfig::read(&Settings::load(&sources).unwrap()).unwrap();
    let telemetry = telemetry::init(&config, "throughline-test").unwrap();
    let is_exporting = config.environment.contains_key("OTEL_EXPORTER_OTLP_ENDPOINT");
    assert!(is_exporting || info_span!("hop", otel.kind = "server").is_disabled());
    let work = call().instrument(info_span!(target: "h2", "connection"));
    trace::scope(CALLER.parse().unwrap(), Span::none(), work).await;
    telemetry::emit(step(STEP));
    telemetry::emit(step(&STEP.replace("aa-01", "bb-00")));
    telemetry.shutdown().await;
    telemetry::emit(step(STEP));
}

async fn call() {
    info!("working");
    warn!(job_id = "job_1", attempt = 2, "first\nsecond\u{1b}[0m");
    let request = Request {
        method: Method::GET,
        url: "http://127.0.0.1:9/path?signature=s3cret".to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        timeout: Duration::from_secs(5),
        max_body: 0,
    };
    let outbound = Outbound::new(&OutboundConfig::default()).unwrap();
    assert!(outbound.operator().send(request).await.is_err());
}

fn step(context: &str) -> SpanRecord {
    let context: TraceContext = context.parse().unwrap();
    let end = Time::from(SystemTime::now());
    SpanRecord {
        name: "step draft".to_owned(),
        kind: SpanKind::Internal,
        context,
        parent_span_id: Some("00f067aa0ba902b7".to_owned()),
        start: Time::from_micros(end.micros() - 1_500_000),
        end,
        attributes: vec![("throughline.job_id", "job_1".to_owned())],
        error: Some("PEER_TIMEOUT".to_owned()),
    }
}
