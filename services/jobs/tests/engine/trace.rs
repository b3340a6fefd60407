use chassis::trace::{self, TraceContext};
use jobs::span::of_step;
use tracing::Span;

use crate::world::{Place, World, tenant};

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

pub(crate) async fn one_trace_through_every_hop(place: Place) {
    let world = World::start(place).await;
    let caller: TraceContext = CALLER.parse().unwrap();
    let caller = caller.with_state(Some("vendor=1"));
    let job = trace::scope(caller, Span::none(), world.submit()).await;
    assert_eq!(job.trace_id(), TRACE);
    assert_eq!(job.parent_span_id.as_deref(), Some("00f067aa0ba902b7"));
    assert_ne!(job.accept_span_id(), "00f067aa0ba902b7");
    let job = world.settled(&job.id).await;

    let timeline = world.jobs().timeline(&tenant(), &job.id).await.unwrap();
    let attempt = timeline.entries.iter().find(|entry| entry.kind == "attempt").unwrap();
    for heard in world.puppet.heard() {
        assert_eq!(heard.traceparent.get(3..35), Some(TRACE));
        // Nothing is recorded here, so that the step's own span is the parent of the call.
        let step = of_step(&attempt.span_id, &heard.prompt);
        assert_eq!(heard.traceparent.get(36..52), Some(step.as_str()));
        assert_eq!(heard.tenant, "default");
    }
    let got = &world.receiver.got("/hook")[0];
    let delivery = timeline.entries.iter().find(|entry| entry.kind == "delivery").unwrap();
    let expected = format!("00-{TRACE}-{}-01", delivery.span_id);
    assert_eq!(got.header("traceparent"), expected);
    assert_eq!(got.header("tracestate"), "vendor=1");
    assert_eq!(got.json()["data"]["trace_id"], TRACE);
}

pub(crate) async fn without_a_caller_there_is_a_trace_of_its_own(place: Place) {
    let world = World::start(place).await;
    let (one, two) = (world.submit().await, world.submit().await);
    assert_ne!(one.trace_id(), two.trace_id());
    assert_eq!((one.trace_id().len(), one.parent_span_id), (32, None));
}

pub(crate) async fn the_timeline_tells_the_way(place: Place) {
    let world = World::start(place).await;
    let job = world.submit().await;
    let job = world.settled(&job.id).await;
    let timeline = world.jobs().timeline(&tenant(), &job.id).await.unwrap();
    let told: Vec<_> =
        timeline.entries.iter().map(|entry| (entry.kind, entry.name.as_str())).collect();
    let delivery = job.deliveries[0].id.as_str();
    let expected = [
        ("accept", ""),
        ("queued", ""),
        ("attempt", ""),
        ("step", "a"),
        ("step", "b"),
        ("step", "c"),
        ("delivery", delivery),
    ];
    assert_eq!(told, expected);
    assert!(timeline.entries.iter().all(|entry| entry.status == "ok" && entry.ended_at.is_some()));
    let [accept, _, attempt, step, ..] = &timeline.entries[..] else { panic!("too short") };
    assert_eq!(attempt.parent_span_id, accept.span_id);
    assert_eq!(step.parent_span_id, attempt.span_id);
    assert_eq!(timeline.entries[6].parent_span_id, accept.span_id);
    assert_eq!(timeline.entries[6].detail, "http 204");
}
