use std::future::ready;

use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chassis::failure::{Failure, Kind};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::answer::{Problem, Seen};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::json::INVALID_REQUEST;
use crate::openapi::Failures;
use crate::params::{Asked, EventQuery, Segments};

const LAST_EVENT_ID: &str = "Last-Event-ID";
/// Tells nginx, and what is built on it, to pass every event on at once.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Streams what happens to a job, until it ends
///
/// Server-sent events. Those with an `id` are committed: the id counts them from 1, the event's name is what happened, and the data is an `Event`. Without an id come `delta` (a `Delta`), `reset` (a `Reset`), and `problem` where the stream breaks off. After the job's last event the stream ends; where it ends before, come back with `Last-Event-ID`.
#[utoipa::path(
    get,
    path = "/v1/jobs/{job_id}/events",
    operation_id = "watchJob",
    tag = "jobs",
    params(
        ("job_id" = String, Path, description = "The job."),
        ("Last-Event-ID" = Option<u64>, Header, description = "Only events after this one."),
        EventQuery,
    ),
    responses(
        (status = 200, description = "The events.", content_type = "text/event-stream", body = Seen),
        (status = 400, description = "`malformed_path`.", body = Problem),
        (status = 404, description = "`job_not_found`.", body = Problem),
        (status = 422, description = "`invalid_request`, `invalid_id`, `nul_character`.", body = Problem),
        Failures,
    )
)]
pub(crate) async fn watch(
    State(gateway): State<Gateway>,
    Segments(job_id): Segments<String>,
    Asked(query): Asked<EventQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let config = gateway.config();
    let after = last_seen(&headers)?.or(query.after).unwrap_or_default();
    let stream = gateway.peers().watch(job_id, after, config.max_stream).await?;
    let stream = stream.take_until(gateway.readiness().drained());
    let alive = KeepAlive::new().interval(config.keep_alive).text("alive");
    let mut response = Sse::new(events(stream)).keep_alive(alive).into_response();
    response.headers_mut().insert(BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

fn last_seen(headers: &HeaderMap) -> Result<Option<u64>, Error> {
    let Some(value) = headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let seq = value.to_str().ok().and_then(|value| value.parse().ok());
    let wrong = || Error::refused(INVALID_REQUEST, LAST_EVENT_ID, "must be the number of an event");
    seq.map(Some).ok_or_else(wrong)
}

fn events(
    stream: impl Stream<Item = Result<Seen, Error>>,
) -> impl Stream<Item = Result<sse::Event, axum::Error>> {
    stream.filter_map(|item| {
        ready(match item {
            Ok(seen) => Some(head(&seen).json_data(seen)),
            // The stream has lasted as long as one may; the caller comes back.
            Err(error) if error.kind() == Kind::Deadline => None,
            Err(error) => Some(sse::Event::default().event("problem").json_data(error.problem())),
        })
    })
}

fn head(seen: &Seen) -> sse::Event {
    match seen {
        Seen::Event(event) => {
            sse::Event::default().id(event.seq.to_string()).event(name(&event.r#type))
        }
        Seen::Delta(_) => sse::Event::default().event("delta"),
        Seen::Reset(_) => sse::Event::default().event("reset"),
    }
}

/// A name that fits on the one line that it has.
fn name(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}
