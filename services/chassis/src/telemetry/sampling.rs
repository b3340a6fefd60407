use std::sync::OnceLock;

use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample};

use crate::trace::TraceContext;

static SAMPLER: OnceLock<Sampler> = OnceLock::new();

/// The context of a caller who left open whether its trace is recorded, with what this process decides.
///
/// The decision hangs on the trace's id alone, so that all processes with the same share decide alike.
#[must_use]
pub fn decide(context: TraceContext) -> TraceContext {
    let Some(sampler) = SAMPLER.get() else { return context };
    let trace_id = context.to_span(true).trace_id();
    let decided = sampler.should_sample(None, trace_id, "", &SpanKind::Server, &[], &[]);
    context.with_sampled(decided.decision == SamplingDecision::RecordAndSample)
}

/// From now on [`decide`] asks this; the first one stays.
pub(super) fn decide_by(sampler: Sampler) {
    let _ = SAMPLER.set(sampler);
}
