use chassis::trace::{self, TraceContext};
use proto::generation::GenerateStreamRequest;
use proto::generation::generate_stream_response::Event;
use tracing::Span;

use crate::puppet::{Puppet, Seen};
use crate::spans::Recorder;
use crate::world::{BOTH, Plan, World, soon};

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn caller() -> TraceContext {
    CALLER.parse().unwrap()
}

#[tokio::test]
async fn every_hop_is_in_the_callers_trace() {
    for placement in BOTH {
        let last = World::new(placement).await;
        let puppet = Puppet::relaying(last.channel.clone());
        let first = World::planned(placement, Plan { puppet, ..Plan::default() }).await;
        let answer = soon(trace::scope(caller(), Span::none(), first.call("relay"))).await.unwrap();
        for hop in [&answer.degraded, &answer.warnings] {
            assert_eq!(Seen::read(hop).trace_id, Some(caller().trace_id()), "{placement:?}");
        }
    }
}

#[tokio::test]
async fn body_is_in_the_same_trace_as_the_head() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let told = async {
            let request = GenerateStreamRequest::default();
            let mut deltas = world.client().generate_stream(request).await.unwrap().into_inner();
            match deltas.message().await.unwrap().unwrap().event {
                Some(Event::Delta(text)) => text,
                other => panic!("{other:?}"),
            }
        };
        let told = soon(trace::scope(caller(), Span::none(), told)).await;
        assert!(told.ends_with(&caller().trace_id()), "{placement:?}: {told}");
    }
}

#[tokio::test]
async fn each_hop_has_a_span_on_either_side() {
    for placement in BOTH {
        let recorder = Recorder::get();
        let world = World::new(placement).await;
        let context = sampled();
        let call = trace::scope(context.clone(), Span::none(), world.call("panic"));
        assert!(soon(call).await.is_err());
        let [call, serve] = recorder.both(&context).await;
        assert_eq!(call.parent_span_id.to_string(), context.span_id(), "{placement:?}");
        assert_eq!(serve.parent_span_id, call.span_context.span_id(), "{placement:?}");
        for span in [call, serve] {
            assert_eq!(span.name, "throughline.generation.v1.GenerationService/Generate");
            let code = span.attributes.iter().find(|pair| pair.key.as_str() == trace::STATUS_CODE);
            assert_eq!(code.map(|pair| pair.value.to_string()).as_deref(), Some("13"));
            assert!(matches!(span.status, opentelemetry::trace::Status::Error { .. }));
        }
    }
}

#[tokio::test]
async fn spans_last_as_long_as_their_stream() {
    for placement in BOTH {
        let recorder = Recorder::get();
        let world = World::new(placement).await;
        let context = sampled();
        let request = GenerateStreamRequest { model: "trickle".into(), ..Default::default() };
        let call = async {
            let mut deltas = world.client().generate_stream(request).await.unwrap().into_inner();
            assert!(deltas.message().await.unwrap().is_some());
            assert!(recorder.of(&context).is_empty(), "{placement:?}");
            deltas
        };
        drop(soon(trace::scope(context.clone(), Span::none(), call)).await);
        recorder.both(&context).await;
    }
}

/// A new trace that its caller records.
fn sampled() -> TraceContext {
    let open = TraceContext::random();
    format!("00-{}-{}-01", open.trace_id(), open.span_id()).parse().unwrap()
}
