//! Durations as people write them, such as `5s` or `1h 30m`; for `#[serde(with = ...)]`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer, de};

/// Reads a duration such as `5s`.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(text.trim())
        .map_err(|_| de::Error::custom("is not a duration such as \"500ms\", \"5s\" or \"1h 30m\""))
}

/// Writes a duration as [`deserialize`] reads it.
pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&humantime::format_duration(*duration))
}
