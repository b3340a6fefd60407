//! Domain values as messages, and back.

use std::time::Duration;

use chassis::clock::Time;
use chassis::failure::Violation;
use proto::{common, jobs as pb};
use serde::Serialize;

use crate::delivery::{self, Delivery};
use crate::error::Error;
use crate::job::{self, Event, Job, Problem};
use crate::jobs::Entry;

/// What a webhook reads.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: String,
    data: proto::json::Job,
}

/// The bytes of a webhook's body, made once: every attempt signs and sends these.
pub(crate) fn webhook_body(kind: &str, at: Time, job: Job) -> Result<Vec<u8>, serde_json::Error> {
    let data = proto::json::Job::from(&self::job(job));
    serde_json::to_vec(&Body { r#type: kind, timestamp: at.to_string(), data })
}

pub(super) fn job(job: Job) -> pb::Job {
    let trace_id = job.trace_id().to_owned();
    let (state, run_at) = (state(job.state), job.begins_later().then(|| timestamp(job.run_at)));
    pb::Job {
        job_id: job.id,
        flow: job.flow,
        flow_version: job.flow_version,
        state: state.into(),
        result_json: job.result.unwrap_or_default(),
        usage: Some(job.usage.into()),
        trace_id,
        correlation_json: job.correlation.unwrap_or_default(),
        error: job.error.map(problem),
        degraded: job.degraded,
        created_at: Some(timestamp(job.created_at)),
        started_at: job.started_at.map(timestamp),
        finished_at: job.finished_at.map(timestamp),
        deadline_at: Some(timestamp(job.deadline_at)),
        attempts: job.attempts,
        deliveries: job.deliveries.into_iter().map(short).collect(),
        priority: job.priority,
        run_at,
        cancel_requested: job.is_cancel_requested,
    }
}

fn problem(problem: Problem) -> common::Problem {
    common::Problem {
        code: problem.code,
        message: problem.message,
        retryable: problem.retryable,
        hop: problem.hop,
        retry_after: problem.retry_after.map(duration),
        errors: problem.errors.into_iter().map(violation).collect(),
    }
}

fn violation(violation: Violation) -> common::Violation {
    common::Violation { path: violation.path, message: violation.message }
}

fn short(short: delivery::Short) -> pb::JobDelivery {
    pb::JobDelivery {
        delivery_id: short.id,
        status: short.state.name().to_owned(),
        attempts: short.attempts,
    }
}

pub(super) fn event(event: Event) -> pb::Event {
    pb::Event {
        seq: event.seq,
        at: Some(timestamp(event.at)),
        r#type: event.kind,
        step: event.step,
        attempt: event.attempt,
        detail_json: event.detail.unwrap_or_default(),
    }
}

pub(super) fn delivery(delivery: Delivery) -> pb::Delivery {
    let url = delivery.shown_url().to_owned();
    pb::Delivery {
        delivery_id: delivery.id,
        job_id: delivery.job_id,
        url,
        state: delivery_state(delivery.state).into(),
        r#type: delivery.kind,
        attempts: delivery.attempts.into_iter().map(attempt).collect(),
        created_at: Some(timestamp(delivery.created_at)),
        next_at: delivery.next_at.map(timestamp),
    }
}

fn attempt(attempt: delivery::Attempt) -> pb::DeliveryAttempt {
    pb::DeliveryAttempt {
        at: Some(timestamp(attempt.at)),
        status: attempt.status.map_or(0, u32::from),
        duration: attempt.took.map(duration),
        error: attempt.error.unwrap_or_default(),
    }
}

fn state(state: job::State) -> pb::JobState {
    match state {
        job::State::Queued => pb::JobState::Queued,
        job::State::Running => pb::JobState::Running,
        job::State::Waiting => pb::JobState::Waiting,
        job::State::Succeeded => pb::JobState::Succeeded,
        job::State::Failed => pb::JobState::Failed,
        job::State::Cancelled => pb::JobState::Cancelled,
        job::State::Expired => pb::JobState::Expired,
    }
}

/// The state that a list asks for; an unknown number is a caller's mistake.
pub(super) fn job_state(number: i32) -> Result<Option<job::State>, Error> {
    let state = pb::JobState::try_from(number).map_err(|_| Error::UnknownState)?;
    Ok(match state {
        pb::JobState::Unspecified => None,
        pb::JobState::Queued => Some(job::State::Queued),
        pb::JobState::Running => Some(job::State::Running),
        pb::JobState::Waiting => Some(job::State::Waiting),
        pb::JobState::Succeeded => Some(job::State::Succeeded),
        pb::JobState::Failed => Some(job::State::Failed),
        pb::JobState::Cancelled => Some(job::State::Cancelled),
        pb::JobState::Expired => Some(job::State::Expired),
    })
}

/// The state that a list asks for; an unknown number is a caller's mistake.
pub(super) fn delivery_filter(number: i32) -> Result<Option<delivery::State>, Error> {
    let state = pb::DeliveryState::try_from(number).map_err(|_| Error::UnknownState)?;
    Ok(match state {
        pb::DeliveryState::Unspecified => None,
        pb::DeliveryState::Pending => Some(delivery::State::Pending),
        pb::DeliveryState::Delivered => Some(delivery::State::Delivered),
        pb::DeliveryState::Dead => Some(delivery::State::Dead),
    })
}

pub(super) fn entry(entry: Entry) -> pb::TimelineEntry {
    pb::TimelineEntry {
        kind: entry.kind.to_owned(),
        name: entry.name,
        started_at: Some(timestamp(entry.started_at)),
        ended_at: entry.ended_at.map(timestamp),
        status: entry.status.to_owned(),
        span_id: entry.span_id,
        parent_span_id: entry.parent_span_id,
        attempt: entry.attempt,
        detail: entry.detail,
    }
}

/// A caller's moment.
pub(super) fn time(at: &prost_types::Timestamp) -> Result<Time, Error> {
    let is_whole = (0..1_000_000_000).contains(&at.nanos);
    let micros = at.seconds.checked_mul(1_000_000).filter(|_| is_whole);
    let micros = micros.and_then(|micros| micros.checked_add(i64::from(at.nanos) / 1_000));
    micros.map(Time::from_micros).ok_or(Error::InvalidRunAt)
}

fn delivery_state(state: delivery::State) -> pb::DeliveryState {
    match state {
        delivery::State::Pending => pb::DeliveryState::Pending,
        delivery::State::Delivered => pb::DeliveryState::Delivered,
        delivery::State::Dead => pb::DeliveryState::Dead,
    }
}

pub(super) fn timestamp(time: Time) -> prost_types::Timestamp {
    let micros = time.micros();
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        // Less than a second, so it fits.
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0),
    }
}

pub(super) fn duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or(0),
    }
}
