use std::time::Duration;

use http::HeaderMap;

use crate::attributes::Attributes;
use crate::error::Error;
use crate::json::{Fields, INVALID_REQUEST, Text};
use crate::origin::BodyTrace;
use crate::submission::{Envelope, Op, Submission, key, prefer};

const INVALID_INPUT: &str = "INVALID_INPUT";

/// What a caller posted where jobs are handed in.
#[derive(Clone, Debug)]
pub(crate) enum Received {
    /// A job, and the trace that its body names.
    Job(Box<Submission>, Option<BodyTrace>),
    /// Something else than a job.
    Asked(Asked),
}

/// Something else than a job.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// What is asked for.
    pub(crate) op: Op,
    /// The trace that the body names.
    pub(crate) trace: Option<BodyTrace>,
    /// What was replaced in the body.
    pub(crate) warnings: Vec<String>,
}

/// What is taken where jobs are handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Jobs and ops.
    Jobs,
    /// Ops and methods, where jobs are handed in elsewhere.
    Methods,
}

/// Reads a body that passed its check, with the headers that say more of it.
pub(crate) fn receive(
    text: Text,
    headers: &HeaderMap,
    attributes: &Attributes,
    takes: Takes,
) -> Result<Received, Error> {
    let mut fields = Fields::of(&text.text, INVALID_INPUT)?;
    if takes == Takes::Methods && Op::is_call(&fields) {
        let trace = named(&mut fields);
        let op = Op::call(fields)?;
        return Ok(Received::Asked(Asked { op, trace, warnings: text.warnings }));
    }
    if !Envelope::is_in(&fields) {
        if Op::is_in(&fields) {
            let trace = named(&mut fields);
            let op = Op::read(&text, fields)?;
            return Ok(Received::Asked(Asked { op, trace, warnings: text.warnings }));
        }
        return bare(&text, &mut fields, headers, attributes);
    }
    let envelope = Envelope::read(&mut fields);
    let unknown = fields.unknown();
    fields.finish()?;
    let mut warnings = text.warnings;
    warnings.extend(attributes.warnings());
    warnings.extend(unknown.iter().take(8).map(|name| format!("{name}: nobody reads this member")));
    let submission = Submission {
        flow: envelope.flow,
        input: envelope.input,
        callback: envelope.callback,
        key: key::agreed(headers, envelope.idempotency_key, attributes)?,
        correlation: envelope.correlation,
        deadline: envelope.deadline_s.map(Duration::from_secs_f64),
        priority: envelope.priority.unwrap_or_default(),
        run_at: envelope.run_at,
        wait: envelope.wait_s.map(Duration::from_secs_f64).or_else(|| prefer::wait(headers)),
        warnings,
    };
    Ok(Received::Job(Box::new(submission), envelope.trace.map(BodyTrace::from)))
}

/// The whole body as the input of the default flow.
fn bare(
    text: &Text,
    fields: &mut Fields<'_>,
    headers: &HeaderMap,
    attributes: &Attributes,
) -> Result<Received, Error> {
    let mut warnings = text.warnings.clone();
    warnings.extend(attributes.warnings());
    let own = Envelope::OWN.into_iter().filter(|name| *name != "trace" && fields.has(name));
    warnings.extend(own.map(|name| {
        format!("{name}: taken as a part of the input; it has its own meaning only beside a member `input`")
    }));
    let submission = Submission {
        flow: None,
        input: text.text.clone(),
        callback: None,
        key: key::agreed(headers, None, attributes)?,
        correlation: None,
        deadline: None,
        priority: 0,
        run_at: None,
        wait: prefer::wait(headers),
        warnings,
    };
    let callback = fields.object("callback");
    if callback.is_some_and(|callback| callback.has("auth")) {
        let message = "would become a part of the input; put the input into a member `input`";
        return Err(Error::refused(INVALID_REQUEST, "callback.auth", message));
    }
    Ok(Received::Job(Box::new(submission), named(fields)))
}

/// The trace that a body names beside what it is about.
fn named(fields: &mut Fields<'_>) -> Option<BodyTrace> {
    fields.object("trace").map(|mut trace| BodyTrace {
        traceparent: trace.text("traceparent"),
        tracestate: trace.text("tracestate"),
    })
}
