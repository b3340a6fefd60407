//! A caller's JSON, read before anything is made of it.

use serde_json::Value;

use crate::error::Error;

/// The value of a text.
pub(super) fn read(what: &'static str, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::MalformedJson { what, why: error.to_string() })
}

/// Whether a NUL stands anywhere in it, which some readers take for the end.
pub(super) fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => {
            members.iter().any(|(name, value)| name.contains('\0') || has_nul(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
