//! What crosses HTTP as JSON: the answers of the gateway and the webhook's body, one rendering for both,
//! and the filters of callers.
//!
//! Members are in snake_case, moments are RFC 3339 in UTC, and a caller's own JSON is passed on as
//! it was written. With the feature `schema` every type can describe itself for OpenAPI.

mod delivery;
mod event;
mod filter;
mod job;
mod passage;
mod usage;

pub use crate::json::delivery::{Attempt, Delivery};
pub use crate::json::event::{Event, Timeline, TimelineEntry};
pub use crate::json::filter::{Filter, FilterFault};
pub use crate::json::job::{Error, Job, JobDelivery, status_name};
pub use crate::json::passage::{Contribution, Passage, Score};
pub use crate::json::usage::{Call, Usage};

use prost_types::{Duration, Timestamp};
use serde_json::value::RawValue;

/// A moment as RFC 3339 in UTC with milliseconds, such as `2026-11-21T08:15:40.123Z`.
fn moment(time: &Timestamp) -> String {
    let millis = time.nanos.clamp(0, 999_999_999) / 1_000_000 * 1_000_000;
    let text = Timestamp { seconds: time.seconds, nanos: 0 }.to_string();
    format!("{}.{:03}Z", text.trim_end_matches('Z'), millis / 1_000_000)
}

/// A duration in whole milliseconds, at least 0.
fn millis(duration: Option<&Duration>) -> u64 {
    let Some(duration) = duration else { return 0 };
    let seconds = u64::try_from(duration.seconds).unwrap_or(0);
    let nanos = u64::try_from(duration.nanos).unwrap_or(0);
    seconds.saturating_mul(1000).saturating_add(nanos / 1_000_000)
}

/// JSON text as it came; `None` where there is none, or where it is no JSON.
fn raw(text: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(text.to_owned()).ok()
}

fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
