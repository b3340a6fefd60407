use serde::de::IntoDeserializer;
use serde::de::value::{Error, StringDeserializer};
use serde::{Deserialize, Deserializer, de};

/// Reads a text setting that may be empty, which means "not set"; for `#[serde(deserialize_with = ...)]`.
pub fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    let text: StringDeserializer<Error> = text.into_deserializer();
    T::deserialize(text).map(Some).map_err(de::Error::custom)
}
