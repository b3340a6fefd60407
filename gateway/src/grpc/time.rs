use std::time::Duration;

use chassis::clock::Time;
use prost_types::Timestamp;

/// The moment that a text names as RFC 3339 writes it, with any offset from UTC.
pub(crate) fn moment_of(text: &str) -> Option<Time> {
    // Without a time of day the text would be read as midnight.
    let time: Timestamp = text.contains(['T', 't']).then(|| text.parse().ok())??;
    Some(Time::from_micros(time.seconds.checked_mul(1_000_000)? + i64::from(time.nanos) / 1000))
}

/// A moment as answers write it.
pub(super) fn said(time: Option<&Timestamp>) -> Option<String> {
    let time = time?;
    let micros =
        time.seconds.saturating_mul(1_000_000).saturating_add(i64::from(time.nanos) / 1000);
    Some(Time::from_micros(micros).to_string())
}

/// A moment as the wire writes it.
pub(super) fn wire(time: Time) -> Timestamp {
    let nanos = i32::try_from(time.micros().rem_euclid(1_000_000) * 1000).unwrap_or(0);
    Timestamp { seconds: time.micros().div_euclid(1_000_000), nanos }
}

/// A duration as the wire writes it; one that no message can hold is as long as one can.
pub(super) fn lasting(duration: Duration) -> prost_types::Duration {
    let nanos = i32::try_from(duration.subsec_nanos()).unwrap_or(0);
    prost_types::Duration { seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX), nanos }
}

/// A duration from the wire in seconds.
pub(super) fn seconds(duration: Option<&prost_types::Duration>) -> Option<f64> {
    duration.map(|duration| duration.seconds as f64 + f64::from(duration.nanos) / 1e9)
}
