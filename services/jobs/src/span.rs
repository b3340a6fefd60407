//! The spans of a job. They are told from rows when they end, by whoever holds the job then, so that
//! a crash leaves no hole above what ran below them.
//!
//! `accept` is a child of the caller's span; `attempt` and `delivery` are children of `accept`;
//! `step <id>` is a child of its attempt, and what a step asks of other services hangs below it.

use chassis::clock::Time;
use chassis::telemetry::{SpanKind, SpanRecord, emit};
use chassis::trace::TraceContext;
use sha2::{Digest, Sha256};

use crate::job::Job;
use crate::store::{Claim, EndedAttempt, Outgoing};

/// The name of the span that accepted a job.
pub const ACCEPT: &str = "accept";
/// The name of the span of one attempt, from claim to end.
pub const ATTEMPT: &str = "attempt";
/// The name of the span of a step, before the step's id.
pub const STEP: &str = "step";
/// The name of the span of one try of a delivery.
pub const DELIVERY: &str = "delivery";

/// The attribute with the job's id.
pub const JOB_ID: &str = "throughline.job.id";
/// The attribute with the flow's name.
pub const FLOW: &str = "throughline.flow";
/// The attribute with the number of the attempt, from 1.
pub const ATTEMPT_NUMBER: &str = "throughline.attempt";
/// The attribute with the step's id.
pub const STEP_ID: &str = "throughline.step";
/// The attribute with the delivery's id.
pub const DELIVERY_ID: &str = "throughline.delivery.id";
/// The attribute with the HTTP status of an answer.
pub const STATUS: &str = "http.response.status_code";
/// The attribute with a stable word for what went wrong.
pub const ERROR: &str = "error.type";

/// Why a span ended that nobody could end.
pub(crate) const LOST: &str = "lost";

/// The context of a span of a job's trace.
///
/// Rows hold what this program wrote; should one not be readable, the work goes on in a trace of its own.
pub(crate) fn context(traceparent: &str, tracestate: Option<&str>, span_id: &str) -> TraceContext {
    let own = match (traceparent.get(..36), traceparent.get(52..)) {
        (Some(trace), Some(flags)) => format!("{trace}{span_id}{flags}"),
        _ => String::new(),
    };
    let context: TraceContext = own.parse().unwrap_or_else(|_| TraceContext::random());
    context.with_state(tracestate)
}

/// The span of a step. It follows from the attempt's, so that it needs no row of its own before the
/// step begins, and is known to whoever finds the attempt lost.
pub fn of_step(attempt_span_id: &str, step: &str) -> String {
    let digest = Sha256::digest(format!("{attempt_span_id}/{step}"));
    let id = hex::encode(&digest[..8]);
    // All zeros would mean that there is none.
    if id.bytes().all(|digit| digit == b'0') { "0000000000000001".to_owned() } else { id }
}

/// The span of a step's first call of another service, which follows from the step's for the same reason.
pub(crate) fn of_call(step_span_id: &str) -> String {
    of_step(step_span_id, "call")
}

/// Tells of the span that accepted a job.
pub(crate) fn accepted(job: &Job) {
    let id = job.accept_span_id();
    emit(SpanRecord {
        name: ACCEPT.to_owned(),
        kind: SpanKind::Internal,
        context: context(&job.traceparent, job.tracestate.as_deref(), id),
        parent_span_id: job.parent_span_id.clone(),
        start: job.received_at,
        end: job.created_at,
        attributes: vec![(JOB_ID, job.id.clone()), (FLOW, job.flow.clone())],
        error: None,
    });
}

/// The trace of a job, and who it is, for the spans below its acceptance.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    job_id: String,
    flow: String,
    traceparent: String,
    tracestate: Option<String>,
}

impl Trace {
    pub(crate) fn of_claim(claim: &Claim) -> Self {
        Self {
            job_id: claim.held.job_id.clone(),
            flow: claim.flow.clone(),
            traceparent: claim.traceparent.clone(),
            tracestate: claim.tracestate.clone(),
        }
    }

    pub(crate) fn of_job(job: &Job) -> Self {
        Self {
            job_id: job.id.clone(),
            flow: job.flow.clone(),
            traceparent: job.traceparent.clone(),
            tracestate: job.tracestate.clone(),
        }
    }

    /// The trace's id, for log lines.
    pub(crate) fn id(&self) -> &str {
        self.traceparent.get(3..35).unwrap_or_default()
    }

