//! The spans of a job as a collector gets them: one tree, whole in spite of a kill.
//!
//! A process has one exporter, hence a test program of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]
#![allow(dead_code, reason = "what it shares with the other tests serves more of them")]

mod collector;
#[path = "../engine/flow.rs"]
mod flow;
#[path = "../conformance/postgres.rs"]
mod postgres;
#[path = "../engine/puppet.rs"]
mod puppet;
#[path = "../engine/receiver.rs"]
mod receiver;
#[path = "../engine/shelf.rs"]
mod shelf;
#[path = "../engine/world.rs"]
mod world;

use chassis::config::{DEFAULTS, Settings, Sources};
use chassis::failure::Kind;
use chassis::telemetry::{self, TelemetryConfig};
use chassis::trace;
use jobs::job::Job;
use opentelemetry_proto::tonic::trace::v1::Span as Exported;
use tracing::Span;

use crate::collector::Collector;
use crate::puppet::Act;
use crate::receiver::Reply;
use crate::world::{Place, World};

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const UNSAMPLED: &str = "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_tree_whole_in_spite_of_a_kill() {
    let collector = Collector::start().await;
    let telemetry = telemetry::init(&config(&collector), "throughline-test").unwrap();
    let mut world = World::start(Place::Sqlite).await;
    world.puppet.on("b", [Act::Hang, Act::Fail(Kind::Unavailable, "AWAY"), Act::Answer]);
    world.receiver.on("/hook", [Reply::Status(500)]);
    let job = submit(&world, CALLER).await;
    world.puppet.was_asked("b", 1).await;
    world.kill().await;
    world.run().await;
    world.settled(&job.id).await;
    let quiet = submit(&world, UNSAMPLED).await;
    world.settled(&quiet.id).await;
    world.stop().await;
    telemetry.shutdown().await;

    let spans = collector.spans();
    assert!(spans.iter().all(|span| hex::encode(&span.trace_id) == job.trace_id()), "{spans:?}");
    let told: Vec<_> = ours(&spans).map(|span| (span.name.as_str(), error(span))).collect();
    let expected = [
        ("accept", ""),
        ("attempt", "lost"),
        ("attempt", "away"),
        ("attempt", ""),
        ("step a", ""),
        ("step b", "lost"),
        ("step b", "away"),
        ("step b", ""),
        ("step c", ""),
        ("delivery", "http 500"),
        ("delivery", ""),
    ];
    let count = |all: &[(&str, &str)], one| all.iter().filter(|other| **other == one).count();
    for one in expected {
        assert_eq!(count(&told, one), count(&expected, one), "{one:?} in {told:?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for span in ours(&spans) {
        let above = parent(&spans, span).map(|above| above.name.as_str());
        match span.name.as_str() {
            "accept" => assert_eq!(hex::encode(&span.parent_span_id), "00f067aa0ba902b7"),
            "attempt" | "delivery" => assert_eq!(above, Some("accept")),
            _ => assert_eq!(above, Some("attempt"), "{span:?}"),
        }
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
    }
    let calls: Vec<_> = spans.iter().filter(|span| span.name.contains("Generate")).collect();
    assert!(!calls.is_empty());
    for call in calls {
        let above = parent(&spans, call).unwrap();
        assert!(above.name.starts_with("step ") || above.name == call.name, "{above:?}");
    }
}

async fn submit(world: &World, caller: &str) -> Job {
    trace::scope(caller.parse().unwrap(), Span::none(), world.submit()).await
}

fn config(collector: &Collector) -> TelemetryConfig {
    let sources = Sources { defaults: &[DEFAULTS], ..Sources::default() };
    let mut config = TelemetryConfig::read(&Settings::load(&sources).unwrap()).unwrap();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.url());
    config.environment.extend([endpoint]);
    config
}

/// The spans that jobs tells from its rows.
fn ours(spans: &[Exported]) -> impl Iterator<Item = &Exported> {
    let is_ours = |span: &&Exported| {
        matches!(span.name.as_str(), "accept" | "attempt" | "delivery")
            || span.name.starts_with("step ")
    };
    spans.iter().filter(is_ours)
}

fn parent<'a>(spans: &'a [Exported], span: &Exported) -> Option<&'a Exported> {
    spans.iter().find(|other| other.span_id == span.parent_span_id)
}

fn error(span: &Exported) -> &str {
    span.status.as_ref().map_or("", |status| status.message.as_str())
}
