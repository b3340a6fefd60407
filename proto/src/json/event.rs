use serde::Serialize;
use serde_json::value::RawValue;

use crate::jobs as pb;
use crate::json::{moment, raw, said};

/// What happened to a job.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Event {
    /// Its place in the job's events, from 1 without gaps.
    pub seq: u64,
    /// When it happened.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub at: Option<String>,
    /// What happened, such as `accepted`, `step_finished` or `succeeded`.
    pub r#type: String,
    /// The flow's step that it is about; null where it is about the job.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub step: Option<String>,
    /// Which attempt of the job it belongs to; 0 before the first.
    pub attempt: u32,
    /// More about it; null where there is none.
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>, required = true))]
    pub detail: Option<Box<RawValue>>,
}

/// Where a job's time went.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Timeline {
    /// The job.
    pub job_id: String,
    /// The trace that it belongs to, 32 hexadecimal digits.
    pub trace_id: String,
    /// The stretches, in the order they began.
    pub entries: Vec<TimelineEntry>,
}

/// A stretch of a job's time.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// What it is: `accept`, `queued`, `attempt`, `step` or `delivery`.
    pub kind: String,
    /// The step, or the delivery; null where there is only one of its kind.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub name: Option<String>,
    /// When it began.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub started_at: Option<String>,
    /// When it ended; null while it lasts.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub ended_at: Option<String>,
    /// How long it took in milliseconds; null while it lasts.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub ms: Option<f64>,
    /// How it ended: `ok`, `error`, `lost` (its worker died), `skipped` or `running`.
    pub status: String,
    /// Its span in the trace, 16 hexadecimal digits; null where it has none.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub span_id: Option<String>,
    /// The span above it, 16 hexadecimal digits; null where there is none.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub parent_span_id: Option<String>,
    /// Which try it was, from 1.
    pub attempt: u32,
    /// A short word on it, such as an error's code or an HTTP status; null where there is none.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub detail: Option<String>,
}

impl From<&pb::Event> for Event {
    fn from(event: &pb::Event) -> Self {
        Self {
            seq: event.seq,
            at: event.at.as_ref().map(moment),
            r#type: event.r#type.clone(),
            step: said(&event.step),
            attempt: event.attempt,
            detail: raw(&event.detail_json),
        }
    }
}

impl From<&pb::GetTimelineResponse> for Timeline {
    fn from(timeline: &pb::GetTimelineResponse) -> Self {
        Self {
            job_id: timeline.job.as_ref().map(|job| job.job_id.clone()).unwrap_or_default(),
            trace_id: timeline.trace_id.clone(),
            entries: timeline.entries.iter().map(TimelineEntry::from).collect(),
        }
    }
}

impl From<&pb::TimelineEntry> for TimelineEntry {
    fn from(entry: &pb::TimelineEntry) -> Self {
        Self {
            kind: entry.kind.clone(),
            name: said(&entry.name),
            started_at: entry.started_at.as_ref().map(moment),
            ended_at: entry.ended_at.as_ref().map(moment),
            ms: entry.started_at.as_ref().zip(entry.ended_at.as_ref()).map(|(a, b)| {
                (b.seconds - a.seconds) as f64 * 1e3 + f64::from(b.nanos - a.nanos) / 1e6
            }),
            status: entry.status.clone(),
            span_id: said(&entry.span_id),
            parent_span_id: said(&entry.parent_span_id),
            attempt: entry.attempt,
            detail: said(&entry.detail),
        }
    }
}