    pub(crate) fn context(&self, span_id: &str) -> TraceContext {
        context(&self.traceparent, self.tracestate.as_deref(), span_id)
    }

    /// Tells of an attempt that has ended.
    pub(crate) fn attempt(&self, attempt: &EndedAttempt, error: Option<&str>) {
        emit(SpanRecord {
            name: ATTEMPT.to_owned(),
            kind: SpanKind::Internal,
            context: self.context(&attempt.span_id),
            parent_span_id: self.traceparent.get(36..52).map(str::to_owned),
            start: attempt.started_at,
            end: attempt.ended_at,
            attributes: self.attributes(attempt.number, error),
            error: error.map(str::to_owned),
        });
    }

    /// Tells of a step that has ended.
    pub(crate) fn step(&self, step: &EndedStep<'_>) {
        let mut attributes = self.attributes(step.attempt, step.error);
        attributes.push((STEP_ID, step.step.to_owned()));
        emit(SpanRecord {
            name: format!("{STEP} {}", step.step),
            kind: SpanKind::Internal,
            context: self.context(&of_step(step.attempt_span_id, step.step)),
            parent_span_id: Some(step.attempt_span_id.to_owned()),
            start: step.start,
            end: step.end,
            attributes,
            error: step.error.map(str::to_owned),
        });
    }

    /// Tells of the call that a lost step was in, so that what it set off elsewhere hangs below it.
    pub(crate) fn lost_call(&self, step: &EndedStep<'_>, method: &str) {
        let step_span_id = of_step(step.attempt_span_id, step.step);
        emit(SpanRecord {
            name: method.to_owned(),
            kind: SpanKind::Client,
            context: self.context(&of_call(&step_span_id)),
            parent_span_id: Some(step_span_id),
            start: step.start,
            end: step.end,
            attributes: self.attributes(step.attempt, step.error),
            error: step.error.map(str::to_owned),
        });
    }

    fn attributes(&self, attempt: u32, error: Option<&str>) -> Vec<(&'static str, String)> {
        let mut attributes = vec![
            (JOB_ID, self.job_id.clone()),
            (FLOW, self.flow.clone()),
            (ATTEMPT_NUMBER, attempt.to_string()),
        ];
        attributes.extend(error.map(|error| (ERROR, error.to_owned())));
        attributes
    }
}

/// A step as its span tells.
pub(crate) struct EndedStep<'a> {
    pub(crate) attempt: u32,
    pub(crate) attempt_span_id: &'a str,
    pub(crate) step: &'a str,
    pub(crate) start: Time,
    pub(crate) end: Time,
    pub(crate) error: Option<&'a str>,
}

/// The context of a try of a delivery.
pub(crate) fn of_delivery(delivery: &Outgoing) -> TraceContext {
    context(&delivery.traceparent, delivery.tracestate.as_deref(), &delivery.span_id)
}

/// Tells of a try of a delivery that has ended.
pub(crate) fn delivered(
    delivery: &Outgoing,
    attempt: &EndedAttempt,
    status: Option<u16>,
    error: Option<&str>,
) {
    let mut attributes = vec![
        (JOB_ID, delivery.job_id.clone()),
        (DELIVERY_ID, delivery.held.id.clone()),
        (ATTEMPT_NUMBER, attempt.number.to_string()),
    ];
    attributes.extend(status.map(|status| (STATUS, status.to_string())));
    let tracestate = delivery.tracestate.as_deref();
    emit(SpanRecord {
        name: DELIVERY.to_owned(),
        kind: SpanKind::Producer,
        context: context(&delivery.traceparent, tracestate, &attempt.span_id),
        parent_span_id: delivery.traceparent.get(36..52).map(str::to_owned),
        start: attempt.started_at,
        end: attempt.ended_at,
        attributes,
        error: error.map(str::to_owned),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_span_keeps_trace_flags_and_state() {
        let context = context(PARENT, Some("vendor=1"), "1122334455667788");
        let expected = "00-4bf92f3577b34da6a3ce929d0e0e4736-1122334455667788-01";
        assert_eq!(context.to_string(), expected);
        assert_eq!(context.state(), Some("vendor=1"));
    }

    #[test]
    fn the_span_of_a_step_follows_from_its_attempt() {
        let one = of_step("1122334455667788", "draft");
        assert_eq!(one, of_step("1122334455667788", "draft"));
        assert_ne!(one, of_step("1122334455667788", "check"));
        assert_ne!(one, of_step("1122334455667789", "draft"));
        assert_eq!(one.len(), 16);
    }
}
